import { FormatError } from "../../formats/error.ts";
import type { Definition } from "../../formats/dbn/definition.ts";
import type { InstrumentsConfig } from "../sections.ts";
import type { LoaderConfig } from "./config.ts";

/**
 * Holds an instrument of the pipeline file to what a file of definitions says
 * of it. Throws `bad_data` where they differ, or when it says nothing of it.
 */
export async function checkDefinition(
  { definition: path, instrument, symbol }: LoaderConfig,
  instruments: InstrumentsConfig,
): Promise<void> {
  if (path === undefined) return;
  const { definitionsOf } = await import("../definition_view.ts");
  const all = await definitionsOf(path, undefined);
  const name = symbol ?? instrument;
  const named = all.filter((one) =>
    [one.symbol, one.asset, String(one.id)].includes(name)
  );
  const found = named.length > 0 || all.length > 1 ? named : all;
  if (found.length === 0) {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot find a definition of ${name} in ${path}: it names ${
        all.slice(0, 8).map(({ symbol }) => symbol).join(", ")
      }`,
      file: path,
      hint: "say which with symbol",
    });
  }
  for (const one of found) compare(one, path, instrument, instruments);
}

function compare(
  definition: Definition,
  path: string,
  name: string,
  instruments: InstrumentsConfig,
): void {
  const given = instruments[name];
  for (const key of ["tick_size", "multiplier", "currency"] as const) {
    const stated = definition[key];
    if (stated === null || stated === "" || stated === given[key]) continue;
    throw new FormatError({
      code: "bad_data",
      message: `Cannot trade ${name} with this ${key}: current value is ${
        given[key]
      }, and the definition of ${definition.symbol} says ${stated}`,
      file: path,
      hint: `correct instruments.${name}, or leave definition out`,
    });
  }
}
