import type { SliceRecord } from "../../engine/broker/ledger.ts";
import type { Piece } from "../chain.ts";
import {
  decodeEntry,
  type EntryBytes,
  Journal,
  type JournalEntry,
} from "../journal.ts";
import { type RunRecord, RunTotal, type ValuedInstrument } from "./compose.ts";
import type { WholeRun } from "./run_outcome.ts";
import { Settlement } from "./settle.ts";

export interface IntakeOptions {
  /** The run's journal, and the stage whose slices are taken in. */
  readonly journal: string;
  readonly worker: string;
  readonly slices: number;
  readonly capital: number;
  readonly instruments: readonly ValuedInstrument[];
}

/**
 * Takes in results of slices as they come and adds up those that count, in their
 * order. What has to wait for its turn, and the rows of orders, are read from the
 * journal again, so that no more than the sums are kept in memory.
 */
export class Intake {
  readonly #journal: Journal;
  readonly #settlement: Settlement;
  readonly #total: RunTotal;
  /** What counts, in order. */
  readonly #pieces: Piece[] = [];
  /** What has come just now. */
  #now: { readonly piece: Piece; readonly entry: JournalEntry } | null = null;

  constructor(options: IntakeOptions) {
    this.#total = new RunTotal(options);
    this.#journal = new Journal(options.journal, options.worker);
    this.#settlement = new Settlement(
      options.slices,
      (piece) => this.#count(piece),
    );
    for (const entry of this.#journal.read()) this.#settle(entry);
  }

  /** Keeps a result in the journal and counts what can be counted. */
  add(bytes: EntryBytes): void {
    const entry = decodeEntry(bytes);
    this.#journal.write(entry, bytes);
    this.#settle(entry);
  }

  /** Slices that count. */
  get settled(): number {
    return this.#settlement.settled;
  }

  get complete(): boolean {
    return this.#settlement.complete;
  }

  /** Bytes that it keeps in memory. */
  get bytes(): number {
    return this.#total.bytes;
  }

  /** What all slices left; nothing may be added any more. */
  finish(): WholeRun {
    const record = this.#total.finish();
    return { record, orders: this.#orders(record) };
  }

  *#orders({ openOrders }: RunRecord): Generator<SliceRecord["ended"]> {
    for (const piece of this.#pieces) {
      yield this.#journal.find(piece).record.ended;
    }
    yield openOrders;
  }

  #settle(entry: JournalEntry): void {
    const { initialHash, slice, from, to, last, startHash, endHash } = entry;
    const piece = { slice, from, to, last, startHash, endHash };
    this.#now = { piece, entry };
    this.#settlement.begin(initialHash);
    this.#settlement.add(piece);
    this.#now = null;
  }

  #count(piece: Piece): void {
    const entry = this.#now?.piece === piece
      ? this.#now.entry
      : this.#journal.find(piece);
    this.#total.add(entry.record);
    this.#pieces.push(piece);
  }
}
