/**
 * The shared memory of one lane: a table's stage fills slots, one consumer
 * reads them. A slot holds a batch as columns of Float64, `time` first.
 */
export interface SlotMemory {
  readonly buffer: SharedArrayBuffer;
  readonly slots: number;
  /** Rows that a slot holds at most. */
  readonly rows: number;
  /** Names of the columns after `time`. */
  readonly columns: readonly string[];
  /** Epoch nanoseconds from which `time` counts. */
  readonly origin: bigint;
}

/** Bytes of one slot. */
export function slotBytes(rows: number, columns: number): number {
  return rows * (columns + 1) * Float64Array.BYTES_PER_ELEMENT;
}

export function allocateSlots(
  options: Omit<SlotMemory, "buffer">,
): SlotMemory {
  const { slots, rows, columns } = options;
  const bytes = slots * slotBytes(rows, columns.length);
  return { ...options, buffer: new SharedArrayBuffer(bytes) };
}

/** For each slot its columns, `time` first, as views on the shared memory. */
export function slotViews(memory: SlotMemory): Float64Array[][] {
  const { buffer, slots, rows, columns } = memory;
  const width = columns.length + 1;
  return Array.from(
    { length: slots },
    (_, slot) =>
      Array.from({ length: width }, (_, column) => {
        const offset = slotBytes(rows, columns.length) * slot +
          column * rows * Float64Array.BYTES_PER_ELEMENT;
        return new Float64Array(buffer, offset, rows);
      }),
  );
}

/** A filled slot: the rows `[from, to)` of it are wanted. */
export interface Descriptor {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  /** Row number, in the table, of the slot's row 0. */
  readonly ordinal: number;
}

/** What a consumer tells a table's stage: rows that it wants, slots it is done with. */
export interface LaneRequest {
  readonly want?: readonly RowRange[];
  readonly release?: number;
}

/** Rows `[from, to)` of a table. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** What a table's stage answers: filled slots, and the end of what was wanted. */
export interface LaneReply {
  readonly filled?: Descriptor;
  /** Every row of the oldest unanswered `want` was sent. */
  readonly end?: true;
}
