import type { Fault } from "../contract/mod.ts";

/**
 * Calls back on ctrl-C or a request to terminate.
 *
 * @returns stops listening
 */
export function onInterrupt(fail: (fault: Fault) => void): () => void {
  const listener = () =>
    fail({ code: "interrupted", message: "Stopped before the end" });
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, listener);
  };
}
