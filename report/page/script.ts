import { readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

/** The page's own modules, each after those that it imports. */
const MODULES = [
  "../format.ts",
  "../client/data.ts",
  "../client/decode.ts",
  "../client/trading_time.ts",
  "../client/theme.ts",
  "../client/forms.ts",
  "../client/plot.ts",
  "../client/group.ts",
  "../client/lines_chart.ts",
  "../client/price_chart.ts",
  "../client/bars_chart.ts",
  "../client/bands_chart.ts",
  "../client/table.ts",
  "../client/main.ts",
];

/** uPlot as its package ships it: the script and the style. */
export function chartLibrary(): { script: string; style: string } {
  const { resolve } = createRequire(import.meta.url);
  const directory = dirname(resolve("uplot"));
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  return {
    script: read("uPlot.iife.min.js"),
    style: read("uPlot.min.css"),
  };
}

/** The page's modules as one script without imports, types taken away. */
export function pageScript(): string {
  const whole = MODULES
    .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
    .map((text) =>
      text.replaceAll(/^import [^;]*;\n/gm, "")
        .replaceAll(/^export /gm, "")
        .replaceAll(/^\/\/\/.*\n/gm, "")
    )
    .join("\n");
  return `(() => {\n"use strict";\n${
    compact(stripTypeScriptTypes(whole))
  }\n})();`;
}

/** Without comments of a line's own, indents and empty lines. */
function compact(code: string): string {
  return code
    .replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")
    .replaceAll(/^\s*\/\/.*\n/gm, "")
    .replaceAll(/^\s+|\s+$/gm, "");
}
