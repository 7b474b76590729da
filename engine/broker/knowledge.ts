import { delayOf, isInstant, type LatencySpec, Purpose } from "./latency.ts";
import { N, News, type Notices, type Reason, reasonCode } from "./notices.ts";
import { F, Flag, type OrderRows, Status } from "./order_rows.ts";
import { addQuantity, Position } from "./position.ts";
import type { PositionMethod } from "./position.ts";
import type { Instrument } from "../instrument.ts";

/** What {@link Knowledge} needs of the run around it. */
export interface KnowledgeSetup {
  readonly instrument: Instrument;
  /** Index of the instrument in the run. */
  readonly index: number;
  readonly latency: LatencySpec;
  readonly positions: PositionMethod;
  readonly seed: number;
  readonly notices: Notices;
  /** Whether the strategy has an `onFill`, and an `onOrder`. */
  readonly hearsFills: boolean;
  readonly hearsOrders: boolean;
  /** A column of the instrument's ticks now, for latencies. */
  readonly read: (column: string) => number;
}

/** A fill, as it is told. */
export interface FillNews {
  readonly signed: number;
  readonly price: number;
  readonly commission: number;
  readonly time: number;
  readonly maker: boolean;
  /** Contracts still open, above 0. */
  readonly remaining: number;
  readonly realised: number;
}

/**
 * What the strategy knows of its orders and its position, and the news that are
 * on their way to it. Without latency that is what there is.
 */
export class Knowledge {
  /** The position as the strategy knows it. */
  readonly position: Position;
  readonly #setup: KnowledgeSetup;
  readonly #rows: OrderRows;
  readonly #instant: boolean;
  /** One number: see {@link goal}. Looked at on every tick. */
  readonly goals = new Float64Array(1);

  constructor(setup: KnowledgeSetup, rows: OrderRows) {
    this.#setup = setup;
    this.#rows = rows;
    this.position = new Position(setup.instrument, setup.positions);
    this.#instant = isInstant(setup.latency.notice);
  }

  /** Position once the market orders that the strategy sent are filled. */
  get goal(): number {
    return this.goals[0];
  }

  /** A market order was sent, or one on its way has changed its size. */
  aim(by: number): void {
    this.goals[0] = addQuantity(this.goals[0], by);
  }

  /** Tells of a fill of the order in a row. */
  tellFill(at: number, fill: FillNews): void {
    const { values } = this.#rows;
    const id = values[at + F.Id];
    const counted = (values[at + F.Flags] & Flag.Counted) !== 0;
    if (!this.#setup.hearsFills && this.#instant) {
      const done = fill.remaining === 0;
      this.#hearFill(id, fill.signed, fill.price, done, counted);
      return;
    }
    const { notices, index } = this.#setup;
    const row = notices.add();
    const n = notices.values;
    n[row + N.Due] = fill.time + this.#delay(id);
    n[row + N.News] = News.Fill;
    n[row + N.Instrument] = index;
    n[row + N.Order] = id;
    n[row + N.Signed] = fill.signed;
    n[row + N.Price] = fill.price;
    n[row + N.Commission] = fill.commission;
    n[row + N.Time] = fill.time;
    n[row + N.Maker] = Number(fill.maker);
    n[row + N.Remaining] = fill.remaining;
    n[row + N.Counted] = Number(counted);
    n[row + N.Realised] = fill.realised;
  }

  /** Tells of anything else about the order in a row. */
  tell(at: number, news: number, reason: Reason, time: number): void {
    const { values } = this.#rows;
    this.#tell(
      news,
      values[at + F.Id],
      values[at + F.Signed],
      reason,
      time,
      values[at + F.Status] === Status.Done,
      (values[at + F.Flags] & Flag.Counted) !== 0,
    );
  }

  /** Tells of an order that never was one. */
  tellRejected(id: number, signed: number, reason: Reason, time: number): void {
    this.#tell(News.Rejected, id, signed, reason, time, true, false);
  }

  #tell(
    news: number,
    id: number,
    signed: number,
    reason: Reason,
    time: number,
    over: boolean,
    counted: boolean,
  ): void {
    const { notices, index, hearsOrders } = this.#setup;
    if (this.#instant && over) this.#hearEnd(id, signed, counted);
    if (!hearsOrders && this.#instant) return;
    const row = notices.add();
    const n = notices.values;
    n[row + N.Due] = time + this.#delay(id);
    n[row + N.News] = news;
    n[row + N.Instrument] = index;
    n[row + N.Order] = id;
    n[row + N.Signed] = signed;
    n[row + N.Price] = NaN;
    n[row + N.Time] = time;
    n[row + N.Remaining] = Math.abs(signed);
    n[row + N.Reason] = reasonCode(reason);
    n[row + N.Known] = Number(this.#instant || !over);
    n[row + N.Counted] = Number(counted);
  }

  /** The strategy hears of a notice: what it knows changes. */
  hear(notice: Float64Array): void {
    const id = notice[N.Order];
    const counted = notice[N.Counted] !== 0;
    if (notice[N.News] === News.Fill) {
      const done = notice[N.Remaining] === 0;
      this.#hearFill(id, notice[N.Signed], notice[N.Price], done, counted);
    } else if (notice[N.Known] === 0) {
      this.#hearEnd(id, notice[N.Signed], counted);
    }
  }

  #hearFill(
    id: number,
    signed: number,
    price: number,
    done: boolean,
    counted: boolean,
  ): void {
    this.position.move(signed, price);
    if (!counted) this.aim(signed);
    const at = this.#rows.find(id);
    if (at < 0) return;
    const { values } = this.#rows;
    values[at + F.Heard] += Math.abs(signed);
    if (done) values[at + F.Over] = 1;
  }

  #hearEnd(id: number, signed: number, counted: boolean): void {
    if (counted) this.aim(-signed);
    const at = this.#rows.find(id);
    if (at >= 0) this.#rows.values[at + F.Over] = 1;
  }

  #delay(id: number): number {
    const { notice } = this.#setup.latency;
    if (notice.kind === "constant") return notice.ns;
    const { seed, read } = this.#setup;
    return delayOf(notice, Purpose.Notice, id, seed, read);
  }

  get snapshotSize(): number {
    return 1 + this.position.snapshotSize;
  }

  save(out: Float64Array, offset: number): number {
    out[offset] = this.goals[0];
    return this.position.save(out, offset + 1);
  }

  restore(from: Float64Array, offset: number): number {
    this.goals[0] = from[offset];
    return this.position.restore(from, offset + 1);
  }
}
