export { firstChange, identityOf } from "./identity.ts";
export {
  makePlan,
  type Plan,
  type PlannedStage,
  type PlanParts,
  slotMemory,
} from "./plan.ts";
export { programHash } from "./program.ts";
export {
  kindOf,
  type LanePlan,
  planWires,
  type WirePlan,
  type Wiring,
  type WiringOptions,
  type WorkerRef,
} from "./wires.ts";
