/** The contract that is traded. */
export interface Instrument {
  readonly symbol: string;
  /** Smallest change of price. */
  readonly tickSize: number;
  /** Currency units that one unit of price is worth for one contract. */
  readonly multiplier: number;
  /** Currency units for each contract, each way. */
  readonly commissionPerContract: number;
}
