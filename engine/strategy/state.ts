/** What a strategy may keep between ticks: numbers, flags and fixed arrays. */
export type StateTemplate = Readonly<
  Record<string, number | boolean | readonly number[]>
>;

/** A strategy's state as its functions see it. */
export type State<S extends StateTemplate> = {
  -readonly [K in keyof S]: S[K] extends boolean ? boolean
    : S[K] extends number ? number
    : Float64Array;
};

/** State with the flat array behind it. */
export interface FlatState {
  /** Reads and writes go straight to {@link values}. */
  readonly view: Record<string, number | boolean | Float64Array>;
  readonly values: Float64Array;
}

/**
 * Lays a state template out on one Float64Array, so that a snapshot of a
 * strategy is a copy and numbers are never boxed.
 *
 * @throws TypeError for a value that is no number, flag or array of numbers
 */
export function layState(template: StateTemplate): FlatState {
  const initial: number[] = [];
  const places: [name: string, at: number, value: StateTemplate[string]][] = [];
  for (const [name, value] of Object.entries(template)) {
    places.push([name, initial.length, value]);
    if (typeof value === "number" || typeof value === "boolean") {
      initial.push(Number(value));
    } else if (isNumbers(value)) {
      initial.push(...value);
    } else {
      throw new TypeError(
        `Cannot keep state ${name}: current value is ${
          JSON.stringify(value)
        }, it must be a number, true or false, or an array of numbers`,
      );
    }
  }
  const values = Float64Array.from(initial);
  let shape = shapes.get(template);
  if (shape === undefined) {
    shape = shapeOf(places);
    shapes.set(template, shape);
  }
  const view = Object.seal(new shape(values));
  return { view: view as unknown as FlatState["view"], values };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((v) => typeof v === "number");
}

/**
 * Accessors lie on one class for each template. As properties of the object they
 * were looked up anew on each read, and a number was boxed: 13 ns in place of 1.
 */
class View {
  readonly #values: Float64Array;
  readonly #slots: readonly Float64Array[];

  constructor(values: Float64Array, lengths: readonly [number, number][]) {
    this.#values = values;
    this.#slots = lengths.map(([at, length]) =>
      values.subarray(at, at + length)
    );
  }

  static number(at: number): PropertyDescriptor {
    return {
      get(this: View) {
        return this.#values[at];
      },
      set(this: View, next: number) {
        this.#values[at] = next;
      },
    };
  }

  static flag(at: number): PropertyDescriptor {
    return {
      get(this: View) {
        return this.#values[at] !== 0;
      },
      set(this: View, next: boolean) {
        this.#values[at] = next ? 1 : 0;
      },
    };
  }

  static array(name: string, slot: number): PropertyDescriptor {
    return {
      get(this: View) {
        return this.#slots[slot];
      },
      set() {
        throw new TypeError(
          `Cannot replace state ${name}: write to its elements instead`,
        );
      },
    };
  }
}

type Shape = new (values: Float64Array) => View;

/** By template, since a strategy has one and its runs are many. */
const shapes = new WeakMap<StateTemplate, Shape>();

function shapeOf(
  places: readonly [name: string, at: number, value: StateTemplate[string]][],
): Shape {
  const arrays: [number, number][] = [];
  const shape = class extends View {
    constructor(values: Float64Array) {
      super(values, arrays);
    }
  };
  for (const [name, at, value] of places) {
    const accessor = typeof value === "number"
      ? View.number(at)
      : typeof value === "boolean"
      ? View.flag(at)
      : View.array(name, arrays.push([at, value.length]) - 1);
    Object.defineProperty(shape.prototype, name, {
      ...accessor,
      enumerable: true,
    });
  }
  return shape;
}
