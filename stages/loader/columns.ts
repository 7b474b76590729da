import { z } from "zod";
import { isTimeZone } from "../../engine/sessions/mod.ts";

const Header = z.string().min(1);
const Index = z.int().min(0);

const ColumnRef = z.union([Header, Index], {
  error: "a header's name, or an index from 0",
});

const Zone = z.string().refine(
  (name) => /^UTC[+-]\d{2}:\d{2}$/.test(name) || isTimeZone(name),
  { error: "a time zone such as America/New_York or UTC-05:00" },
);

const FileDate = z.string().refine(hasDateGroups, {
  error: "a regular expression with the groups year, month and day",
});

const TimeMapping = z.strictObject({
  column: ColumnRef.describe("Header name, or index from 0"),
  unit: z.enum(["s", "ms", "us", "ns", "iso", "ms_since_midnight"]).describe(
    "Numbers since the epoch by unit, ISO 8601 text, or milliseconds since midnight of the date in the file's name",
  ).default("iso"),
  pattern: z.string().min(1).describe(
    "strptime pattern of text times that are not ISO 8601",
  ).optional(),
  zone: Zone.describe(
    "IANA zone or fixed offset of times that carry none. UTC when absent",
  ).optional(),
  date: FileDate.describe(
    "Regular expression with groups year, month and day, matched against the file's name",
  ).optional(),
}).refine(
  ({ unit, date }) => unit !== "ms_since_midnight" || date !== undefined,
  {
    path: ["date"],
    params: {
      code: "missing_key",
      message:
        'Cannot leave out "date" with the unit ms_since_midnight: it takes a regular expression for the file\'s name',
    },
  },
);

/** Written short (`time: ts`) it is ISO 8601 text. */
const Time = z.union([
  Header.transform((column) => ({ column, unit: "iso" as const })),
  Index.transform((column) => ({ column, unit: "iso" as const })),
  TimeMapping,
], { error: "a header's name, an index from 0, or {column, unit}" });

const ValueMapping = z.strictObject({
  column: ColumnRef.describe("Header name, or index from 0"),
  default: z.number().describe("Taken where the file lacks the column")
    .optional(),
  divide: z.number().positive().describe("The raw number is divided by this")
    .optional(),
  map: z.record(z.string(), z.number()).describe(
    "Raw text to number, such as { B: 1, S: -1 }",
  ).optional(),
});

const Value = z.union([
  Header.transform((column) => ({ column })),
  Index.transform((column) => ({ column })),
  ValueMapping,
], { error: "a header's name, an index from 0, or {column, default, divide}" });

/** Which raw column becomes which column of the store. */
export const Columns = z.strictObject({
  time: Time.describe("When it happened"),
  price: Value.describe("Price of the trade").optional(),
  size: Value.describe("Size of the trade").optional(),
  side: Value.describe("Aggressor of the trade: 1 bought, -1 sold").optional(),
  bid: Value.describe("Best bid").optional(),
  ask: Value.describe("Best ask").optional(),
  bid_size: Value.describe("Size at the best bid").optional(),
  ask_size: Value.describe("Size at the best ask").optional(),
}).refine(
  (columns) =>
    isWritten(columns, "price") ||
    (isWritten(columns, "bid") && isWritten(columns, "ask")),
  {
    when: ({ value }) => typeof value === "object" && value !== null,
    params: {
      code: "missing_key",
      message:
        'Cannot load ticks without "price", or both "bid" and "ask", among the columns',
    },
  },
);

export type Columns = z.output<typeof Columns>;

function isWritten(columns: object, name: string): boolean {
  return Object.hasOwn(columns, name);
}

function hasDateGroups(source: string): boolean {
  try {
    const { groups } = new RegExp(`${source}|`).exec("") ?? {};
    return ["year", "month", "day"].every((name) => name in (groups ?? {}));
  } catch {
    return false;
  }
}
