import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { FaultError } from "../contract/mod.ts";
import type { Plan } from "../plan/mod.ts";

/** The directory that one run leaves behind. */
export class RunDirectory {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes `<out>/<name>-<UTC time>`, or `exact` when it is given.
   *
   * @throws FaultError with code `output_write` when it cannot be made, or when
   * `exact` holds something already: results of two runs must not mix
   */
  static make(
    options: { out: string; name: string; now: Date; exact?: string },
  ): RunDirectory {
    const { out, name, now, exact } = options;
    if (exact !== undefined) {
      orFault(exact, () => Deno.mkdirSync(exact, { recursive: true }));
      if ([...Deno.readDirSync(exact)].length > 0) {
        throw new FaultError({
          code: "output_write",
          message: `Cannot write a run to ${exact}: it is not empty`,
          hint: "give another directory, or remove this one",
        });
      }
      return new RunDirectory(exact);
    }
    const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")
      .replace("T", "-");
    orFault(out, () => Deno.mkdirSync(out, { recursive: true }));
    for (let attempt = 1;; attempt++) {
      const suffix = attempt === 1 ? "" : `-${attempt}`;
      const path = join(out, `${name}-${stamp}${suffix}`);
      try {
        Deno.mkdirSync(path);
        return new RunDirectory(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) {
          throw unwritable(path, error);
        }
      }
    }
  }

  /**
   * A directory that {@link make} made before.
   *
   * @throws FaultError with code `cannot_resume` when it lacks what a run
   * begins with
   */
  static open(path: string): RunDirectory {
    const directory = new RunDirectory(path);
    for (const name of ["config.yaml", "plan.json"]) {
      if (!isFile(join(path, name))) {
        throw unresumable(path, `it has no ${name}`);
      }
    }
    const plan = directory.readJson("plan.json") as Partial<Plan> | null;
    if (!plan?.run || !Array.isArray(plan.stages)) {
      throw unresumable(path, "plan.json is no plan");
    }
    return directory;
  }

  /**
   * Makes ready for going on: takes away the result of before, so that a run
   * that is killed never leaves one beside other files, and what a killed run
   * was writing.
   */
  reopen(): void {
    orFault(this.path, () => {
      rmSync(join(this.path, "result.json"), { force: true });
      const names = readdirSync(this.path, {
        recursive: true,
        encoding: "utf8",
      });
      for (const name of names.filter(isLeftover)) {
        rmSync(join(this.path, name), { force: true });
      }
    }, "Cannot make ready");
  }

  /** Where finished slices are kept. */
  get journal(): string {
    return join(this.path, "journal");
  }

  /** Lets go of the finished slices, once there is a result. */
  dropJournal(): void {
    rmSync(this.journal, { recursive: true, force: true });
  }

  /** @throws FaultError with code `cannot_resume` when it is no JSON */
  readJson(name: string): unknown {
    const text = Deno.readTextFileSync(join(this.path, name));
    try {
      return JSON.parse(text);
    } catch {
      throw unresumable(this.path, `${name} is not JSON`);
    }
  }

  /** Where a stage writes: the directory itself unless several stages do. */
  of(stage: string, writers: number): string {
    if (writers < 2) return this.path;
    const path = join(this.path, stage);
    Deno.mkdirSync(path, { recursive: true });
    return path;
  }

  /** Writes a CPU profile that Chrome DevTools opens. */
  writeProfile(stage: string, copy: number, profile: object): void {
    Deno.mkdirSync(join(this.path, "profile"), { recursive: true });
    const name = join("profile", `${stage}-${copy}.cpuprofile`);
    this.writeText(name, JSON.stringify(profile));
  }

  writeText(name: string, text: string): void {
    const path = join(this.path, name);
    Deno.writeTextFileSync(`${path}.part`, text);
    Deno.renameSync(`${path}.part`, path);
  }

  writeJson(name: string, value: unknown): void {
    this.writeText(name, JSON.stringify(value, null, 2) + "\n");
  }
}

/** What a killed run was writing, or told of its result. */
function isLeftover(name: string): boolean {
  return name.endsWith(".part") || basename(name) === "report.html";
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function unresumable(path: string, what: string): FaultError {
  return new FaultError({
    code: "cannot_resume",
    message: `Cannot resume ${path}: ${what}`,
    hint: "give the directory of a run that began, or start the run anew",
  });
}

function orFault(
  path: string,
  make: () => void,
  what = "Cannot make",
): void {
  try {
    make();
  } catch (error) {
    throw unwritable(path, error, what);
  }
}

function unwritable(
  path: string,
  error: unknown,
  what = "Cannot make",
): FaultError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FaultError({
    code: "output_write",
    message: `${what} the directory ${path}: ${reason}`,
  }, { cause: error });
}
