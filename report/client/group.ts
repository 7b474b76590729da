/// <reference lib="dom" />
import type uPlot from "uplot";
import { timeText } from "../format.ts";
import type { TradingTime } from "./trading_time.ts";

/** Charts over one span of trading time: what one shows, all show. */
export class TimeGroup {
  readonly clock: TradingTime;
  readonly #plots: uPlot[] = [];
  readonly #labels: HTMLElement[] = [];
  #from = 0;
  #to: number;
  #busy = false;

  constructor(clock: TradingTime) {
    this.clock = clock;
    this.#to = clock.length;
  }

  /** Takes in a chart whose x scale is trading seconds. */
  add(plot: uPlot, place: HTMLElement): void {
    this.#plots.push(plot);
    place.addEventListener("keydown", (event) => this.#key(event));
    place.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const at = plot.posToVal(plot.cursor.left ?? 0, "x");
      this.zoom(event.deltaY > 0 ? 1.5 : 1 / 1.5, at);
    }, { passive: false });
    plot.over.addEventListener("dblclick", () => this.all());
  }

  /** Wires buttons and the text that says what is shown. */
  addControls(bar: HTMLElement): void {
    for (const button of bar.querySelectorAll<HTMLElement>("[data-do]")) {
      button.addEventListener("click", () => this.#do(button.dataset.do));
    }
    const label = bar.querySelector<HTMLElement>("output");
    if (label) this.#labels.push(label);
    this.#say();
  }

  /** Called by a chart when its range was changed, by dragging. */
  changed(plot: uPlot): void {
    const { min, max } = plot.scales.x;
    if (this.#busy || min === undefined || max === undefined) return;
    if (min === this.#from && max === this.#to) return;
    this.show(min, max);
  }

  /** Shows trading seconds `from` to `to` in every chart. */
  show(from: number, to: number): void {
    const all = this.clock.length;
    const width = Math.min(all, Math.max(to - from, 1e-3));
    this.#from = Math.max(0, Math.min(from, all - width));
    this.#to = this.#from + width;
    this.#busy = true;
    for (const plot of this.#plots) {
      plot.setScale("x", { min: this.#from, max: this.#to });
    }
    // uPlot applies scales in a microtask.
    queueMicrotask(() => queueMicrotask(() => this.#busy = false));
    this.#say();
  }

  all(): void {
    this.show(0, this.clock.length);
  }

  zoom(factor: number, at = (this.#from + this.#to) / 2): void {
    const from = at - (at - this.#from) * factor;
    this.show(from, from + (this.#to - this.#from) * factor);
  }

  pan(share: number): void {
    const by = (this.#to - this.#from) * share;
    this.show(this.#from + by, this.#to + by);
  }

  #do(what: string | undefined): void {
    if (what === "in") this.zoom(0.5);
    else if (what === "out") this.zoom(2);
    else if (what === "left") this.pan(-0.25);
    else if (what === "right") this.pan(0.25);
    else this.all();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const what = KEYS[event.key];
    if (what === undefined) return;
    event.preventDefault();
    this.#do(what);
  }

  #say(): void {
    const { clock } = this;
    const from = timeText(clock.epoch(this.#from));
    const to = timeText(clock.epoch(this.#to));
    for (const label of this.#labels) {
      label.textContent = `${from} to ${to} UTC`;
    }
  }
}

const KEYS: Readonly<Record<string, string>> = {
  "+": "in",
  "=": "in",
  "-": "out",
  "ArrowLeft": "left",
  "ArrowRight": "right",
  "0": "all",
  "Home": "all",
};
