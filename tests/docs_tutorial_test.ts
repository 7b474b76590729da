import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { blocksOf } from "./helpers/markdown.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PAGE = join(ROOT, "docs/tutorial.md");

/** What a working copy needs to run pipelines. */
const PARTS = [
  "configs",
  "deno.json",
  "deno.lock",
  "engine",
  "formats",
  "main.ts",
  "pipeline",
  "report",
  "stages",
  "stages_of_mine",
  "strategies",
];

Deno.test("the tutorial prints what it says", async () => {
  const desk = await Deno.makeTempDir({ prefix: "breakwater-tutorial-" });
  try {
    for (const part of PARTS) {
      await cp(join(ROOT, part), join(desk, part), { recursive: true });
    }
    const page = await readFile(PAGE, "utf8");
    const outputs: { was: string; is: string }[] = [];
    let printed = "";
    for (const { language, text, file, source } of blocksOf(page)) {
      if (file !== undefined && language !== "text") {
        await put(join(desk, file), text, source.includes("at the end"));
      } else if (language === "sh") {
        printed = await shell(text, desk);
      } else if (language === "text") {
        outputs.push({ was: text, is: printed });
      }
    }
    // UPDATE_GOLDEN=1 writes the outputs into the page.
    if (Deno.env.get("UPDATE_GOLDEN") === "1") {
      return await writeFile(PAGE, withOutputs(page, outputs));
    }
    assert.ok(outputs.length > 10);
    for (const { was, is } of outputs) {
      assert.equal(steady(was).trimEnd(), steady(is).trimEnd());
    }
  } finally {
    await Deno.remove(desk, { recursive: true });
  }
});

async function put(
  path: string,
  text: string,
  append: boolean,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, append ? `\n${text}` : text, {
    flag: append ? "a" : "w",
  });
}

/** What a terminal would show. A command may fail: the page shows that too. */
async function shell(script: string, cwd: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `exec 2>&1\n${script}`],
    cwd,
    env: {
      NO_COLOR: "1",
      PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`,
    },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).replaceAll(cwd, "/breakwater")
    .split("\n").map((line) => line.trimEnd()).join("\n");
}

/** Leaves out what differs from one machine or minute to another. */
function steady(text: string): string {
  return text
    .replaceAll(/in [\d.]+ s \([\d.]+ M ticks\/s\), [\d.]+ s/g, "in T s, T s")
    .replaceAll(/on \d+ workers?/g, "on N workers")
    .replaceAll(/^ {2}about [\d.]+ times as fast.*\n/gm, "")
    .replaceAll(/\b([A-Za-z]+)-[0-9a-f]{12}\b/g, "$1-KEY")
    .replaceAll(/-\d{8}-\d{6}(-\d+)?/g, "-TIME")
    .replaceAll(/^(making|ingesting|reading) .*\n/gm, "");
}

function withOutputs(
  page: string,
  outputs: readonly { was: string; is: string }[],
): string {
  let next = 0;
  return page.replaceAll(
    /^```text\n[^]*?^```$/gm,
    () => `\`\`\`text\n${outputs[next++].is.trimEnd()}\n\`\`\``,
  );
}
