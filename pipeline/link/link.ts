/**
 * One end of a wire between two stages: messages in both directions, in order,
 * with backpressure.
 */
export interface Link<In, Out> {
  /** The next message; null when the other end has closed. */
  receive(): Promise<In | null>;
  /** Settles when the other end has room for more. */
  send(message: Out): Promise<void>;
  close(): Promise<void>;
}

/** A message of a wire must survive a structured clone. */
export type Message = object;

/** Opens one end of a wire. Every kind of link has one. */
export type OpenLink = <In extends Message, Out extends Message>(
  port: MessagePort,
  signal: AbortSignal,
) => Promise<Link<In, Out>>;
