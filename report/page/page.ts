import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Html, markup, type Piece, scriptJson } from "../html.ts";
import { count, dateText, plural } from "../format.ts";
import { Payload } from "../payload/payload.ts";
import { figure, type Run } from "../run/run.ts";
import type { Section } from "../section.ts";
import { chartLibrary, pageScript } from "./script.ts";

/** The whole report of a run as one HTML file that needs nothing else. */
export function pageOf(run: Run, sections: readonly Section[]): string {
  const payload = new Payload();
  const parts = sections.flatMap((section) => {
    const body = section.render(run, payload);
    return body === null ? [] : [{ ...section, body }];
  });
  const { data, bytes } = payload.finish({
    origin: run.origin,
    sessions: tradingTime(run),
  });
  const library = chartLibrary();
  const script = `${library.script}\n${pageScript()}`;
  const style = `${library.style}\n${styleText()}`;
  const title = run.stage === null ? run.name : `${run.name}: ${run.stage}`;
  return markup`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${
    policy(
      script,
      style,
    )
  }">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="Breakwater ${run.facts.version}">
        <title>${title} – backtest report</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the results</a>
        <header class="top">
          <div>
            <h1>${title}</h1>
            <p>${subtitle(run)}</p>
          </div>
          <button type="button" id="theme" hidden>Dark theme</button>
        </header>
        <div class="frame">
          <nav aria-label="Sections">
            <ul>
    ${
    parts.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)
  }</ul>
          </nav>
          <main id="main" tabindex="-1">
    <noscript><p class="note">Charts and the table of trades need scripts, which are turned off here.</p></noscript>
    ${
    parts.map(({ id, title, body }) =>
      markup`
        <section id="${id}" aria-labelledby="${id}-title">
        <h2 id="${id}-title">${title}</h2>
        ${body}
        </section>
      `
    )
  }</main>
        </div>
        <footer>
          <p>Made by Breakwater ${run.facts.version}. Times are UTC. Past results of a simulation promise nothing.</p>
        </footer>
        <script type="application/json" id="data">${scriptJson(data)}</script>
        <script type="text/plain" id="columns">${bytes}</script>
        <script>${new Html(script)}</script>
      </body>
    </html>
  `.text;
}

/** Sessions, from the first row of all tables to just after the last. */
function tradingTime({ sessions, feeds }: Run): [number, number][] {
  const first = Math.min(...feeds.map(({ first }) => first ?? Infinity));
  const last = Math.max(...feeds.map(({ last }) => last ?? -Infinity));
  return sessions.map(({ open, close }): [number, number] => [
    Math.max(open, first),
    Math.min(close, last + 1),
  ]).filter(([open, close]) => open < close);
}

function subtitle(run: Run): Piece {
  const symbols = run.instruments.map(({ symbol }) => symbol).join(", ");
  const first = run.sessions[0];
  const last = run.sessions.at(-1);
  const ticks = figure(run, "ticks") ?? 0;
  const data = run.result.data as
    | readonly { readonly synthetic: boolean }[]
    | undefined;
  return markup`${symbols}${
    first && last &&
    markup`
      · ${dateText(run.origin + first.open)} to ${
      dateText(
        run.origin + last.close - 1,
      )
    } · ${plural(run.sessions.length, "session")}
    `
  } · ${count(ticks)} ticks${
    data?.some(({ synthetic }) => synthetic) &&
    markup`
      · <strong class="badge">synthetic data</strong>
    `
  }`;
}

/** Nothing from anywhere; of this page only its own script and style. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function styleText(): string {
  return readFileSync(new URL("style.css", import.meta.url), "utf8");
}
