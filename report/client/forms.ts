import type { NumberForm, TableColumn } from "./data.ts";
import {
  count,
  duration,
  exact,
  money,
  percent,
  ratio,
  timeText,
} from "../format.ts";

/** A number as a chart or a table says it. */
export function formOf(
  form: NumberForm | TableColumn["form"],
  decimals = 2,
): (value: number) => string {
  switch (form) {
    case "money":
      return money;
    case "percent":
      return percent;
    case "ratio":
      return ratio;
    case "count":
      return count;
    case "duration":
      return duration;
    case "time":
      return timeText;
    case "price":
      return (value) => value.toFixed(decimals);
    default:
      return exact;
  }
}

/** The same on an axis, where marks are round numbers `step` apart. */
export function axisForm(
  form: NumberForm,
  decimals: number,
): (value: number, step: number) => string {
  if (form === "price") return (value) => value.toFixed(decimals);
  const scale = form === "percent" ? 100 : 1;
  const unit = form === "percent" ? " %" : "";
  return (value, step) => {
    const digits = digitsOf(step * scale);
    const text = (value * scale + 0).toLocaleString("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return text.replace("-", "−") + unit;
  };
}

/** Decimals that multiples of a step need: 2 of 0.25. */
function digitsOf(step: number): number {
  for (let digits = 0; digits < 8; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return digits;
  }
  return 8;
}
