import { corruptFile } from "../csv/bytes.ts";
import { FormatError, throwIfAborted } from "../error.ts";
import { joined } from "../ticks/decode.ts";
import { unpacked } from "../ticks/unpack.ts";
import { parseHeader } from "./header.ts";

/** What a DBN file says of an instrument; null where it does not. */
export interface Definition {
  readonly symbol: string;
  readonly id: number;
  readonly asset: string;
  readonly exchange: string;
  readonly currency: string;
  readonly tick_size: number | null;
  /**
   * Value of a point of price: the value of a tick over the tick. Databento
   * states the first in units of the display factor.
   */
  readonly multiplier: number | null;
  /** What a contract is of, such as 50 IPNT; empty when it is not said. */
  readonly unit: string;
  /** ISO 8601, UTC. */
  readonly expires: string | null;
}

const DEFINITION = 0x13;
const UNDEFINED = 2n ** 63n - 1n;

interface Places {
  readonly length: number;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: number;
  readonly symbol: readonly [at: number, bytes: number];
  readonly exchange: number;
  readonly asset: readonly [at: number, bytes: number];
  readonly unit: number;
}

/** Where fields lie in a record, by the version of DBN. */
const PLACES: Readonly<Record<number, Places>> = {
  1: {
    length: 360,
    quantity: 88,
    amount: 96,
    currency: 186,
    symbol: [200, 22],
    exchange: 243,
    asset: [248, 7],
    unit: 269,
  },
  2: {
    length: 400,
    quantity: 88,
    amount: 96,
    currency: 186,
    symbol: [200, 71],
    exchange: 292,
    asset: [297, 7],
    unit: 318,
  },
  3: {
    length: 520,
    quantity: 80,
    amount: 88,
    currency: 224,
    symbol: [238, 71],
    exchange: 330,
    asset: [335, 11],
    unit: 360,
  },
};

/**
 * The last definition of each instrument in a DBN file, in the order of their
 * first. Throws `corrupt_file` with the offset, or `bad_data` when it holds none.
 */
export async function readDefinitions(
  path: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Definition[]> {
  const found = new Map<number, Definition>();
  let places: Places | undefined;
  let rest = new Uint8Array(0);
  let offset = 0;
  for await (const chunk of unpacked(path)) {
    throwIfAborted(signal);
    const bytes = joined(rest, chunk);
    let at = 0;
    if (!places) {
      const header = parseHeader(path, bytes);
      if (typeof header === "number") {
        rest = bytes;
        continue;
      }
      places = PLACES[header.version];
      at = header.length;
    }
    while (at < bytes.length && at + 4 * bytes[at] <= bytes.length) {
      const length = 4 * bytes[at];
      if (length < 16) {
        throw corruptFile(
          path,
          offset + at,
          `a record of ${length} bytes is shorter than its header`,
        );
      }
      if (bytes[at + 1] === DEFINITION) {
        if (length < places.length) {
          throw corruptFile(
            path,
            offset + at,
            `a definition has ${length} of ${places.length} bytes`,
          );
        }
        const definition = decode(bytes.subarray(at, at + length), places);
        found.set(definition.id, definition);
      }
      at += length;
    }
    rest = bytes.slice(at);
    offset += at;
  }
  if (!places || rest.length > 0) {
    throw corruptFile(path, offset + rest.length, "unexpected end of file");
  }
  if (found.size > 0) return [...found.values()];
  throw new FormatError({
    code: "bad_data",
    message: `Cannot find a definition in ${path}: current number of them is 0`,
    file: path,
    hint: "fetch the schema definition from Databento",
  });
}

function decode(bytes: Uint8Array<ArrayBuffer>, places: Places): Definition {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = (at: number, width: number) => {
    const all = new TextDecoder("latin1").decode(
      bytes.subarray(at, at + width),
    );
    return all.slice(0, (all + "\0").indexOf("\0"));
  };
  const number = (at: number) => {
    const raw = view.getBigInt64(at, true);
    return raw === UNDEFINED || raw <= 0n ? null : Number(raw) / 1e9;
  };
  const tick = number(24);
  const display = number(32);
  const amount = number(places.amount);
  const quantity = number(places.quantity);
  const expires = view.getBigUint64(40, true);
  const unit = text(places.unit, 31);
  return {
    symbol: text(...places.symbol),
    id: view.getUint32(4, true),
    asset: text(...places.asset),
    exchange: text(places.exchange, 5),
    currency: text(places.currency, 4),
    tick_size: tick,
    multiplier: tick && display && amount
      ? Number((amount / display / tick).toPrecision(12))
      : null,
    unit: quantity && unit ? `${quantity} ${unit}` : "",
    expires: expires > 0n && expires < UNDEFINED
      ? new Date(Number(expires / 1_000_000n)).toISOString()
      : null,
  };
}
