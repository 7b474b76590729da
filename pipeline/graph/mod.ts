export { buildGraph, type Built, type DescribeModule } from "./build.ts";
export { type CheckedPipeline, checkPipeline } from "./check.ts";
export { type Edge, type Graph, type GraphStage } from "./graph.ts";
export { toMermaid } from "./mermaid.ts";
export { checkTopology, type Topology } from "./topology.ts";
