import { join } from "node:path";
import { FaultError } from "../contract/mod.ts";

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

  /** A directory that {@link make} made before. */
  static open(path: string): RunDirectory {
    return new RunDirectory(path);
  }

  /** Where finished slices are kept. */
  get journal(): string {
    return join(this.path, "journal");
  }

  readJson(name: string): unknown {
    return JSON.parse(Deno.readTextFileSync(join(this.path, name)));
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

function orFault(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): FaultError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FaultError({
    code: "output_write",
    message: `Cannot make the directory ${path}: ${reason}`,
  }, { cause: error });
}
