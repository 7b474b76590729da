import type { Issue, Registry, StageKind } from "../contract/mod.ts";
import { check, type KeyedIssue, nameOf, show, unknownKey } from "./check.ts";
import { From, PipelineName, Run, StageId } from "./document.ts";
import { applyOverrides, overridesText } from "./overrides.ts";
import {
  type Locate,
  OVERRIDES_FILE,
  type Path,
  placeIssues,
  Places,
  SourceText,
} from "./places.ts";
import { readYaml } from "./source.ts";
import {
  deepFreeze,
  isCustomKind,
  type Spec,
  type StageOutline,
  type StageSpec,
} from "./spec.ts";
import { didYouMean } from "../contract/suggest.ts";
import type { Lookup } from "./variables.ts";

export interface ParseOptions {
  /** Reads the environment for `${VAR}`. */
  readonly env: Lookup;
  /** Overrides of the command line, each `path=value`. */
  readonly set: readonly string[];
}

/** The texts that positions point into, by file name. */
export type Texts = Readonly<Record<string, string>>;

export type Parsed =
  | {
    readonly ok: true;
    readonly spec: Spec;
    /** Places the issues of later phases in the same text. */
    readonly locate: Locate;
    readonly texts: Texts;
  }
  | {
    readonly ok: false;
    /** All of them, placed, in the order of the text. */
    readonly issues: readonly Issue[];
    readonly locate: Locate;
    readonly texts: Texts;
    /** The wiring as far as it could be read; undefined when it could not. */
    readonly outline: readonly StageOutline[] | undefined;
    /** Stages without a mistake of their own; none when a section has one. */
    readonly sound: Pick<Spec, "sections" | "stages">;
  };

/**
 * Reads a pipeline file: YAML, environment, overrides, then every check that
 * needs no other stage. Never throws for what a file may hold.
 */
export function parsePipeline(
  source: { readonly file: string; readonly text: string },
  registry: Registry,
  options: ParseOptions,
): Parsed {
  const whole = new SourceText(source.file, source.text);
  const places = new Places(whole);
  const locate: Locate = (path, at) => places.locate(path, at);
  const texts = {
    [source.file]: source.text,
    [OVERRIDES_FILE]: overridesText(options.set),
  };
  const read = readYaml(whole, { lookup: options.env, places });
  if (!read.ok) {
    const issues = placeIssues(read.issues, locate);
    const sound = { sections: {}, stages: [] };
    return { ok: false, issues, locate, texts, outline: undefined, sound };
  }
  const { value, issues, unknown, replaced } = applyOverrides(read.value, {
    set: options.set,
    places,
    lookup: options.env,
  });
  const document = new DocumentReader(registry);
  const spec = document.read(value);
  const unreadable = [
    ...read.unknown.filter((path) => !isUnder(path, replaced)),
    ...unknown,
  ];
  const found = [
    // An override stands in for a variable that is not set.
    ...read.issues.filter((issue) =>
      issue.code !== "missing_variable" || !isUnder(issue.path, replaced)
    ),
    ...issues,
    ...document.issues.filter((issue) => !isUnder(issue.path, unreadable)),
  ];
  if (spec !== undefined && found.length === 0) {
    return { ok: true, spec: deepFreeze(spec), locate, texts };
  }
  return {
    ok: false,
    issues: placeIssues(
      found.map((issue) => placeValue(issue, locate)),
      locate,
    ),
    locate,
    texts,
    outline: document.outline,
    sound: {
      sections: document.sound.sections,
      stages: document.sound.stages.filter(({ path }) =>
        !unreadable.some((bad) => isUnder(bad, [path]))
      ),
    },
  };
}

function isUnder(path: Path, above: readonly Path[]): boolean {
  return above.some((prefix) =>
    prefix.every((key, at) => String(path[at]) === String(key))
  );
}

/** Points at the value itself, even where it is a mapping or a list. */
function placeValue(issue: KeyedIssue, locate: Locate): Issue {
  const { atKey, ...rest } = issue;
  if (atKey) return { ...rest, position: locate(rest.path, "key") };
  const ofValue = rest.code === "wrong_type" || rest.code === "bad_value";
  if (!ofValue || rest.position !== undefined) return rest;
  return { ...rest, position: locate(rest.path, "value") };
}

type Mapping = Readonly<Record<string, unknown>>;

