import assert from "node:assert/strict";

/**
 * A directory that holds `bytes` at most; undefined where none can be had.
 *
 * @returns gives it another size
 */
export async function smallDisk(
  path: string,
  bytes: number,
): Promise<((bytes: number) => Promise<void>) | undefined> {
  Deno.mkdirSync(path);
  const mount = async (...options: string[]) => {
    const { success } = await new Deno.Command("mount", {
      args: [...options, path],
      stderr: "null",
    }).output().catch(() => ({ success: false }));
    return success;
  };
  if (!await mount("-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs")) return;
  return async (more) => {
    assert.ok(await mount("-o", `remount,size=${more}`));
  };
}
