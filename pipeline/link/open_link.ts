import type { Link, Message, OpenLink } from "./link.ts";
import { openPortLink } from "./port_link.ts";
import { openStreamLink } from "./stream_link.ts";

/** Every kind of link; all pass one suite of tests. */
export const LINKS = {
  port: openPortLink,
  stream: openStreamLink,
} as const satisfies Readonly<Record<string, OpenLink>>;

export type LinkKind = keyof typeof LINKS;

/** Opens one end of a wire. */
export function openLink<In extends Message, Out extends Message>(
  kind: LinkKind,
  port: MessagePort,
  signal: AbortSignal,
): Promise<Link<In, Out>> {
  return LINKS[kind]<In, Out>(port, signal);
}
