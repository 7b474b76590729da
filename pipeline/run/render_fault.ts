import { fileURLToPath } from "node:url";
import { isAbsolute, relative } from "node:path";
import type { Fault } from "../contract/mod.ts";
import { grouped } from "./format.ts";

/**
 * A fault for a terminal:
 *
 * ```
 * Cannot divide by zero [strategy_threw]
 *   strategies/mine.ts:12:9
 *   stage cross, slice 3, tick 812,345, 2024-03-04T15:10:12.000000000Z
 * ```
 */
export function renderFault(fault: Fault, options: { debug: boolean }): string {
  const lines = [`${fault.message} [${fault.code}]`];
  const place = placeOf(fault);
  if (place) lines.push(`  ${place}`);
  const scene = [
    fault.stage === undefined ? [] : `stage ${fault.stage}`,
    fault.slice === undefined ? [] : `slice ${fault.slice}`,
    fault.tick === undefined ? [] : `tick ${grouped(fault.tick)}`,
    fault.time ?? [],
  ].flat();
  if (scene.length > 0) lines.push(`  ${scene.join(", ")}`);
  if (fault.hint) lines.push(`  ${fault.hint}`);
  if (options.debug && fault.stack) lines.push(fault.stack);
  return lines.join("\n") + "\n";
}

/** `strategies/mine.ts:12:9`, as seen from the working directory. */
export function placeOf(
  { file, line, column, offset }: Fault,
): string | undefined {
  if (file === undefined) return undefined;
  const path = nearby(file.startsWith("file:") ? fileURLToPath(file) : file);
  if (line !== undefined) {
    return column === undefined
      ? `${path}:${line}`
      : `${path}:${line}:${column}`;
  }
  return offset === undefined ? path : `${path}, byte ${grouped(offset)}`;
}

/** Below the working directory a path is relative, elsewhere as it was. */
function nearby(path: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(Deno.cwd(), path);
  return short.startsWith("..") ? path : short;
}