class DocumentReader {
  readonly issues: KeyedIssue[] = [];
  outline: StageOutline[] | undefined;
  sound: Pick<Spec, "sections" | "stages"> = { sections: {}, stages: [] };
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  read(document: unknown): Spec | undefined {
    const root = document ?? {};
    if (!isMapping(root)) {
      this.#wrongType([], root);
      return undefined;
    }
    const sectionKeys = Object.keys(this.#registry.sections);
    const known = ["name", ...sectionKeys, "stages", "run"];
    const mistyped: string[] = [];
    for (const key of Object.keys(root)) {
      if (known.includes(key)) continue;
      const issue = unknownKey(key, { path: [], known });
      this.issues.push(issue);
      mistyped.push(issue.hint ?? "");
    }
    const meant = (key: string) =>
      root[key] === undefined &&
      mistyped.some((hint) => hint.includes(`"${key}"`));
    const name = meant("name")
      ? undefined
      : this.#check(PipelineName, root.name, ["name"]);
    const sections: Record<string, unknown> = {};
    for (const key of sectionKeys) {
      const schema = this.#registry.sections[key];
      sections[key] = this.#check(schema, root[key], [key]);
    }
    const stages = meant("stages") ? undefined : this.#stages(root.stages);
    const run = this.#check(Run.prefault({}), root.run, ["run"]);
    if (Object.values(sections).every((section) => section !== undefined)) {
      const sound = stages?.filter(({ config }) => config !== undefined);
      this.sound = { sections, stages: sound ?? [] };
    }
    if (this.issues.length > 0) return undefined;
    if (name === undefined || !stages || run === undefined) return undefined;
    return { name, sections, stages, run };
  }

  #stages(value: unknown): StageSpec[] | undefined {
    if (value !== undefined && value !== null && !isMapping(value)) {
      this.#wrongType(["stages"], value);
      return undefined;
    }
    const entries = Object.entries(value ?? {});
    if (entries.length === 0) {
      const message = "Cannot run a pipeline without stages";
      this.issues.push({ code: "no_stages", path: ["stages"], message });
      return undefined;
    }
    this.outline = [];
    const stages: StageSpec[] = [];
    for (const [id, stage] of entries) {
      const read = this.#stage(id, stage);
      if (read !== undefined) stages.push(read);
    }
    return stages;
  }

  #stage(id: string, value: unknown): StageSpec | undefined {
    const path = ["stages", id];
    const named = this.#check(StageId, id, path, { atKey: true });
    if (!isMapping(value)) {
      this.#wrongType(path, value);
      this.outline?.push({
        id,
        kind: undefined,
        custom: false,
        from: undefined,
      });
      return undefined;
    }
    const { kind: kindText, from: fromValue, ...rest } = value;
    const found = this.#kind(kindText, [...path, "kind"]);
    const from = fromValue === undefined
      ? []
      : this.#check(From, fromValue, [...path, "from"]);
    const custom = found?.custom ?? false;
    const kind = found && String(kindText);
    const before = this.issues.length;
    const config = found === undefined
      ? undefined
      : this.#config(found, rest, path, String(kindText));
    const fromMistyped = this.issues.slice(before).some((issue) =>
      issue.hint?.includes('"from"')
    );
    this.outline?.push({
      id,
      kind,
      custom,
      from: fromValue === undefined && fromMistyped ? undefined : from,
    });
    if (!named || kind === undefined || from === undefined) return undefined;
    return { id, kind, custom, from, config, path };
  }

  #kind(
    value: unknown,
    path: Path,
  ): { kind: StageKind; custom: boolean } | undefined {
    const { kinds, custom } = this.#registry;
    const known = Object.keys(kinds);
    if (value === undefined) {
      const message = `Cannot leave out "kind": it takes one of ${
        known.join(", ")
      }, or the path of a module`;
      this.issues.push({ code: "missing_key", path, message });
      return undefined;
    }
    if (typeof value !== "string") {
      const message = `Cannot read "kind" as text: current value is ${
        show(value)
      }`;
      this.issues.push({ code: "wrong_type", path, message });
      return undefined;
    }
    if (Object.hasOwn(kinds, value)) {
      return { kind: kinds[value], custom: false };
    }
    if (isCustomKind(value)) return { kind: custom, custom: true };
    const message = `Cannot find the kind ${show(value)}: known kinds are ${
      known.join(", ")
    }, or the path of a module such as ./stages/mine.ts`;
    const hint = didYouMean(value, known);
    this.issues.push({ code: "unknown_kind", path, message, ...hint });
    return undefined;
  }

  /** A custom kind's schema gets its own path under the key `module`. */
  #config(
    found: { kind: StageKind; custom: boolean },
    rest: Mapping,
    path: Path,
    kindText: string,
  ): unknown {
    const known = found.kind.inputs.form === null ? ["kind"] : ["kind", "from"];
    if (!found.custom) {
      return this.#check(found.kind.config, rest, path, { known });
    }
    const { module, ...keys } = rest;
    if (module !== undefined) {
      const names = [...known, "params", "columns"];
      this.issues.push(unknownKey("module", { path, known: names }));
    }
    const given = { ...keys, module: kindText };
    return this.#check(found.kind.config, given, path, { known });
  }

  #check<T>(
    schema: Parameters<typeof check<T>>[0],
    value: unknown,
    path: Path,
    options: { known?: readonly string[]; atKey?: true } = {},
  ): T | undefined {
    const { known, atKey } = options;
    const checked = check(schema, value, { path, ...(known && { known }) });
    if (checked.ok) return checked.value;
    for (const issue of checked.issues) {
      this.issues.push(atKey ? { ...issue, atKey } : issue);
    }
    return undefined;
  }

  #wrongType(path: Path, value: unknown): void {
    const message = `Cannot read ${
      nameOf(path)
    } as a mapping: current value is ${show(value)}`;
    this.issues.push({ code: "wrong_type", path, message });
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
