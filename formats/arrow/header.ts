import { SafeTable } from "./flatbuffer.ts";

/** What the header of a message says. */
export interface Header {
  readonly kind: "schema" | "dictionary" | "batch" | "other";
  /** Bytes of the body. */
  readonly body: number;
}

const KINDS = ["other", "schema", "dictionary", "batch"] as const;
const MOST_ROWS = 2n ** 28n;
const MOST_BODY = 2n ** 40n;
const DEEPEST = 32;

/** Reads the header of a message, all of it; `RangeError` when it is damaged. */
export function headerOf(bytes: Uint8Array<ArrayBuffer>): Header {
  const message = SafeTable.root(viewOf(bytes));
  const kind = KINDS[message.byte(1)] ?? "other";
  const body = message.long(3);
  check(body >= 0n && body < MOST_BODY, "body");
  const header = message.table(2);
  if (kind === "other") return { kind, body: Number(body) };
  if (!header) throw new RangeError("it has no header");
  if (kind === "schema") checkSchema(header);
  else checkBatch(kind === "batch" ? header : header.table(1), body);
  return { kind, body: Number(body) };
}

/** Checks the footer of a file; `RangeError` when it is damaged. */
export function checkFooter(bytes: Uint8Array<ArrayBuffer>): void {
  const footer = SafeTable.root(viewOf(bytes));
  const schema = footer.table(1);
  if (!schema) throw new RangeError("it has no schema");
  checkSchema(schema);
  footer.vector(2, 24);
  footer.vector(3, 24);
}

function checkBatch(batch: SafeTable | undefined, body: bigint): void {
  if (!batch) throw new RangeError("it has no batch");
  const isCount = (count: bigint) => count >= 0n && count < MOST_ROWS;
  check(isCount(batch.long(0)), "number of rows");
  for (const node of batch.vector(1, 16)) {
    const length = node.getBigInt64(0, true);
    const nulls = node.getBigInt64(8, true);
    check(isCount(length) && nulls >= 0n && nulls <= length, "column");
  }
  for (const buffer of batch.vector(2, 16)) {
    const offset = buffer.getBigInt64(0, true);
    const length = buffer.getBigInt64(8, true);
    check(
      offset >= 0n && length >= 0n && offset + length <= body,
      "buffer",
    );
  }
}

function checkSchema(schema: SafeTable): void {
  const visit = (field: SafeTable, depth: number) => {
    check(depth < DEEPEST, "column");
    field.vector(0, 1);
    field.tables(6).forEach(checkPair);
    for (const child of field.tables(5)) visit(child, depth + 1);
  };
  for (const field of schema.tables(1)) visit(field, 0);
  schema.tables(2).forEach(checkPair);
}

function checkPair(pair: SafeTable): void {
  pair.vector(0, 1);
  pair.vector(1, 1);
}

function check(isSound: boolean, what: string): void {
  if (!isSound) throw new RangeError(`a ${what} does not fit`);
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
