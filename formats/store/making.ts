import { join } from "node:path";
import { FormatError } from "../error.ts";

const PREFIX = ".making-";
const LOCK = "lock";
const UNLOCKED_MS = 3_600_000;

/** A temporary directory that its process holds by a lock on a file within. */
export interface Making {
  readonly directory: string;
  /** Gives the lock up and takes its file away; the directory stays. */
  release(): void;
  /** Gives the lock up and removes the directory. */
  discard(): void;
}

/** Makes `<store>/.making-<key>-<pid>-<random>` and locks it. */
export function makeDirectory(store: string, key: string): Making {
  makeStore(store);
  let { directory, lock } = tryMake(store, key);
  // Between the file and its lock another process may have taken it for stale.
  while (age(join(directory, LOCK)) === undefined) {
    lock.close();
    ({ directory, lock } = tryMake(store, key));
  }
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    Deno.removeSync(join(directory, LOCK));
    lock.close();
  };
  return {
    directory,
    release,
    discard: () => {
      if (held) lock.close();
      held = false;
      remove(directory);
    },
  };
}

/** @throws FormatError with code `store_write` */
function makeStore(store: string): void {
  try {
    Deno.mkdirSync(store, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError({
      code: "store_write",
      message: `Cannot make the store ${store}: ${reason}`,
      hint: "name another directory in run.store, or remove what is there",
      cause: error,
    });
  }
}

function tryMake(store: string, key: string) {
  const random = crypto.randomUUID().slice(0, 8);
  const directory = join(store, `${PREFIX}${key}-${Deno.pid}-${random}`);
  Deno.mkdirSync(directory);
  const lock = Deno.openSync(join(directory, LOCK), {
    write: true,
    createNew: true,
  });
  lock.lockSync(true);
  return { directory, lock };
}

/**
 * Removes what killed processes left behind: temporary directories whose lock
 * nobody holds. One without a lock file may just be coming or going, so it is
 * left alone for an hour.
 */
export function removeStale(store: string): void {
  for (const directory of staleIn(store)) remove(directory);
}

/** What {@link removeStale} would remove. */
export function staleIn(store: string): string[] {
  return list(store).filter(({ name, isDirectory }) =>
    isDirectory && isTemporary(name)
  ).map(({ name }) => join(store, name)).filter(isStale);
}

/** Whether a directory of a store is one of those that are being made. */
export function isTemporary(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Moves a directory of the store aside, so that nobody opens it any more, and removes it. */
export function discardTable(store: string, directory: string): void {
  const random = crypto.randomUUID().slice(0, 8);
  const aside = join(store, `${PREFIX}gone-${Deno.pid}-${random}`);
  Deno.renameSync(directory, aside);
  remove(aside);
}

function isStale(directory: string): boolean {
  let lock: Deno.FsFile;
  try {
    lock = Deno.openSync(join(directory, LOCK), { write: true });
  } catch {
    return (age(directory) ?? 0) > UNLOCKED_MS;
  }
  try {
    return lock.tryLockSync(true);
  } finally {
    lock.close();
  }
}

/** Milliseconds since the last change; undefined when there is no such path. */
function age(path: string): number | undefined {
  try {
    return Date.now() - (Deno.statSync(path).mtime?.getTime() ?? Date.now());
  } catch {
    return undefined;
  }
}

function list(directory: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    return [];
  }
}

function remove(directory: string): void {
  try {
    Deno.removeSync(directory, { recursive: true });
  } catch {
    // Somebody else removed it first.
  }
}
