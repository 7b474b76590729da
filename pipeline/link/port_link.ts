import type { Link, Message } from "./link.ts";

type Envelope<T> = { readonly message: T } | { readonly closed: true };

/**
 * A link over the MessagePort itself. It has no backpressure of its own, and
 * needs none: rows are bounded by their slots, control and results by the
 * slices that are under way.
 */
export function openPortLink<In extends Message, Out extends Message>(
  port: MessagePort,
  signal: AbortSignal,
): Promise<Link<In, Out>> {
  const arrived: In[] = [];
  let waiting: PromiseWithResolvers<In | null> | null = null;
  let closed = false;
  const settle = () => {
    if (!waiting) return;
    const message = arrived.shift();
    if (message === undefined && !closed) return;
    waiting.resolve(message ?? null);
    waiting = null;
  };
  port.onmessage = ({ data }: MessageEvent<Envelope<In>>) => {
    if ("closed" in data) closed = true;
    else arrived.push(data.message);
    settle();
  };
  signal.addEventListener("abort", () => {
    waiting?.reject(signal.reason);
    port.close();
  }, { once: true });
  return Promise.resolve({
    receive() {
      signal.throwIfAborted();
      const message = arrived.shift();
      if (message !== undefined) return Promise.resolve(message);
      if (closed) return Promise.resolve(null);
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    send(message) {
      signal.throwIfAborted();
      port.postMessage({ message } satisfies Envelope<Out>);
      return Promise.resolve();
    },
    close() {
      port.postMessage({ closed: true } satisfies Envelope<Out>);
      return Promise.resolve();
    },
  });
}
