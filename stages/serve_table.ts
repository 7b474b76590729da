import { TableReader } from "../formats/store/mod.ts";
import {
  type FlowContext,
  type LaneReply,
  type LaneRequest,
  type RowRange,
  slotViews,
  type WireEnd,
} from "../pipeline/link/mod.ts";
import { Queue } from "./queue.ts";

/**
 * The flow of every stage whose output is a table: each consumer asks for rows
 * on its own lane, has slots of its own, and waits for nobody else.
 */
export async function serveTable(
  context: FlowContext,
  directory: string,
): Promise<null> {
  const reader = TableReader.open(directory);
  try {
    await Promise.all(
      context.wires.map((wire) => serveLane(context, wire, reader)),
    );
  } finally {
    reader.close();
  }
  return null;
}

async function serveLane(
  context: FlowContext,
  wire: WireEnd,
  reader: TableReader,
): Promise<void> {
  const memory = wire.memory;
  if (!memory) {
    throw new Error(`Cannot serve ${wire.stage}: its wire has no memory`);
  }
  const link = await context.open<LaneRequest, LaneReply>(wire);
  const wants = new Queue<readonly RowRange[]>();
  const free = new Queue<number>();
  for (let slot = 0; slot < memory.slots; slot++) free.push(slot);

  const listen = async () => {
    for (;;) {
      const request = await link.receive();
      if (request === null) break;
      if (request.release !== undefined) free.push(request.release);
      if (request.want) wants.push(request.want);
    }
    wants.end();
    free.end();
  };
  const views = slotViews(memory);
  /** The batch that each slot holds: small slices want one again and again. */
  const content = new Array<number>(memory.slots).fill(-1);
  const load = (slot: number, index: number) => {
    const twin = content.indexOf(index);
    content[slot] = -1;
    if (twin < 0) {
      reader.readBatch(index, memory.columns, views[slot], memory.origin);
    } else {
      const { rows } = reader.batches[index];
      for (const [c, column] of views[slot].entries()) {
        column.set(views[twin][c].subarray(0, rows));
      }
    }
    content[slot] = index;
  };
  const fill = async () => {
    for await (const ranges of wants) {
      for (const range of ranges) {
        if (!await fillRange(range)) return;
      }
      await link.send({ end: true });
    }
    await link.close();
  };
  const fillRange = async ({ from, to }: RowRange): Promise<boolean> => {
    for (let row = from; row < to;) {
      const index = reader.batchOf(row);
      const slot = free.take((slot) => content[slot] === index) ??
        await takeSlot(context, free);
      if (slot === undefined) return false;
      const batch = reader.batches[index];
      if (content[slot] !== index) {
        try {
          context.gauges.busy(() => load(slot, index));
        } catch (error) {
          throw error instanceof Error
            ? Object.assign(error, { tick: row })
            : error;
        }
      }
      const end = Math.min(to, batch.row + batch.rows);
      await link.send({
        filled: {
          slot,
          from: row - batch.row,
          to: end - batch.row,
          ordinal: batch.row,
        },
      });
      context.gauges.add("work", end - row);
      row = end;
    }
    return true;
  };
  await Promise.all([listen(), fill()]);
}

function takeSlot(
  { gauges }: FlowContext,
  free: Queue<number>,
): number | undefined | Promise<number | undefined> {
  return free.size > 0
    ? free.shift()
    : gauges.during("blocked", () => free.next());
}
