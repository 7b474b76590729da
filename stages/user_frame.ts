/** A place in the user's own code. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The innermost frame of a stack that lies in the user's module or beside it;
 * undefined when none does.
 *
 * @param module the module's URL
 */
export function userFrame(
  stack: string | undefined,
  module: string,
): Frame | undefined {
  const folder = module.slice(0, module.lastIndexOf("/") + 1);
  for (const line of stack?.split("\n") ?? []) {
    const match = /(file:\/\/[^\s()]+?):(\d+):(\d+)/.exec(line);
    if (!match?.[1].startsWith(folder)) continue;
    return {
      file: match[1],
      line: Number(match[2]),
      column: Number(match[3]),
    };
  }
  return undefined;
}
