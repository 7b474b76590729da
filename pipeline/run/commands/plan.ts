import { describePlan } from "../../../stages/describe_plan.ts";
import type { Registry } from "../../contract/mod.ts";
import { slotMemory } from "../../plan/mod.ts";
import { resolvedYaml } from "../../spec/mod.ts";
import { compile, startCrew } from "../compile.ts";
import { bytes } from "../format.ts";
import type { Io } from "../io.ts";
import { loadPipeline } from "../load.ts";
import { printsOnly } from "../stage_worker.ts";
import type { ConfigOptions } from "./options.ts";

/** `plan CONFIG`: what a run would do, without doing any of it. */
export async function planCommand(
  file: string,
  { set, workers, json }: ConfigOptions,
  { registry, io }: { registry: Registry; io: Io },
): Promise<void> {
  const loaded = loadPipeline(file, { set }, { registry, io });
  const setup = { registry, io, workers, listener: printsOnly(io.err) };
  const crew = await startCrew(loaded, setup);
  try {
    const plan = await compile(loaded, crew, { ...setup, dry: true });
    if (json) return io.out(JSON.stringify(plan, null, 2) + "\n");
    const lanes = plan.wires.flatMap(({ from, to, lane }) =>
      lane
        ? [
          `  ${from.stage} → ${to.stage}[${to.copy}]  time, ${
            lane.columns.join(", ")
          }  ${lane.slots} slots, ${bytes(lane.bytes)}`,
        ]
        : []
    );
    io.out([
      resolvedYaml(loaded.spec).trimEnd(),
      "",
      "# stages",
      ...describePlan(plan),
      "",
      `# lanes: ${bytes(slotMemory(plan))} of ${loaded.spec.run.memory}`,
      ...(lanes.length > 0
        ? lanes
        : ["  known once the ticks are in the store"]),
      "",
    ].join("\n"));
  } finally {
    crew.dismiss();
  }
}
