import type { Link, Message } from "./link.ts";

/** Messages that may be under way before a sender waits. */
const HIGH_WATER_MARK = 16;

/**
 * A link of two transferable streams. Each end makes a stream, keeps its
 * writable side and hands the readable one over through the port, so messages
 * go from Worker to Worker and not by way of the main thread.
 */
export async function openStreamLink<In extends Message, Out extends Message>(
  port: MessagePort,
  signal: AbortSignal,
): Promise<Link<In, Out>> {
  const { readable, writable } = new TransformStream<Out, Out>(
    undefined,
    new CountQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
  );
  const incoming = receiveStream<In>(port, signal);
  port.postMessage(readable, [readable]);
  const reader = (await incoming).getReader();
  const writer = writable.getWriter();
  const stop = () => {
    reader.cancel(signal.reason).catch(() => {});
    writer.abort(signal.reason).catch(() => {});
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    async receive() {
      const { value, done } = await reader.read();
      signal.throwIfAborted();
      return done ? null : value;
    },
    async send(message) {
      await writer.ready;
      writer.write(message).catch(() => {});
    },
    async close() {
      await writer.close().catch(() => {});
    },
  };
}

function receiveStream<T>(
  port: MessagePort,
  signal: AbortSignal,
): Promise<ReadableStream<T>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true,
    });
    port.onmessage = ({ data }) => resolve(data as ReadableStream<T>);
    port.onmessageerror = () =>
      reject(new Error("Cannot open a link: the stream did not arrive"));
  });
}
