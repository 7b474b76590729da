import { parseDuration } from "../../pipeline/contract/mod.ts";
import type { SessionSpan, Slice } from "../prepared.ts";

/** `walk_forward` of a worker. */
export interface WalkForwardTerms {
  /** `20 sessions`, or a duration such as `30d`. */
  readonly train: string;
  readonly test: string;
  /** Between two windows; as long as `test` unless given. */
  readonly step?: string | undefined;
  /** Between the end of training and the test. */
  readonly embargo?: string | undefined;
  /** Every training begins at the first session. */
  readonly anchored: boolean;
}

/** Sessions `[first, last)`, and the time from the first's open to the last's close. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** Nanoseconds since the run's origin, `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** What is chosen on `train` is tried on `test`. */
export interface Window {
  readonly train: Segment;
  readonly test: Segment;
}

const SESSIONS = /^(\d+) sessions?$/;

/** Whether a text is a span of sessions or of time. */
export function isSpan(text: string): boolean {
  return SESSIONS.test(text) || parseDuration(text) !== undefined;
}

/**
 * Windows of whole sessions, in order. A session belongs to a span of time when
 * it opens within it. The last test may be shorter than the others; a session
 * is tested once, by the first window that can. A window without a session to
 * train on or to test on is none.
 */
export function windowsOf(
  { train, test, step = test, embargo = "0 sessions", anchored }:
    WalkForwardTerms,
  sessions: readonly SessionSpan[],
): Window[] {
  const windows: Window[] = [];
  if (sessions.length === 0) return windows;
  const after = (from: number, span: string) => advance(sessions, from, span);
  let tested = 0;
  for (let begin = 0; begin < sessions.length;) {
    const trained = after(begin, train);
    const planned = after(trained, embargo);
    if (planned >= sessions.length) break;
    const to = Math.min(sessions.length, after(planned, test));
    // No session is tested twice.
    const from = Math.max(planned, tested);
    const first = anchored ? 0 : begin;
    if (trained > first && to > from) {
      tested = to;
      windows.push({
        train: segment(sessions, first, trained),
        test: segment(sessions, from, to),
      });
    }
    // A step in which no session opens would never end.
    begin = Math.max(begin + 1, after(begin, step));
  }
  return windows;
}

/** Index of the first session that opens after a span that begins with one. */
function advance(
  sessions: readonly SessionSpan[],
  from: number,
  span: string,
): number {
  const [, count] = SESSIONS.exec(span) ?? [];
  if (count !== undefined) return from + Number(count);
  if (from >= sessions.length) return from;
  const end = sessions[from].open + (parseDuration(span) ?? 0);
  const next = sessions.findIndex(({ open }) => open >= end);
  return next < 0 ? sessions.length : Math.max(from, next);
}

function segment(
  sessions: readonly SessionSpan[],
  first: number,
  last: number,
): Segment {
  const { open } = sessions[first];
  return { first, last, from: open, to: sessions[last - 1].close };
}

/** The parts of slices that lie between two times at which no session is open. */
export function slicesWithin(
  slices: readonly Slice[],
  from: number,
  to: number,
): Slice[] {
  return slices.flatMap(({ spans, rows }) => {
    const kept = [...spans.keys()].filter((i) =>
      spans[i].from >= from && spans[i].from < to
    );
    if (kept.length === 0) return [];
    return [{
      spans: kept.map((i) => spans[i]),
      rows: rows.map((ranges) => kept.map((i) => ranges[i])),
    }];
  });
}
