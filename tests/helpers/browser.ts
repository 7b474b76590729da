import fs, { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** Debian's Chromium; undefined where it is not installed. */
export const CHROMIUM: string | undefined = PLACES.find(existsSync);

/** A page in headless Chromium, and what it complained of or asked for. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, and errors nobody caught. */
  readonly complaints: string[];
  /** Addresses that it asked for beside its own file. */
  readonly requests: string[];
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

let shared: Promise<Browser> | undefined;

/** Opens a file in Chromium, waits until its charts are drawn, and looks at it. */
export async function visit(
  path: string,
  look: (visit: Visit) => Promise<void>,
  { width = 1280, height = 900, colorScheme = "light" }: VisitOptions = {},
): Promise<void> {
  shared ??= launch();
  const browser = await shared;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    offline: true,
  });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`file://${path}`);
    await page.waitForSelector("html[data-ready]", { timeout: 10_000 });
    await look({ page, complaints, requests });
  } finally {
    await context.close();
  }
}

async function launch(): Promise<Browser> {
  // Playwright looks below /proc for WSL as it loads; Deno refuses that to all
  // who may not do everything.
  const { existsSync: real } = fs;
  fs.existsSync = (path) => !String(path).startsWith("/proc/") && real(path);
  try {
    const { chromium } = await import("playwright-core");
    return await chromium.launch({
      executablePath: CHROMIUM ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
  } finally {
    fs.existsSync = real;
  }
}

/** Ends the browser. */
export async function leave(): Promise<void> {
  const browser = await shared;
  shared = undefined;
  await browser?.close();
}
