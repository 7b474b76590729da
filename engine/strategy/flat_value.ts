/** What {@link writeValue} can write. */
export type FlatValue =
  | null
  | undefined
  | boolean
  | number
  | string
  | bigint
  | Date
  | ArrayBuffer
  | ArrayBufferView
  | readonly FlatValue[]
  | ReadonlyMap<FlatValue, FlatValue>
  | ReadonlySet<FlatValue>
  | { readonly [key: string]: FlatValue };

const TAGS = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  string: 5,
  bigint: 6,
  date: 7,
  array: 8,
  map: 9,
  set: 10,
  object: 11,
  buffer: 12,
} as const;

/** Typed arrays, by the number that is written for their type. */
const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/**
 * A value as bytes: equal values, in the same order of keys, have equal bytes.
 * V8's own serialiser is not used, since it writes a whole number in two ways,
 * by how the compiler happened to keep it.
 *
 * @throws TypeError for what cannot be written: functions, symbols, instances
 * of classes, and what holds itself
 */
export function writeValue(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.write(value);
  return writer.bytes;
}

/** The value behind the bytes of {@link writeValue}. */
export function readValue(bytes: Uint8Array): unknown {
  return new Reader(bytes).read();
}

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  /** What is being written, from the outside in. */
  readonly #within = new Set<object>();

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  write(value: unknown): void {
    switch (typeof value) {
      case "undefined":
        return this.#tag(TAGS.undefined);
      case "boolean":
        return this.#tag(value ? TAGS.true : TAGS.false);
      case "number":
        this.#tag(TAGS.number);
        return this.#number(value);
      case "string":
        this.#tag(TAGS.string);
        return this.#text(value);
      case "bigint":
        this.#tag(TAGS.bigint);
        return this.#text(value.toString());
      case "object":
        return this.#object(value);
      default:
        throw new TypeError(`it holds a ${typeof value}`);
    }
  }

  #object(value: object | null): void {
    if (value === null) return this.#tag(TAGS.null);
    if (this.#within.has(value)) throw new TypeError("it holds itself");
    this.#within.add(value);
    this.#content(value);
    this.#within.delete(value);
  }

  #content(value: object): void {
    if (Array.isArray(value)) return this.#list(TAGS.array, value);
    if (value instanceof Map) {
      this.#tag(TAGS.map);
      this.#number(value.size);
      for (const [key, each] of value) {
        this.write(key);
        this.write(each);
      }
      return;
    }
    if (value instanceof Set) return this.#list(TAGS.set, [...value]);
    if (value instanceof Date) {
      this.#tag(TAGS.date);
      return this.#number(value.getTime());
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return this.#buffer(value);
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`it holds a ${value.constructor?.name ?? "class"}`);
    }
    const entries = Object.entries(value);
    this.#tag(TAGS.object);
    this.#number(entries.length);
    for (const [key, each] of entries) {
      this.#text(key);
      this.write(each);
    }
  }

  #list(tag: number, items: readonly unknown[]): void {
    this.#tag(tag);
    this.#number(items.length);
    for (const item of items) this.write(item);
  }

  #buffer(value: ArrayBuffer | ArrayBufferView): void {
    const type = VIEWS.findIndex((View) => value instanceof View);
    if (type < 0 && ArrayBuffer.isView(value)) {
      throw new TypeError(`it holds a ${value.constructor.name}`);
    }
    const bytes = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    this.#tag(TAGS.buffer);
    this.#number(type);
    this.#raw(bytes);
  }

  #tag(tag: number): void {
    this.#grow(1);
    this.#bytes[this.#at++] = tag;
  }

  #number(value: number): void {
    this.#grow(8);
    this.#view.setFloat64(this.#at, value === value ? value : NaN, true);
    this.#at += 8;
  }

  #text(text: string): void {
    this.#raw(new TextEncoder().encode(text));
  }

  #raw(bytes: Uint8Array): void {
    this.#number(bytes.length);
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #grow(by: number): void {
    if (this.#at + by <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#at + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    switch (this.#bytes[this.#at++]) {
      case TAGS.undefined:
        return undefined;
      case TAGS.null:
        return null;
      case TAGS.false:
        return false;
      case TAGS.true:
        return true;
      case TAGS.number:
        return this.#number();
      case TAGS.string:
        return this.#text();
      case TAGS.bigint:
        return BigInt(this.#text());
      case TAGS.date:
        return new Date(this.#number());
      case TAGS.array:
        return this.#list();
      case TAGS.set:
        return new Set(this.#list());
      case TAGS.map: {
        const size = this.#number();
        const map = new Map<unknown, unknown>();
        for (let i = 0; i < size; i++) map.set(this.read(), this.read());
        return map;
      }
      case TAGS.object: {
        const size = this.#number();
        const entries: [string, unknown][] = [];
        for (let i = 0; i < size; i++) {
          entries.push([this.#text(), this.read()]);
        }
        return Object.fromEntries(entries);
      }
      default:
        return this.#buffer();
    }
  }

  #list(): unknown[] {
    const length = this.#number();
    return Array.from({ length }, () => this.read());
  }

  #buffer(): ArrayBuffer | ArrayBufferView {
    const type = this.#number();
    const { buffer } = Uint8Array.from(this.#raw());
    return type < 0 ? buffer : new VIEWS[type](buffer);
  }

  #number(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  #text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#raw()));
  }

  #raw(): Uint8Array {
    const length = this.#number();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
