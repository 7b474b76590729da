/** What the page holds for its script. Times are microseconds. */
export interface Data {
  /** Epoch time of time 0. */
  readonly origin: number;
  /** Trading time in order: `[open, close)`, since the origin. */
  readonly sessions: readonly (readonly [number, number])[];
  readonly columns: readonly Column[];
  readonly charts: Readonly<Record<string, Chart>>;
  readonly tables: Readonly<Record<string, TableData>>;
}

/** Where a column's bytes begin, once they are decompressed. */
export interface Column {
  readonly rows: number;
  readonly from: number;
  readonly scale: number;
}

/** How a number is written. */
export type NumberForm = "money" | "percent" | "ratio" | "price" | "count";

/** What a chart draws. A number that names data is an index into `columns`. */
export type Chart = LinesChart | PriceChart | BarsChart | BandsChart;

/** Lines over trading time. */
export interface LinesChart {
  readonly kind: "lines";
  readonly form: NumberForm;
  readonly height: number;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly label: string;
  readonly time: number;
  readonly value: number;
  /** A colour of the page: `accent`, `loss`, … */
  readonly color: string;
  /** Filled to zero, or from below. */
  readonly fill?: "zero" | "below";
  /** Holds its value until the next point. */
  readonly steps?: boolean;
}

/** A price over trading time with fills. */
export interface PriceChart {
  readonly kind: "price";
  readonly decimals: number;
  readonly time: number;
  readonly value: number;
  /** Half of the spread, where bid and ask are drawn too. */
  readonly half?: number;
  /** Spans in which every tick is drawn. */
  readonly windows: { readonly from: number; readonly to: number };
  readonly fills: Readonly<Record<"time" | "price" | "side", number>>;
  readonly trades: Readonly<
    Record<
      "entry_time" | "exit_time" | "entry_price" | "exit_price" | "net",
      number
    >
  >;
}

/** How often values fall into bins. */
export interface BarsChart {
  readonly kind: "bars";
  readonly form: NumberForm;
  /** What is counted. */
  readonly noun: string;
  /** Middle of each bin, and how many values it holds. */
  readonly middle: readonly number[];
  readonly count: readonly number[];
}

/** Between which bands many histories lie. */
export interface BandsChart {
  readonly kind: "bands";
  readonly form: NumberForm;
  /** What is counted along the chart. */
  readonly unit: string;
  readonly step: number;
  /** 5, 25, 50, 75 and 95 %. */
  readonly levels: readonly number[];
  /** What happened. */
  readonly actual: number;
}

/** Rows that are sorted, filtered and shown a page at a time. */
export interface TableData {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  /** Column by which the rows come sorted, ascending. */
  readonly sorted: number;
  /** A chart that can show a row's span of time, and the columns that hold it. */
  readonly shows?: {
    readonly chart: readonly string[];
    readonly by: number;
    readonly from: number;
    readonly to: number;
  };
}

export interface TableColumn {
  readonly label: string;
  readonly form: NumberForm | "time" | "duration" | "text" | "exact";
  readonly column: number;
  /** Of a price. */
  readonly decimals?: number;
  /** What the numbers of a column of text stand for. */
  readonly words?: readonly string[];
  /** Written in the colours of gain and loss. */
  readonly signed?: boolean;
}
