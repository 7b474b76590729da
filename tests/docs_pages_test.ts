import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { checkPipeline } from "../pipeline/graph/mod.ts";
import { registry } from "../stages/registry.ts";
import {
  anchorsOf,
  blocksOf,
  type CodeBlock,
  proseOf,
  withBlocks,
} from "./helpers/markdown.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  ...readdirSync(join(ROOT, "docs/strategies"))
    .map((name) => join("docs/strategies", name)),
];

interface Placed extends CodeBlock {
  readonly page: string;
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

function blocks(language: string): Placed[] {
  return PAGES.flatMap((page) =>
    blocksOf(read(page)).filter((block) => block.language === language)
      .map((block) => ({ ...block, page }))
  );
}

Deno.test("links between pages lead somewhere, and images are there", () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of PAGES) {
    for (const [, target] of proseOf(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links++;
      const [path, anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) broken.push(`${page}: ${target}`);
      else if (anchor && !anchorsOf(read(file)).includes(anchor)) {
        broken.push(`${page}: ${target}`);
      }
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(links > 20);
});

Deno.test("TypeScript of the pages passes the type check", async () => {
  // The architecture quotes excerpts, which are no modules.
  const parts = blocks("ts").filter(({ page }) =>
    page !== "docs/architecture.md"
  );
  assert.ok(parts.length > 5);
  await withBlocks(parts.map(({ text }) => text), async (urls) => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", ...urls.map((url) => fileURLToPath(url))],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const said = parts.reduce(
      (text, { page, line }, i) =>
        text.replaceAll(urls[i].href, `${page}:${line} +`),
      new TextDecoder().decode(stderr),
    );
    assert.ok(success, said);
  });
});

Deno.test("whole pipelines of the pages parse and graph", () => {
  const whole = blocks("yaml").filter(({ text }) => /^stages:/m.test(text));
  assert.ok(whole.length > 3);
  for (const { page, line, text } of whole) {
    const checked = checkPipeline({ file: page, text }, registry, {
      env: () => undefined,
      set: [],
    });
    const codes = checked.ok ? [] : checked.issues.map(({ code }) => code);
    // The tutorial shows one with two mistakes, and its corrections.
    const wrong = text.includes("tikcs");
    assert.deepEqual(
      codes,
      wrong ? ["unknown_input", "bad_value"] : [],
      `${page}:${line}`,
    );
  }
});

Deno.test("single stages of the pages fit their kind", () => {
  let stages = 0;
  for (const { page, line, text } of blocks("yaml")) {
    const value: unknown = parse(text);
    if (/^stages:/m.test(text) || typeof value !== "object" || !value) continue;
    for (const stage of Object.values(value)) {
      const { kind, from: _, ...config } = stage;
      if (typeof kind !== "string") continue;
      stages++;
      const known = registry.kinds[kind];
      const { success, error } = known
        ? known.config.safeParse(config)
        : registry.custom.config.safeParse({ ...config, module: kind });
      assert.ok(success, `${page}:${line}: ${error}`);
    }
  }
  assert.ok(stages > 5);
});

Deno.test("commands of the pages name tasks and files that exist", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  const written = new Set(
    PAGES.flatMap((page) => blocksOf(read(page)).map(({ file }) => file)),
  );
  let commands = 0;
  for (const { page, line, text } of blocks("sh")) {
    for (
      const [, task, rest] of text.matchAll(
        /deno(?:@[\d.]+)? task (?:--quiet )?(\S+)(.*)/g,
      )
    ) {
      commands++;
      assert.ok(tasks[task], `${page}:${line}: there is no task ${task}`);
      for (const [path] of rest.matchAll(/\b[\w-]+\/[\w/.-]+\.(yaml|ts)\b/g)) {
        const found = existsSync(join(ROOT, path)) || written.has(path);
        assert.ok(found, `${page}:${line}: there is no ${path}`);
      }
    }
  }
  assert.ok(commands > 10);
});

Deno.test("prose names tasks and repository files that exist", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  for (const page of PAGES) {
    for (const [, task] of proseOf(read(page)).matchAll(/`deno task (\w+)/g)) {
      assert.ok(tasks[task], `${page}: there is no task ${task}`);
    }
  }
});

Deno.test("pages hold no absolute paths of the machine that wrote them", () => {
  for (const page of PAGES) {
    assert.doesNotMatch(read(page), /\/(?:tmp|home|root|work|Users)\//, page);
  }
});

Deno.test("every command has its line in the reference", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  const page = read("docs/yaml.md");
  const lacking = Object.entries<{ command: string }>(tasks)
    .filter(([, { command }]) => /\bmain\.ts /.test(command))
    .filter(([name]) => !page.includes(`| \`deno task ${name}`));
  assert.deepEqual(lacking, []);
});

Deno.test("every option has its line in the reference", () => {
  const page = read("docs/yaml.md");
  const options = [
    ...read("pipeline/run/cli.ts").matchAll(/option\(\s*"(--[a-z]+)/g),
  ].map(([, name]) => name);
  assert.ok(options.length > 5);
  const lacking = options.filter((name) => !page.includes(`| \`${name}`));
  assert.deepEqual(lacking, []);
});
