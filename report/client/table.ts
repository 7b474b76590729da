/// <reference lib="dom" />
import { count, UNDEFINED } from "../format.ts";
import type { TableColumn, TableData } from "./data.ts";
import type { Columns } from "./decode.ts";
import { formOf } from "./forms.ts";

const PAGE_ROWS = 20;

/** Fills a table of the page a page at a time, sorted and filtered. */
export class PagedTable {
  readonly #place: HTMLElement;
  readonly #table: TableData;
  readonly #values: readonly Float64Array[];
  readonly #origin: number;
  readonly #show: (row: number) => void;
  #order: Uint32Array;
  #shown: Uint32Array;
  #sorted: number;
  #ascending = true;
  #page = 0;

  /**
   * @param show called when the reader wants to see a row in a chart
   */
  constructor(
    place: HTMLElement,
    table: TableData,
    { columns, origin, show }: {
      columns: Columns;
      origin: number;
      show: (row: number) => void;
    },
  ) {
    this.#place = place;
    this.#table = table;
    this.#values = table.columns.map(({ column }) => columns(column));
    this.#origin = origin;
    this.#show = show;
    this.#order = Uint32Array.from({ length: table.rows }, (_, i) => i);
    this.#shown = this.#order;
    this.#sorted = table.sorted;
    for (const [i, button] of this.#all("thead button").entries()) {
      button.addEventListener("click", () => this.#sort(i));
    }
    for (const choice of this.#all("select")) {
      choice.addEventListener("change", () => this.#filter());
    }
    for (const button of this.#all("[data-page]")) {
      button.addEventListener(
        "click",
        () => this.#turn(Number(button.dataset.page)),
      );
    }
    this.#fill();
  }

  #all(selector: string): HTMLElement[] {
    return [...this.#place.querySelectorAll<HTMLElement>(selector)];
  }

  #sort(column: number): void {
    const again = column === this.#sorted;
    this.#ascending = again ? !this.#ascending : true;
    this.#sorted = column;
    const values = this.#values[column];
    const way = this.#ascending ? 1 : -1;
    // Equal values stay in order of time.
    this.#order = Uint32Array.from({ length: this.#table.rows }, (_, i) => i)
      .sort((a, b) => ordered(values[a], values[b], way) || a - b);
    this.#filter();
  }

  #filter(): void {
    const tests = this.#all("select").flatMap((choice) => {
      const { value, dataset } = choice as HTMLSelectElement;
      if (value === "") return [];
      const column = this.#values[Number(dataset.column)];
      if (value === "gain") return [(row: number) => column[row] > 0];
      if (value === "loss") return [(row: number) => column[row] <= 0];
      return [(row: number) => column[row] === Number(value)];
    });
    this.#shown = this.#order.filter((row) => tests.every((test) => test(row)));
    this.#page = 0;
    this.#fill();
  }

  #turn(by: number): void {
    const pages = Math.max(1, Math.ceil(this.#shown.length / PAGE_ROWS));
    this.#page = Math.max(0, Math.min(pages - 1, this.#page + by));
    this.#fill();
  }

  #fill(): void {
    const first = this.#page * PAGE_ROWS;
    const rows = this.#shown.subarray(first, first + PAGE_ROWS);
    const body = this.#place.querySelector("tbody");
    body?.replaceChildren(...Array.from(rows, (row) => this.#row(row)));
    for (const [i, head] of this.#all("thead th[data-column]").entries()) {
      const sort = this.#ascending ? "ascending" : "descending";
      if (i === this.#sorted) head.setAttribute("aria-sort", sort);
      else head.removeAttribute("aria-sort");
    }
    const last = first + rows.length;
    const text = rows.length === 0
      ? "No rows"
      : `${count(first + 1)}–${count(last)} of ${count(this.#shown.length)}`;
    for (const place of this.#all("output")) place.textContent = text;
    for (const button of this.#all("[data-page]")) {
      const by = Number(button.dataset.page);
      (button as HTMLButtonElement).disabled = by < 0
        ? this.#page === 0
        : last >= this.#shown.length;
    }
  }

  #row(row: number): HTMLTableRowElement {
    const line = document.createElement("tr");
    if (this.#table.shows) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Show";
      button.setAttribute("aria-label", `Show row ${row + 1} in the chart`);
      button.addEventListener("click", () => this.#show(row));
      line.insertCell().append(button);
    }
    for (const [i, column] of this.#table.columns.entries()) {
      const cell = line.insertCell();
      const value = this.#values[i][row];
      cell.textContent = this.#text(column, value);
      if (column.form !== "text") cell.className = "number";
      if (column.signed && Math.abs(value) > 0) {
        cell.classList.add(value > 0 ? "gain" : "loss");
      }
    }
    return line;
  }

  #text({ form, words, decimals }: TableColumn, value: number): string {
    if (form === "text") return words?.[value] ?? "";
    if (Number.isNaN(value)) return UNDEFINED;
    if (form === "time") return formOf("time")(value + this.#origin);
    return formOf(form, decimals)(value);
  }
}

/** What is not there comes last, whichever the way. */
function ordered(a: number, b: number, way: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return way * (a - b);
}
