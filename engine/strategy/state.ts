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
  const view: FlatState["view"] = {};
  for (const [name, at, value] of places) {
    Object.defineProperty(view, name, property(values, name, at, value));
  }
  Object.seal(view);
  return { view, values };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((v) => typeof v === "number");
}

function property(
  values: Float64Array,
  name: string,
  at: number,
  value: StateTemplate[string],
): PropertyDescriptor {
  if (typeof value === "number") {
    return {
      enumerable: true,
      get: () => values[at],
      set: (next: number) => {
        values[at] = next;
      },
    };
  }
  if (typeof value === "boolean") {
    return {
      enumerable: true,
      get: () => values[at] !== 0,
      set: (next: boolean) => {
        values[at] = next ? 1 : 0;
      },
    };
  }
  const slots = values.subarray(at, at + value.length);
  return {
    enumerable: true,
    get: () => slots,
    set: () => {
      throw new TypeError(
        `Cannot replace state ${name}: write to its elements instead`,
      );
    },
  };
}
