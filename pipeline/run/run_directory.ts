import { join } from "node:path";

/** The directory that one run leaves behind. */
export class RunDirectory {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes `<out>/<name>-<UTC time>`, or `exact` when it is given and empty. */
  static make(
    options: { out: string; name: string; now: Date; exact?: string },
  ): RunDirectory {
    const { out, name, now, exact } = options;
    if (exact !== undefined) {
      Deno.mkdirSync(exact, { recursive: true });
      return new RunDirectory(exact);
    }
    const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")
      .replace("T", "-");
    Deno.mkdirSync(out, { recursive: true });
    for (let attempt = 1;; attempt++) {
      const suffix = attempt === 1 ? "" : `-${attempt}`;
      const path = join(out, `${name}-${stamp}${suffix}`);
      try {
        Deno.mkdirSync(path);
        return new RunDirectory(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  }

  /** Where a stage writes: the directory itself unless several stages do. */
  of(stage: string, writers: number): string {
    if (writers < 2) return this.path;
    const path = join(this.path, stage);
    Deno.mkdirSync(path, { recursive: true });
    return path;
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
