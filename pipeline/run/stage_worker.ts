import { type Access, FaultError, type StageKind } from "../contract/mod.ts";
import type { Command, LogRecord, Progress, Report } from "../link/mod.ts";

/** What a stage's Worker says while it works. */
export interface Listener {
  progress(stage: string, progress: Progress): void;
  notice(stage: string, text: string): void;
  log(stage: string, copy: number, record: LogRecord): void;
}

/** Passes on what the user's own code prints, and nothing else. */
export function printsOnly(err: (text: string) => void): Listener {
  return {
    progress: () => {},
    notice: () => {},
    log: (_stage, _copy, { printed, text }) => {
      if (printed) err(`${text}\n`);
    },
  };
}

export interface StageWorkerOptions {
  readonly stage: string;
  readonly copy: number;
  readonly kind: StageKind;
  /** Undefined: as much as the main process. */
  readonly access: Access | undefined;
  readonly listener: Listener;
  /** Its flow will be profiled. */
  readonly profile: boolean;
}

/** The main thread's handle on one Worker of a stage. */
export class StageWorker {
  readonly stage: string;
  readonly copy: number;
  readonly #worker: Worker;
  readonly #listener: Listener;
  #answer: PromiseWithResolvers<unknown> | null = null;
  #pinged: number | null = null;
  #heard = performance.now();
  #records = 0;
  #heap = 0;
  #peakHeap = 0;
  #dead: unknown = null;

  constructor(options: StageWorkerOptions) {
    this.stage = options.stage;
    this.copy = options.copy;
    this.#listener = options.listener;
    this.#worker = new Worker(options.kind.entry, {
      type: "module",
      name: `${options.stage}[${options.copy}]`,
      ...permissions(options),
    });
    this.#worker.onmessage = ({ data }) => this.#hear(data as Report);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(
        new FaultError({
          code: "worker_died",
          stage: this.stage,
          message: `Cannot go on: a worker ended with "${event.message}"`,
          ...(event.filename
            ? { file: event.filename, line: event.lineno }
            : {}),
        }),
      );
    };
  }

  /**
   * Sends a command and waits for its answer. One at a time.
   *
   * @throws FaultError when the stage fails or its Worker dies
   */
  ask(command: Command, transfer: Transferable[] = []): Promise<unknown> {
    if (this.#dead !== null) return Promise.reject(this.#dead);
    this.#answer = Promise.withResolvers();
    this.#heard = performance.now();
    this.#worker.postMessage(command, transfer);
    return this.#answer.promise;
  }

  /** Whether it was asked and has not answered. */
  get owes(): boolean {
    return this.#answer !== null;
  }

  /** When it was heard of last, by `performance.now()`. */
  get heard(): number {
    return this.#heard;
  }

  /** Milliseconds for which it has owed a sign of life. */
  get mute(): number {
    return this.#pinged === null ? 0 : performance.now() - this.#pinged;
  }

  /** Bytes of its heap, as it said last. */
  get heap(): number {
    return this.#heap;
  }

  /** The most that it ever said. */
  get peakHeap(): number {
    return this.#peakHeap;
  }

  /** Asks for a sign of life, unless the last one is still awaited. */
  ping(): void {
    if (this.#pinged !== null || this.#dead !== null) return;
    this.#pinged = performance.now();
    this.#worker.postMessage(
      {
        type: "ping",
        heard: this.#records,
      } satisfies Command,
    );
  }

  terminate(): void {
    this.#fail(new Error("The run was stopped"));
    this.#worker.terminate();
  }

  #hear(report: Report): void {
    this.#heard = performance.now();
    switch (report.type) {
      case "log":
        this.#records++;
        return this.#listener.log(this.stage, this.copy, report.record);
      case "pong":
        this.#pinged = null;
        this.#heap = report.heap;
        this.#peakHeap = Math.max(this.#peakHeap, report.heap);
        return;
      case "progress":
        return this.#listener.progress(this.stage, report.progress);
      case "notice":
        return this.#listener.notice(this.stage, report.text);
      case "failed":
        return this.#fail(new FaultError(report.fault));
      default:
        this.#answer?.resolve(report.value);
        this.#answer = null;
    }
  }

  #fail(reason: unknown): void {
    this.#dead ??= reason;
    this.#answer?.reject(reason);
    this.#answer = null;
  }
}

/** Paths, and where they lead when they are links. */
function reachable(paths: readonly (string | URL)[]): (string | URL)[] {
  return paths.flatMap((path) => {
    try {
      return [path, Deno.realPathSync(path)];
    } catch {
      return [path];
    }
  });
}

function permissions({ access, profile }: StageWorkerOptions): object {
  if (access === undefined) return {};
  return {
    deno: {
      permissions: {
        read: reachable(access.read),
        write: access.write.length === 0 ? false : reachable(access.write),
        net: false,
        env: false,
        run: false,
        ffi: false,
        sys: profile ? ["inspector"] : false,
        import: false,
      },
    },
  };
}
