import { distance } from "fastest-levenshtein";

/** The known word that a mistyped one most likely meant, if one is near. */
export function nearest(
  word: string,
  known: Iterable<string>,
): string | undefined {
  const typed = word.toLowerCase();
  const limit = Math.max(1, Math.floor(Math.min(typed.length, 24) * 0.4));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const steps = sameLetters(typed, other)
      ? 1
      : distance(typed.slice(0, 80), other);
    if (steps < least && steps < candidate.length) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}

/** `{hint: 'did you mean "ticks"?'}`, or nothing to spread. */
export function didYouMean(
  word: string,
  known: Iterable<string>,
): { hint?: string } {
  const best = nearest(word, known);
  return best === undefined ? {} : { hint: `did you mean "${best}"?` };
}

/** `form` for `from`: swapped letters are one slip. */
function sameLetters(a: string, b: string): boolean {
  return a.length === b.length && a !== b &&
    [...a].sort().join("") === [...b].sort().join("");
}
