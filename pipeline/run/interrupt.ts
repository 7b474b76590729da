import { EXIT, type Fault, FaultError } from "../contract/mod.ts";

/**
 * Calls back on ctrl-C, a request to terminate or a terminal that went away.
 * Who asks a second time does not want to wait: the process ends at once.
 *
 * @returns stops listening
 */
export function onInterrupt(fail: (fault: Fault) => void): () => void {
  let asked = false;
  const listener = () => {
    if (asked) Deno.exit(EXIT.interrupted);
    asked = true;
    fail({ code: "interrupted", message: "Stopped before the end" });
  };
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, listener);
  };
}

/**
 * Waits for `work`, but no longer than until ctrl-C.
 *
 * @throws FaultError with code `interrupted`
 */
export async function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  const stop = Promise.withResolvers<never>();
  const forget = onInterrupt((fault) => stop.reject(new FaultError(fault)));
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    forget();
  }
}
