import { cpus, loadavg } from "node:os";

const FLAGS = ["run", "--quiet", "--allow-all", "--unstable-worker-options"];
const OUT = `runs/.bench-${Deno.pid}`;

/** Figures of `result.json` that a bench looks at. */
export interface RunFigures {
  readonly ticks: number;
  readonly fills: number;
  readonly net_profit: number;
  readonly run_s: number;
  readonly elapsed_s: number;
  readonly digest: string;
  readonly slices: number;
  readonly reruns: { readonly slices: number; readonly rows: number };
  readonly plan: string;
}

/** Runs a script in a fresh process and reads the JSON that it prints. */
export async function json<T>(args: readonly string[]): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...FLAGS, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Runs a pipeline in a fresh process; gives its figures and its plan. */
export async function run(
  config: string,
  ...options: readonly string[]
): Promise<RunFigures> {
  try {
    const args = ["main.ts", "run", config, "--json", "--out", OUT, ...options];
    const figures = await json<Omit<RunFigures, "plan">>(args);
    return { ...figures, plan: Deno.readTextFileSync(`${OUT}/plan.json`) };
  } finally {
    await Deno.remove(OUT, { recursive: true }).catch(() => {});
  }
}

/** Runs each variant once a round, in turn and in reversed order. */
export async function interleave(
  rounds: number,
  variants: readonly (() => Promise<void>)[],
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const variant of order) await variant();
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Which machine this is, and how busy. */
export function machine(rounds: number): string {
  const load = loadavg().map((value) => value.toFixed(2)).join(" ");
  return `${cpus().length} × ${
    cpus()[0].model
  }, load ${load}, ${rounds} rounds`;
}

/** A line with the median, the rate and all raw values. */
export function line(
  name: string,
  seconds: readonly number[],
  ticks: number,
): string {
  const typical = median(seconds);
  const raw = seconds.map((s) => (s * 1000).toFixed(0)).join(" ");
  const rate = (ticks / typical / 1e6).toFixed(1).padStart(7);
  return `${name.padEnd(34)} ${
    (typical * 1000).toFixed(1).padStart(8)
  } ms ${rate} M ticks/s   raw ms: ${raw}`;
}
