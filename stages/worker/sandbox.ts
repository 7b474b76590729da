/**
 * Takes from a strategy what would make two runs differ: the wall clock and
 * unseeded chance. Deno's permissions take files, network and environment.
 */
export function installSandbox(): void {
  Math.random = () =>
    refuse("Math.random()", "use context.random(), which the run's seed fixes");
  const clockHint = "use context.time or context.instant, the event's time";
  globalThis.Date = new Proxy(Date, {
    construct(target, args: [], newTarget) {
      if (args.length === 0) refuse("new Date()", clockHint);
      return Reflect.construct(target, args, newTarget);
    },
    apply: () => refuse("Date()", clockHint),
    get(target, key, receiver) {
      if (key === "now") return () => refuse("Date.now()", clockHint);
      return Reflect.get(target, key, receiver);
    },
  });
  Object.defineProperty(performance, "now", {
    value: () => refuse("performance.now()", clockHint),
  });
  Object.defineProperty(Temporal, "Now", {
    get: () => refuse("Temporal.Now", clockHint),
  });
  for (const name of ["setTimeout", "setInterval", "queueMicrotask"]) {
    Object.defineProperty(globalThis, name, {
      value: () =>
        refuse(`${name}()`, "a strategy runs only when an event comes"),
    });
  }
}

function refuse(what: string, hint: string): never {
  throw Object.assign(new Error(`Cannot call ${what} in a strategy`), {
    code: "forbidden",
    hint,
  });
}
