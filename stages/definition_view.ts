import { type Definition, readDefinitions } from "../formats/dbn/definition.ts";
import { expandSource } from "../formats/source/mod.ts";

export type { Definition };

/** The instruments that a file, or those of a glob, define: those of `symbol` only, when given. */
export async function definitionsOf(
  path: string,
  symbol: string | undefined,
): Promise<Definition[]> {
  const all: Definition[] = [];
  for (const file of expandSource(path)) {
    all.push(...await readDefinitions(file.path));
  }
  return symbol === undefined
    ? all
    : all.filter((one) => one.symbol === symbol || one.asset === symbol);
}

/** The `instruments` section of a pipeline file that says the same. */
export function yamlOf(definitions: readonly Definition[]): string {
  return ["instruments:", ...definitions.flatMap(linesOf)].map((line) =>
    `${line}\n`
  ).join("");
}

function linesOf(definition: Definition): string[] {
  const { symbol, id, exchange, currency, unit, expires } = definition;
  const { tick_size, multiplier } = definition;
  const facts = [
    `${exchange || "unknown exchange"}, instrument id ${id}`,
    ...(unit === "" ? [] : [`a contract is ${unit}`]),
    ...(expires === null ? [] : [`expires ${expires}`]),
  ];
  return [
    `  # ${facts.join(", ")}`,
    `  ${nameOf(symbol)}:`,
    tick_size === null
      ? "    # tick_size: the file does not say"
      : `    tick_size: ${tick_size}`,
    multiplier === null
      ? "    # multiplier: the file does not say"
      : `    multiplier: ${multiplier}`,
    ...(/^[A-Z]{3,5}$/.test(currency) ? [`    currency: ${currency}`] : []),
  ];
}

/** A name that a pipeline file takes. */
function nameOf(symbol: string): string {
  return symbol.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^[^A-Za-z0-9]/, "X");
}
