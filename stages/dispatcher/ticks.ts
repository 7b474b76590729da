/** Rows of `100000 ticks`; undefined when it is no number of ticks. */
export function parseTicks(text: string): number | undefined {
  const match = /^([1-9]\d*) ticks$/.exec(text);
  return match ? Number(match[1]) : undefined;
}
