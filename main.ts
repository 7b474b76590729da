import { main } from "./pipeline/run/cli.ts";
import { processIo } from "./pipeline/run/io.ts";

// A worker that spins cannot be stopped: only leaving the process ends it.
Deno.exit(await main(Deno.args, processIo()));
