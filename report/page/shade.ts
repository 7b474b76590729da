/** The class of a cell's ground: one of four shades either way, by size. */
export function shade(value: number, largest: number): string {
  if (!(Math.abs(value) > 0) || !(largest > 0)) return "";
  const step = Math.ceil(4 * Math.abs(value) / largest);
  return `${value > 0 ? "up" : "down"}-${step}`;
}
