/** One execution, as `onFill` sees it. */
export interface Fill {
  readonly order: number;
  /** The instrument's name in the pipeline file. */
  readonly instrument: string;
  /** 1 for a buy, -1 for a sell. */
  readonly side: 1 | -1;
  /** Contracts, above 0. */
  readonly quantity: number;
  readonly price: number;
  /** Currency units, at least 0. */
  readonly commission: number;
  /** Nanoseconds since the run's origin. */
  readonly time: number;
}
