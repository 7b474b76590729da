import { EXIT, type Issue, type Registry } from "../contract/mod.ts";
import { checkPipeline, type Graph } from "../graph/mod.ts";
import {
  type Locate,
  renderIssues,
  type Spec,
  type Texts,
} from "../spec/mod.ts";
import type { RunSettings } from "../link/mod.ts";
import type { Io } from "./io.ts";
import { settingsOf } from "./settings.ts";

/** A pipeline whose file holds no mistakes that can be seen without running. */
export interface Loaded {
  readonly file: string;
  readonly text: string;
  /** Without its tests: no run depends on them. */
  readonly spec: Spec;
  readonly tests: unknown;
  readonly settings: RunSettings;
  readonly graph: Graph;
  readonly locate: Locate;
  readonly texts: Texts;
}

/** Ends a command with an exit code; what there was to say has been said. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** Reads and checks a pipeline file; problems are printed, all at once. */
export function loadPipeline(
  file: string,
  { set, shuffle }: {
    readonly set: readonly string[];
    readonly shuffle?: number;
  },
  { registry, io }: { readonly registry: Registry; readonly io: Io },
): Loaded {
  const text = readText(file, io);
  const checked = checkPipeline({ file, text }, registry, { env: io.env, set });
  if (!checked.ok) throw reject(checked.issues, checked.texts, io);
  const { graph, locate, texts } = checked;
  const { tests, ...sections } = checked.spec.sections;
  const spec: Spec = { ...checked.spec, sections };
  const settings = settingsOf(spec, shuffle);
  return { file, text, spec, tests, settings, graph, locate, texts };
}

/** Prints the problems of a pipeline file. */
export function reject(issues: readonly Issue[], texts: Texts, io: Io): Exit {
  io.err(renderIssues(issues, texts, { color: io.color, width: io.width() }));
  return new Exit(EXIT.badConfig);
}

function readText(file: string, io: Io): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Error
      ? error.message
      : String(error);
    io.err(`Cannot read ${file}: ${reason}\n`);
    throw new Exit(EXIT.usage);
  }
}
