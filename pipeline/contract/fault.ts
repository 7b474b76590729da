/**
 * Everything that can end a run after its pipeline file was accepted, as data.
 * Code that may not import this file throws any `Error` that carries the same
 * fields; {@link toFault} reads them.
 */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly hint?: string;
  /** Stage id, when the fault arose inside a stage. */
  readonly stage?: string;
  /** Slice index. */
  readonly slice?: number;
  /** Row number of the tick in its store. */
  readonly tick?: number;
  /** Event time, ISO 8601 with nanoseconds, UTC. */
  readonly time?: string;
  /** Source file with line or byte offset: a data file or a user's module. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly offset?: number;
  /** The original stack, for `--debug`. */
  readonly stack?: string;
}

export const FAULT_CODES = [
  "source_not_found",
  "bad_data",
  "corrupt_file",
  "corrupt_store",
  "too_many_bad_ticks",
  "store_write",
  "output_write",
  "module_failed",
  "strategy_threw",
  "strategy_stuck",
  "worker_stuck",
  "memory_exceeded",
  "forbidden",
  "conservation",
  "not_exact",
  "hidden_state",
  "cannot_resume",
  "no_run",
  "worker_died",
  "interrupted",
  "internal",
] as const;

export type FaultCode = typeof FAULT_CODES[number];

/** An error whose fields are a {@link Fault}. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly fault: Fault;
  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options);
    this.fault = fault;
  }
}

/** Reads a fault out of anything thrown; unknown errors become `internal`. */
export function toFault(error: unknown, context: Partial<Fault> = {}): Fault {
  if (error instanceof FaultError) return { ...context, ...error.fault };
  if (!(error instanceof Error)) {
    return { ...context, code: "internal", message: String(error) };
  }
  const { code, hint, slice, tick, file, line, column, offset, message } =
    diskFault(error) ?? error as Partial<Fault>;
  return {
    ...context,
    code: isFaultCode(code) ? code : context.code ?? "internal",
    message: message ?? error.message,
    stack: error.stack,
    ...(hint === undefined ? {} : { hint }),
    ...(slice === undefined ? {} : { slice }),
    ...(tick === undefined ? {} : { tick }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** Codes of the system for a disk that takes no more. */
const DISK_CODES = ["ENOSPC", "EDQUOT", "EROFS", "EFBIG", "EIO"];

function diskFault(error: Error): Partial<Fault> | undefined {
  const { code, path } = error as { code?: string; path?: string };
  if (code === undefined || !DISK_CODES.includes(code)) return undefined;
  return {
    code: "output_write",
    message: `Cannot write: ${error.message}`,
    hint: "make room on the disk, then go on with --resume",
    ...(path === undefined ? {} : { file: path }),
  };
}

export function isFaultCode(code: unknown): code is FaultCode {
  return FAULT_CODES.includes(code as FaultCode);
}

/** Exit codes of the process (sysexits where one fits). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  badData: 65,
  badConfig: 78,
  interrupted: 130,
} as const;

/** The one classifier from faults to exit codes. Never 0. */
export function exitCodeOf(fault: Fault): number {
  switch (fault.code) {
    case "source_not_found":
    case "bad_data":
    case "corrupt_file":
    case "corrupt_store":
    case "too_many_bad_ticks":
      return EXIT.badData;
    case "no_run":
      return EXIT.usage;
    case "interrupted":
      return EXIT.interrupted;
    default:
      return EXIT.failed;
  }
}
