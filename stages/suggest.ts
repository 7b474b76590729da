import { distance } from "fastest-levenshtein";

/** `{hint: 'did you mean "ES"?'}` when a known word is near, else nothing to spread. */
export function didYouMean(
  word: string,
  known: readonly string[],
): { hint?: string } {
  const typed = word.slice(0, 80).toLowerCase();
  const limit = Math.max(1, Math.floor(typed.length * 0.4));
  const best = known
    .map((name) => ({ name, steps: distance(typed, name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= limit && steps < name.length)
    .sort((a, b) => a.steps - b.steps)[0];
  return best === undefined ? {} : { hint: `did you mean "${best.name}"?` };
}
