import { toFault } from "../contract/mod.ts";
import { Gauges } from "./gauges.ts";
import type { Link, Message } from "./link.ts";
import { type LogLevel, WorkerLog } from "./log.ts";
import type {
  Command,
  Progress,
  Report,
  StageTask,
  WireEnd,
} from "./protocol.ts";
import { profiled } from "./profile.ts";
import { openLink } from "./open_link.ts";

export interface DescribeContext {
  readonly task: StageTask;
}

export interface PrepareContext {
  readonly task: StageTask;
  readonly inputs: readonly unknown[];
  readonly dry: boolean;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** A line for the user. */
  notice(text: string): void;
  /** A line of the run's log. */
  log(level: LogLevel, text: string): void;
}

export interface FlowContext {
  readonly task: StageTask;
  readonly copy: number;
  readonly prepared: unknown;
  readonly directory: string;
  readonly journal: string;
  readonly gauges: Gauges;
  readonly wires: readonly WireEnd[];
  readonly signal: AbortSignal;
  /** A line of the run's log, with the slice that the gauges name. */
  log(level: LogLevel, text: string): void;
  open<In extends Message, Out extends Message>(
    wire: WireEnd,
  ): Promise<Link<In, Out>>;
}

/** The code of a stage kind: what its Worker does when it is asked to. */
export interface Stage {
  /** Says what the stage's own module needs. */
  describe?(context: DescribeContext): Promise<unknown>;
  /** Makes what must exist before rows flow. */
  prepare?(context: PrepareContext): Promise<unknown>;
  flow(context: FlowContext): Promise<unknown>;
}

/** Taken before a strategy's sandbox takes it away. */
const { memoryUsage } = Deno;

function heapNow(): number {
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}

interface Scope {
  onmessage: ((event: MessageEvent<Command>) => void) | null;
  postMessage(report: Report): void;
}

/** Puts a stage at the service of the supervisor. The last line of its module. */
export function serveStage(stage: Stage): void {
  const scope = globalThis as unknown as Scope;
  const abort = new AbortController();
  // Taken before a strategy's sandbox takes it away.
  const report = scope.postMessage.bind(scope) as (report: Report) => void;
  const log = new WorkerLog((record) => report({ type: "log", record }));
  log.capture(console);
  scope.onmessage = async ({ data }) => {
    if (data.type === "abort") {
      abort.abort(new Error("The run was stopped"));
      return;
    }
    if (data.type === "ping") {
      log.taken(data.heard);
      return report({ type: "pong", heap: heapNow() });
    }
    try {
      const tools = { signal: abort.signal, report, log };
      report(await obey(stage, data, tools));
    } catch (error) {
      const fault = toFault(error, { stage: data.task.id });
      report({ type: "failed", fault });
    }
  };
}

interface Tools {
  readonly signal: AbortSignal;
  readonly report: (report: Report) => void;
  readonly log: WorkerLog;
}

async function obey(
  stage: Stage,
  command: Exclude<Command, { type: "abort" | "ping" }>,
  { signal, report, log }: Tools,
): Promise<Report> {
  const { task } = command;
  const line = (level: LogLevel, text: string) => log.add(level, text);
  switch (command.type) {
    case "describe":
      return { type: "described", value: await stage.describe?.({ task }) };
    case "prepare": {
      const { inputs, dry } = command;
      const value = await stage.prepare?.({
        task,
        inputs,
        dry,
        signal,
        progress: (progress) => report({ type: "progress", progress }),
        notice: (text) => report({ type: "notice", text }),
        log: line,
      });
      return { type: "prepared", value: value ?? null };
    }
    case "flow": {
      const { copy, prepared, wires, profile } = command;
      const gauges = new Gauges(command.gauges.buffer, command.gauges.index);
      log.flow(gauges);
      const flow = async () =>
        await stage.flow({
          task,
          copy,
          prepared,
          directory: command.directory,
          journal: command.journal,
          wires,
          signal,
          gauges,
          log: line,
          open: (wire) => openLink(task.run.link, wire.port, signal),
        }) ?? null;
      const done = profile ? await profiled(flow) : { value: await flow() };
      const heap = heapNow();
      return { type: "finished", value: { ...done, heap } };
    }
  }
}
