import { toFault } from "../contract/mod.ts";
import { Gauges } from "./gauges.ts";
import type { Link, Message } from "./link.ts";
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
  scope.onmessage = async ({ data }) => {
    if (data.type === "abort") {
      abort.abort(new Error("The run was stopped"));
      return;
    }
    if (data.type === "ping") return report({ type: "pong", heap: heapNow() });
    try {
      report(await obey(stage, data, abort.signal, report));
    } catch (error) {
      const fault = toFault(error, { stage: data.task.id });
      report({ type: "failed", fault });
    }
  };
}

async function obey(
  stage: Stage,
  command: Exclude<Command, { type: "abort" | "ping" }>,
  signal: AbortSignal,
  report: (report: Report) => void,
): Promise<Report> {
  const { task } = command;
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
      });
      return { type: "prepared", value: value ?? null };
    }
    case "flow": {
      const { copy, prepared, wires, gauges, profile } = command;
      const flow = async () =>
        await stage.flow({
          task,
          copy,
          prepared,
          directory: command.directory,
          journal: command.journal,
          wires,
          signal,
          gauges: new Gauges(gauges.buffer, gauges.index),
          open: (wire) => openLink(task.run.link, wire.port, signal),
        }) ?? null;
      const done = profile ? await profiled(flow) : { value: await flow() };
      const heap = heapNow();
      return { type: "finished", value: { ...done, heap } };
    }
  }
}
