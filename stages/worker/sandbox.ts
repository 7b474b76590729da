import { fixLocale } from "./sandbox_locale.ts";

const CLOCK = "use context.time or context.instant, the event's time";
const CHANCE = "use context.random(), which the run's seed fixes";
const EVENTS = "a strategy runs only when an event comes";
const ALONE = "hand it what it needs through params or a stage";
const MACHINE = "a result must not depend on the machine: use params";
const END = "throw an error to end the run";
const COLLECTED = "when memory is collected differs from run to run";

/**
 * Takes from a strategy what would make two runs differ: the wall clock and
 * unseeded chance, what outlives an event, and what it could learn of the
 * machine. Deno's permissions take files, network and environment.
 */
export function installSandbox(): void {
  refuseAll(Math, { random: CHANCE }, "Math.");
  for (const holder of [crypto, Crypto.prototype]) {
    refuseAll(
      holder,
      { randomUUID: CHANCE, getRandomValues: CHANCE },
      "crypto.",
    );
  }
  refuseAll(SubtleCrypto.prototype, { generateKey: CHANCE }, "crypto.subtle.");
  for (const holder of [performance, Performance.prototype]) {
    refuseAll(
      holder,
      { now: CLOCK, mark: CLOCK, measure: CLOCK, toJSON: CLOCK },
      "performance.",
    );
    hideAll(holder, { timeOrigin: CLOCK }, "performance.");
  }
  refuseAll(Atomics, { wait: EVENTS, waitAsync: EVENTS }, "Atomics.");
  refuseAll(AbortSignal, { timeout: EVENTS }, "AbortSignal.");
  refuseAll(Deno, {
    exit: END,
    addSignalListener: EVENTS,
    memoryUsage: MACHINE,
    cpuUsage: MACHINE,
  }, "Deno.");
  hideAll(Deno, { pid: MACHINE, ppid: MACHINE }, "Deno.");
  refuseAll(globalThis, {
    setTimeout: EVENTS,
    setInterval: EVENTS,
    setImmediate: EVENTS,
    queueMicrotask: EVENTS,
    MessageChannel: EVENTS,
    addEventListener: EVENTS,
    postMessage: ALONE,
    fetch: ALONE,
    WebSocket: ALONE,
    EventSource: ALONE,
    Worker: ALONE,
    BroadcastChannel: ALONE,
    WeakRef: COLLECTED,
    FinalizationRegistry: COLLECTED,
    reportError: END,
    close: END,
  });
  hideAll(globalThis, { navigator: MACHINE, caches: ALONE });
  hideProcess();
  hideAll(Temporal, { Now: CLOCK }, "Temporal.");
  hideClock();
  fixLocale((what) => refuse(what, CLOCK));
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

/** The whole of it cannot go: paths are resolved by its working directory. */
function hideProcess(): void {
  const { cwd } = Deno;
  const hidden = new Proxy({}, {
    get(_, key) {
      if (key === "cwd") return cwd;
      refuse(`process.${String(key)}`, ALONE);
    },
  });
  Object.defineProperty(globalThis, "process", { value: hidden });
}

type Hints = Readonly<Record<string, string>>;

/** Each of these functions throws its hint when it is called. */
function refuseAll(target: object, hints: Hints, prefix = ""): void {
  for (const [name, hint] of Object.entries(hints)) {
    Object.defineProperty(target, name, {
      // Not an arrow, so that `new` gets as far as the hint.
      value: function () {
        refuse(`${prefix}${name}()`, hint);
      },
    });
  }
}

/** Each of these throws its hint when it is looked at. */
function hideAll(target: object, hints: Hints, prefix = ""): void {
  for (const [name, hint] of Object.entries(hints)) {
    Object.defineProperty(target, name, {
      get: () => refuse(`${prefix}${name}`, hint),
    });
  }
}

function refuse(what: string, hint: string): never {
  throw Object.assign(new Error(`Cannot call ${what} in a strategy`), {
    code: "forbidden",
    hint,
  });
}
