const CLOCK = "use context.time or context.instant, the event's time";
const CHANCE = "use context.random(), which the run's seed fixes";
const EVENTS = "a strategy runs only when an event comes";
const ALONE = "hand it what it needs through params or a stage";
const END = "throw an error to end the run";

/**
 * Takes from a strategy what would make two runs differ: the wall clock and
 * unseeded chance, and what outlives an event. Deno's permissions take files,
 * network and environment. What it prints goes to standard error, because
 * standard output is the result's.
 */
export function installSandbox(): void {
  refuseAll(Math, { random: CHANCE }, "Math.");
  refuseAll(crypto, { randomUUID: CHANCE, getRandomValues: CHANCE }, "crypto.");
  refuseAll(
    performance,
    { now: CLOCK, mark: CLOCK, measure: CLOCK },
    "performance.",
  );
  refuseAll(Deno, { exit: END }, "Deno.");
  refuseAll(globalThis, {
    setTimeout: EVENTS,
    setInterval: EVENTS,
    setImmediate: EVENTS,
    queueMicrotask: EVENTS,
    fetch: ALONE,
    WebSocket: ALONE,
    EventSource: ALONE,
    Worker: ALONE,
    BroadcastChannel: ALONE,
    close: END,
  });
  Object.defineProperty(Temporal, "Now", {
    get: () => refuse("Temporal.Now", CLOCK),
  });
  hideClock();
  for (const name of ["log", "info", "debug", "table", "dir"] as const) {
    console[name] = console.error;
  }
}

function hideClock(): void {
  globalThis.Date = new Proxy(Date, {
    construct(target, args: [], newTarget) {
      if (args.length === 0) refuse("new Date()", CLOCK);
      return Reflect.construct(target, args, newTarget);
    },
    apply: () => refuse("Date()", CLOCK),
    get(target, key, receiver) {
      if (key === "now") return () => refuse("Date.now()", CLOCK);
      return Reflect.get(target, key, receiver);
    },
  });
  Object.defineProperty(Date.prototype, "constructor", { value: Date });
}

/** Hints by name: each of these functions throws its own when it is called. */
function refuseAll(
  target: object,
  hints: Readonly<Record<string, string>>,
  prefix = "",
): void {
  for (const [name, hint] of Object.entries(hints)) {
    Object.defineProperty(target, name, {
      // Not an arrow, so that `new` gets as far as the hint.
      value: function () {
        refuse(`${prefix}${name}()`, hint);
      },
    });
  }
}

function refuse(what: string, hint: string): never {
  throw Object.assign(new Error(`Cannot call ${what} in a strategy`), {
    code: "forbidden",
    hint,
  });
}
