/** Values of a part. */
const MOST = 256;

interface Part {
  readonly values: Float64Array;
  size: number;
}

/**
 * Sorted values in parts of up to {@link MOST}, so that a step moves one part at
 * the most, however many values there are.
 */
export class SortedWindow {
  #parts: Part[] = [part()];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Holds these values, in any order and without NaN, and no others. */
  fill(values: Float64Array): void {
    const sorted = values.map((value) => value + 0).sort();
    this.#size = sorted.length;
    this.#parts = [part()];
    for (let from = 0; from < sorted.length; from += MOST / 2) {
      const last = from === 0 ? this.#parts[0] : part();
      const piece = sorted.subarray(from, from + MOST / 2);
      last.values.set(piece);
      last.size = piece.length;
      if (from > 0) this.#parts.push(last);
    }
  }

  insert(value: number): void {
    const index = this.#partOf(value);
    const { values, size } = this.#parts[index];
    let j = size;
    for (; j > 0 && values[j - 1] > value; j--) values[j] = values[j - 1];
    values[j] = value;
    this.#size++;
    this.#parts[index].size++;
    if (size + 1 === MOST) this.#split(index);
  }

  /** Takes out one that is there. */
  remove(value: number): void {
    const index = this.#partOf(value);
    const each = this.#parts[index];
    const { values } = each;
    let low = 0;
    for (let size = each.size; size > 1;) {
      const half = size >> 1;
      low += half * Number(values[low + half - 1] < value);
      size -= half;
    }
    each.size--;
    this.#size--;
    for (; low < each.size; low++) values[low] = values[low + 1];
    if (each.size === 0 && this.#parts.length > 1) this.#parts.splice(index, 1);
  }

  /** The value at a place, from 0, the lowest. */
  at(place: number): number {
    let index = 0;
    while (place >= this.#parts[index].size) {
      place -= this.#parts[index++].size;
    }
    return this.#parts[index].values[place];
  }

  /** The first part whose highest value is no less, or the last one. */
  #partOf(value: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { values, size } = this.#parts[middle];
      if (values[size - 1] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #split(index: number): void {
    const full = this.#parts[index];
    const later = part();
    const half = full.size >> 1;
    later.values.set(full.values.subarray(half, full.size));
    later.size = full.size - half;
    full.size = half;
    this.#parts.splice(index + 1, 0, later);
  }
}

function part(): Part {
  return { values: new Float64Array(MOST), size: 0 };
}
