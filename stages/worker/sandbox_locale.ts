/** What texts look like when a strategy does not say. */
const LOCALE = "en-US";

const FORMATS = [
  "Collator",
  "DateTimeFormat",
  "DisplayNames",
  "DurationFormat",
  "ListFormat",
  "NumberFormat",
  "PluralRules",
  "RelativeTimeFormat",
  "Segmenter",
] as const;

/** Methods whose first argument is a locale; `1`: whose second is. */
const METHODS: readonly (readonly [object, string, 0 | 1])[] = [
  [Number.prototype, "toLocaleString", 0],
  [BigInt.prototype, "toLocaleString", 0],
  [Array.prototype, "toLocaleString", 0],
  [Object.getPrototypeOf(Int8Array.prototype), "toLocaleString", 0],
  [Date.prototype, "toLocaleString", 0],
  [Date.prototype, "toLocaleDateString", 0],
  [Date.prototype, "toLocaleTimeString", 0],
  [String.prototype, "toLocaleLowerCase", 0],
  [String.prototype, "toLocaleUpperCase", 0],
  [String.prototype, "localeCompare", 1],
  ...["Instant", "PlainDate", "PlainTime", "PlainDateTime", "ZonedDateTime"]
    .map((name) => [temporal(name), "toLocaleString", 0] as const),
];

/**
 * Makes texts and comparisons the same on every machine, whatever its language,
 * and keeps `Intl.DateTimeFormat` from reading the clock.
 *
 * @param clock throws that the clock must not be read
 */
export function fixLocale(clock: (what: string) => never): void {
  for (const name of FORMATS) {
    const format = (Intl as unknown as Record<string, unknown>)[name];
    if (typeof format !== "function") continue;
    const fixed = new Proxy(format, {
      construct: (target, [locale, ...rest], newTarget) =>
        Reflect.construct(target, [locale ?? LOCALE, ...rest], newTarget),
      apply: (target, self, [locale, ...rest]) =>
        Reflect.apply(target, self, [locale ?? LOCALE, ...rest]),
    });
    Object.defineProperty(Intl, name, { value: fixed });
    Object.defineProperty(format.prototype, "constructor", { value: fixed });
  }
  for (const [holder, name, at] of METHODS) {
    const method = Reflect.get(holder, name);
    Object.defineProperty(holder, name, {
      value(...args: unknown[]) {
        while (args.length < at) args.push(undefined);
        args[at] ??= LOCALE;
        return Reflect.apply(method, this, args);
      },
    });
  }
  hideNow(clock);
}

/** `format()` without a date formats the present. */
function hideNow(clock: (what: string) => never): void {
  const { prototype } = Intl.DateTimeFormat;
  const what = "Intl.DateTimeFormat.format()";
  const getter = Object.getOwnPropertyDescriptor(prototype, "format")!.get!;
  Object.defineProperty(prototype, "format", {
    get() {
      const format = Reflect.apply(getter, this, []);
      return (date?: Date) => date === undefined ? clock(what) : format(date);
    },
  });
  const parts = prototype.formatToParts;
  Object.defineProperty(prototype, "formatToParts", {
    value(date?: Date) {
      return date === undefined
        ? clock("Intl.DateTimeFormat.formatToParts()")
        : Reflect.apply(parts, this, [date]);
    },
  });
}

function temporal(name: string): object {
  return Reflect.get(Temporal, name).prototype;
}
