import manifest from "../../../deno.json" with { type: "json" };
import { makeReports } from "../../../stages/report.ts";
import type { Io } from "../io.ts";

/** `report DIR`: makes the page of a finished run, anew if it has one. */
export async function reportCommand(directory: string, io: Io): Promise<void> {
  const { version } = manifest;
  const paths = await makeReports(directory, { version, all: true });
  for (const path of paths) io.out(`report ${path}\n`);
}
