import { FaultError } from "../../pipeline/contract/mod.ts";
import {
  type FlowContext,
  type PrepareContext,
  serveStage,
  type WireEnd,
} from "../../pipeline/link/mod.ts";
import { decodeEntry, Journal, type JournalEntry } from "../journal.ts";
import type { PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import { compose } from "./compose.ts";
import { checkConservation } from "./conservation.ts";
import { figuresOf } from "./figures.ts";
import type { AggregatorConfig } from "./kind.ts";
import type { SliceResult } from "./messages.ts";
import { digestOf, writeWhole } from "./output.ts";
import { parquetOf } from "./parquet.ts";
import { runTables } from "./run_tables.ts";
import { Settlement } from "./settle.ts";
import { tablesOf } from "./tables.ts";

/** What the preparation of an aggregator gives. */
type PreparedAggregator =
  & Pick<
    PreparedWorker,
    "origin" | "sessions" | "sliceRows" | "instruments"
  >
  & {
    /** The stage whose slices it takes in. */
    readonly worker: string;
  };

serveStage({
  prepare({ inputs }: PrepareContext): Promise<PreparedAggregator | null> {
    const [worker] = inputs as readonly (PreparedWorker | null)[];
    if (worker === null) return Promise.resolve(null);
    const { stage, origin, sessions, sliceRows, instruments } = worker;
    return Promise.resolve({
      worker: stage,
      origin,
      sessions,
      sliceRows,
      instruments,
    });
  },

  async flow(context: FlowContext): Promise<unknown> {
    const plan = context.prepared as PreparedAggregator;
    const settlement = new Settlement(plan.sliceRows.length);
    const journal = new Journal(context.journal, plan.worker);
    for (const entry of journal.read()) settlement.add(withoutEnd(entry));
    await Promise.all(
      context.wires.map((wire) => collect(context, wire, settlement, journal)),
    );
    if (!settlement.complete) {
      throw new FaultError({
        code: "internal",
        stage: context.task.id,
        message:
          `Cannot finish: slices that count are ${settlement.settled} of ${plan.sliceRows.length}`,
      });
    }
    return await conclude(context, plan, settlement);
  },
});

/** A copy without the end state, which may be many times as large as the rest. */
function withoutEnd(entry: JournalEntry): JournalEntry {
  const { fills, equity, ended, open, marks, rates } = entry.record;
  const record = {
    ...entry.record,
    fills: copy(fills),
    equity: copy(equity),
    ended: copy(ended),
    open: copy(open),
    marks: copy(marks),
    rates: rates.map((column) => column.slice()),
  };
  return { ...entry, record, end: new Float64Array(0) };
}

function copy<T extends Readonly<Record<string, Float64Array>>>(columns: T): T {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice()]),
  ) as T;
}

async function collect(
  context: FlowContext,
  wire: WireEnd,
  settlement: Settlement,
  journal: Journal,
): Promise<void> {
  const link = await context.open<SliceResult, object>(wire);
  for (;;) {
    const result = await link.receive();
    if (result === null) break;
    const entry = decodeEntry(result.bytes);
    journal.write(entry, result.bytes);
    settlement.add(withoutEnd(entry));
    context.gauges.add("beats", 1);
    context.gauges.set("slice", settlement.settled);
  }
  await link.close();
}

async function conclude(
  { task, directory }: FlowContext,
  plan: PreparedAggregator,
  settlement: Settlement,
): Promise<unknown> {
  const { capital } = task.sections.account as AccountConfig;
  const { annualisation } = task.config as AggregatorConfig;
  const { sessions, instruments, sliceRows } = plan;
  const record = compose(
    settlement.entries.map(({ record }) => record),
    { capital, instruments },
  );
  checkConservation(record, {
    stage: task.id,
    rows: sliceRows.reduce((sum, rows) => sum + rows, 0),
    capital,
    instruments,
  });
  const run = runTables(record, { instruments, sessions, capital });
  const figures = figuresOf(run, { capital, annualisation });
  const tables = tablesOf(run, {
    origin: BigInt(plan.origin),
    symbols: instruments.map(({ symbol }) => symbol),
    dates: sessions.map(({ date }) => date),
  });
  await writeWhole(
    directory,
    Object.fromEntries(
      Object.entries(tables).map(([name, columns]) => [
        `${name}.parquet`,
        parquetOf(columns),
      ]),
    ),
  );
  return { digest: digestOf(tables, figures), ...figures };
}
