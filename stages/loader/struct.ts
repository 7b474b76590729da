import { z } from "zod";
import { STRUCT_BYTES, type StructType } from "../../formats/request.ts";
import type { StageIssue } from "../../pipeline/contract/mod.ts";

const TYPES = Object.keys(STRUCT_BYTES) as [StructType, ...StructType[]];
const WHOLE = TYPES.filter((type) => !type.startsWith("f"));

const At = z.int().min(0).describe("First byte of the field in its record");

const Field = z.strictObject({
  at: At,
  type: z.enum(TYPES).describe(
    "i and u are whole numbers with and without a sign, f is floating-point; the number is that of bits",
  ),
  divide: z.number().positive().describe("The raw number is divided by this")
    .optional(),
  map: z.record(z.string(), z.number()).describe(
    "Raw number to number, such as { 66: 1, 83: -1 }",
  ).optional(),
});

/** How the records of a packed binary file lie. */
export const Struct = z.strictObject({
  record: z.int().min(1).max(65_536).describe("Bytes of a record"),
  header: z.int().min(0).describe("Bytes before the first record").default(0),
  fields: z.strictObject({
    time: z.strictObject({
      at: At,
      type: z.enum(WHOLE).describe("Type of the whole number"),
      unit: z.enum(["s", "ms", "us", "ns"]).describe("Unit since the epoch"),
    }).describe("When it happened"),
    price: Field.describe("Price of the trade").optional(),
    size: Field.describe("Size of the trade").optional(),
    side: Field.describe("Aggressor of the trade: 1 bought, -1 sold")
      .optional(),
    bid: Field.describe("Best bid").optional(),
    ask: Field.describe("Best ask").optional(),
    bid_size: Field.describe("Size at the best bid").optional(),
    ask_size: Field.describe("Size at the best ask").optional(),
  }).describe(
    "Which field becomes which column: time, and price or both bid and ask",
  ),
});

export type Struct = z.output<typeof Struct>;

/** What of a layout cannot be. */
export function structIssues({ record, fields }: Struct): StageIssue[] {
  const issues: StageIssue[] = Object.entries(fields).flatMap(([name, field]) =>
    field && field.at + STRUCT_BYTES[field.type] > record
      ? [{
        code: "bad_value" as const,
        path: ["struct", "fields", name, "at"],
        message:
          `Cannot find "${name}" in a record of ${record} bytes: it would end at byte ${
            field.at + STRUCT_BYTES[field.type]
          }`,
      }]
      : []
  );
  if (!fields.price && !(fields.bid && fields.ask)) {
    issues.push({
      code: "missing_key",
      path: ["struct", "fields"],
      message:
        'Cannot load ticks without "price", or both "bid" and "ask", among the fields',
    });
  }
  return issues;
}
