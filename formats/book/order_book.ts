interface Order {
  readonly side: 1 | -1;
  price: number;
  size: number;
}

interface Level {
  size: number;
  orders: number;
}

/** One side of a book: levels by price, and which one is the best. */
class Side {
  readonly levels = new Map<number, Level>();
  readonly #sign: 1 | -1;
  #best = NaN;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  /** Best price in raw units, NaN when the side is empty. */
  get best(): number {
    return this.#best;
  }

  get bestSize(): number {
    return this.levels.get(this.#best)?.size ?? 0;
  }

  add(price: number, size: number): void {
    const level = this.levels.get(price);
    if (level) {
      level.size += size;
      level.orders++;
      return;
    }
    this.levels.set(price, { size, orders: 1 });
    if (!(this.#sign * (this.#best - price) >= 0)) this.#best = price;
  }

  /** Takes `size` from a level; `whole` when the order is gone with it. */
  reduce(price: number, size: number, whole: boolean): void {
    const level = this.levels.get(price);
    if (!level) return;
    level.size -= size;
    if (!whole || --level.orders > 0) return;
    this.levels.delete(price);
    if (price !== this.#best) return;
    let best = NaN;
    for (const other of this.levels.keys()) {
      if (!(this.#sign * (best - other) >= 0)) best = other;
    }
    this.#best = best;
  }

  clear(): void {
    this.levels.clear();
    this.#best = NaN;
  }
}

/**
 * A book of single orders, for its best bid and ask. Prices are raw integers of
 * the feed; an order is known by the feed's id. Each change of an order that is
 * not in the book gives false and does nothing.
 */
export class OrderBook {
  readonly bids = new Side(1);
  readonly asks = new Side(-1);
  readonly #orders = new Map<bigint | number, Order>();

  get size(): number {
    return this.#orders.size;
  }

  get(id: bigint | number): Readonly<Order> | undefined {
    return this.#orders.get(id);
  }

  add(id: bigint | number, side: 1 | -1, price: number, size: number): boolean {
    if (this.#orders.has(id)) return false;
    this.#orders.set(id, { side, price, size });
    this.#side(side).add(price, size);
    return true;
  }

  /** Takes `size` away; the order goes when nothing is left. */
  reduce(id: bigint | number, size: number): boolean {
    const order = this.#orders.get(id);
    if (!order) return false;
    const taken = Math.min(size, order.size);
    order.size -= taken;
    if (order.size === 0) this.#orders.delete(id);
    this.#side(order.side).reduce(order.price, taken, order.size === 0);
    return true;
  }

  remove(id: bigint | number): boolean {
    const order = this.#orders.get(id);
    return order !== undefined && this.reduce(id, order.size);
  }

  /** Gives an order another price and size. */
  modify(id: bigint | number, price: number, size: number): boolean {
    const order = this.#orders.get(id);
    if (!order) return false;
    const { side } = order;
    this.remove(id);
    return this.add(id, side, price, size);
  }

  clear(): void {
    this.#orders.clear();
    this.bids.clear();
    this.asks.clear();
  }

  #side(side: 1 | -1): Side {
    return side === 1 ? this.bids : this.asks;
  }
}
