/**
 * Which link between Workers is faster: message ports or transferable streams?
 *
 * `deno run -A bench/links.ts [ROUNDS] [CONFIG]`: the whole main job on each,
 * interleaved, rows to results.
 */
import { interleave, line, machine, median, run } from "./harness.ts";

const ROUNDS = Number(Deno.args[0] ?? 7);
const CONFIG = Deno.args[1] ?? "bench/main_job.yaml";

const seconds = { port: [] as number[], stream: [] as number[] };
let ticks = 0;
await run(CONFIG);
await interleave(
  ROUNDS,
  (["port", "stream"] as const).map((link) => async () => {
    const figures = await run(CONFIG, "--set", `run.link=${link}`);
    ticks = figures.ticks;
    seconds[link].push(figures.run_s);
  }),
);
console.log(machine(ROUNDS));
console.log(line("message ports", seconds.port, ticks));
console.log(line("transferable streams", seconds.stream, ticks));
const ratio = median(seconds.stream) / median(seconds.port);
console.log(`  streams take ${ratio.toFixed(2)} times as long`);
