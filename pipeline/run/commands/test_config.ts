import { join, resolve } from "node:path";
import {
  type ActualFill,
  fillIssues,
  fillsOf,
  fillsYaml,
  firstMiss,
} from "../../../stages/config_tests/compare.ts";
import type {
  ConfigTest,
  ConfigTests,
} from "../../../stages/config_tests/section.ts";
import {
  type TickFile,
  tickFiles,
} from "../../../stages/config_tests/ticks.ts";
import {
  EXIT,
  FaultError,
  type Issue,
  type Registry,
} from "../../contract/mod.ts";
import { placeIssues } from "../../spec/mod.ts";
import { execute } from "../execute.ts";
import type { Io } from "../io.ts";
import { Exit, type Loaded, loadPipeline, reject } from "../load.ts";
import type { ConfigOptions } from "./options.ts";

interface Context {
  readonly registry: Registry;
  readonly io: Io;
}

/** How a test went. */
interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  /** What is not as expected, first. */
  readonly miss?: string;
  readonly fills: readonly ActualFill[];
}

/**
 * `test-config CONFIG`: runs the pipeline over the ticks of each of its tests
 * and compares the fills with those that the test expects.
 */
export async function testConfigCommand(
  file: string,
  options: ConfigOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const loaded = loadPipeline(file, options, context);
  const tests = Object.entries(loaded.tests as ConfigTests);
  if (tests.length === 0) {
    io.err(`Cannot test ${file}: it has no tests\n`);
    throw new Exit(EXIT.usage);
  }
  const ready = tests.map(([name, test]) => ({
    name,
    test,
    ...readyOf(name, test, loaded),
  }));
  const issues = ready.flatMap(({ issues }) => issues);
  if (issues.length > 0) throw refuse(issues, loaded, io);
  const verdicts: Verdict[] = [];
  for (const { name, test, files } of ready) {
    const verdict = await runTest(name, test, files, {
      loaded,
      options,
      context,
    });
    verdicts.push(verdict);
    if (!options.json) tell(verdict, test, options, io);
  }
  const failed = verdicts.filter(({ ok }) => !ok).length;
  if (options.json) io.out(JSON.stringify(verdicts, null, 2) + "\n");
  else {io.out(
      `${tests.length} ${
        tests.length === 1 ? "test" : "tests"
      }, ${failed} failed\n`,
    );}
  if (failed > 0) throw new Exit(EXIT.failed);
}

function readyOf(name: string, test: ConfigTest, { graph }: Loaded) {
  const loaders = graph.stages.filter(({ kind }) => kind === "loader");
  const { files, issues } = tickFiles(test, loaders.map(({ id }) => id));
  const placed: Issue[] = [...issues, ...fillIssues(test)].map((issue) => ({
    ...issue,
    path: ["tests", name, ...issue.path],
  }));
  return { files, issues: placed };
}

async function runTest(
  name: string,
  test: ConfigTest,
  files: readonly TickFile[],
  { loaded, options, context }: {
    loaded: Loaded;
    options: ConfigOptions;
    context: Context;
  },
): Promise<Verdict> {
  const home = await Deno.makeTempDir({ prefix: "breakwater-test-" });
  try {
    const set = [...options.set, ...setOf(test, files, home, loaded)];
    const own = loadPipeline(loaded.file, { set }, context);
    const since = performance.now();
    const out = join(home, "run");
    const { directory } = await execute(
      own,
      { out, quiet: true, workers: options.workers ?? 1, since },
      context,
    );
    const fills = await fillsOf(fillsHome(own, directory.path));
    const miss = firstMiss(test.fills, fills);
    return { name, ok: miss === undefined, fills, ...(miss ? { miss } : {}) };
  } catch (error) {
    throw tickIssue(error, name, files, home, loaded, context.io);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** The pipeline of a test: loaders read its ticks, and nothing is kept. */
function setOf(
  { set }: ConfigTest,
  files: readonly TickFile[],
  home: string,
  { graph }: Loaded,
): string[] {
  const loaders = files.map(({ loader, csv, keys }) => {
    const source = sourceOf(home, loader);
    Deno.writeTextFileSync(source, csv);
    const { config } = graph.stages.find(({ id }) => id === loader)!;
    const { instrument } = config as { instrument: string };
    const stage = { ...keys(source), instrument };
    return `stages.${loader}=${JSON.stringify(stage)}`;
  });
  const own = Object.entries(set).map(([path, value]) =>
    `${path}=${JSON.stringify(value)}`
  );
  return [
    ...loaders,
    `run.store=${JSON.stringify(join(home, "store"))}`,
    "run.on_bad_tick=fail",
    ...own,
  ];
}

function sourceOf(home: string, loader: string): string {
  return resolve(home, `${loader}.csv`);
}

/** With several aggregators each has a directory; the first one's is looked at. */
function fillsHome({ graph }: Loaded, directory: string): string {
  const ends = graph.stages.filter(({ output }) => output === null);
  return ends.length === 1 ? directory : join(directory, ends[0].id);
}

/** A tick that the loader turned away, at its row in the pipeline file. */
function tickIssue(
  error: unknown,
  name: string,
  files: readonly TickFile[],
  home: string,
  loaded: Loaded,
  io: Io,
): unknown {
  if (!(error instanceof FaultError)) return error;
  const { file, line, message } = error.fault;
  const bad = files.find(({ loader }) => file === sourceOf(home, loader));
  if (bad === undefined || line === undefined) return error;
  const path = ["tests", name, "ticks", bad.loader, "rows", line - 2];
  const text = message.replaceAll(file!, `the test "${name}"`);
  return refuse([{ code: "bad_value", path, message: text }], loaded, io);
}

function refuse(issues: readonly Issue[], { locate, texts }: Loaded, io: Io) {
  return reject(placeIssues(issues, locate), texts, io);
}

function tell(
  { name, ok, miss, fills }: Verdict,
  test: ConfigTest,
  { quiet }: ConfigOptions,
  io: Io,
): void {
  if (ok) {
    const count = `${fills.length} ${fills.length === 1 ? "fill" : "fills"}`;
    if (!quiet) io.out(`ok    ${name}: ${count}\n`);
    return;
  }
  const yaml = fillsYaml(fills, test.fills).replaceAll(/^(?=.)/gm, "    ");
  io.out(`FAIL  ${name}: ${miss}\n  what came:\n${yaml}`);
}
