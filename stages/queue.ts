/** Values waiting to be taken, first in, first out. */
export class Queue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  readonly #takers: ((value: T | undefined) => void)[] = [];
  #ended = false;

  get size(): number {
    return this.#values.length;
  }

  push(value: T): void {
    const taker = this.#takers.shift();
    if (taker) taker(value);
    else this.#values.push(value);
  }

  /** No more values come; waiting takers get undefined. */
  end(): void {
    this.#ended = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  shift(): T | undefined {
    return this.#values.shift();
  }

  /** The first value that passes; undefined when none that waits does. */
  take(test: (value: T) => boolean): T | undefined {
    const place = this.#values.findIndex(test);
    return place < 0 ? undefined : this.#values.splice(place, 1)[0];
  }

  /** The next value; undefined after the end. */
  next(): Promise<T | undefined> {
    const value = this.#values.shift();
    if (value !== undefined || this.#ended) return Promise.resolve(value);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const value = await this.next();
      if (value === undefined) return;
      yield value;
    }
  }
}
