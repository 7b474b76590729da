import type { FillModel } from "./model.ts";

/** What most models share: what takes gets everything, at the price it meets. */
export abstract class TakesAll implements FillModel {
  readonly improves: boolean = false;

  begin(_tick: Float64Array, _key: number): void {}

  rest(_rows: Float64Array, _at: number, _tick: Float64Array): void {}

  abstract resting(
    rows: Float64Array,
    at: number,
    tick: Float64Array,
  ): number;

  taking(
    _rows: Float64Array,
    _at: number,
    _tick: Float64Array,
    wanted: number,
  ): number {
    return wanted;
  }

  slipTicks(_rows: Float64Array, _at: number): number {
    return 0;
  }
}
