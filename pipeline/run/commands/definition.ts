import { definitionsOf, yamlOf } from "../../../stages/definition_view.ts";
import { EXIT } from "../../contract/mod.ts";
import type { Io } from "../io.ts";
import { Exit } from "../load.ts";

export interface DefinitionOptions {
  readonly symbol?: string;
  readonly json: boolean;
}

/** `definition FILE`: prints the instruments that a DBN file defines. */
export async function definitionCommand(
  file: string,
  { symbol, json }: DefinitionOptions,
  io: Io,
): Promise<void> {
  const found = await definitionsOf(file, symbol);
  if (found.length === 0) {
    io.err(
      `Cannot find the symbol ${symbol} among the definitions of ${file}\n`,
    );
    throw new Exit(EXIT.badData);
  }
  io.out(json ? `${JSON.stringify(found, null, 2)}\n` : yamlOf(found));
}
