import { join } from "node:path";
import type { IngestRequest } from "../request.ts";
import { hashOf, hasTable, locate, type Located } from "../source/locate.ts";

/** Trades of one source, and the quotes of another to put beside them. */
export interface CarryRequest {
  readonly trades: IngestRequest;
  readonly quotes: IngestRequest;
}

/** Raised when the same tables come to give other rows. */
const CARRY_VERSION = 1;

/** Where the table of a request lies or will lie. Reads no file. */
export function locateCarried({ trades, quotes }: CarryRequest): Located {
  const [ours, theirs] = [locate(trades), locate(quotes)];
  const fingerprint = hashOf({
    version: CARRY_VERSION,
    trades: ours.fingerprint,
    quotes: theirs.fingerprint,
  });
  const { instrument, store } = trades;
  const key = `${encodeURIComponent(instrument)}-${fingerprint.slice(0, 12)}`;
  const directory = join(store, key);
  const files = [...ours.files, ...theirs.files];
  return { key, directory, cached: hasTable(directory), files, fingerprint };
}
