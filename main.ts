// Before anything else: no result may depend on where the machine stands.
Deno.env.set("TZ", "UTC");

const { main } = await import("./pipeline/run/cli.ts");
const { processIo } = await import("./pipeline/run/io.ts");

// A worker that spins cannot be stopped: only leaving the process ends it.
Deno.exit(await main(Deno.args, processIo()));
