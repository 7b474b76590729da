import type { EngineName, EngineOptions, SqlEngine } from "./engine.ts";

/**
 * The engine to take: native where foreign functions may be called, which is
 * asked of the Worker that asks.
 */
export async function chooseEngine(
  wanted: "auto" | EngineName,
): Promise<EngineName> {
  if (wanted !== "auto") return wanted;
  const { state } = await Deno.permissions.query({ name: "ffi" });
  return state === "granted" ? "native" : "wasm";
}

export async function openEngine(
  name: EngineName,
  options: EngineOptions,
): Promise<SqlEngine> {
  if (name === "native") {
    const { NativeEngine } = await import("./native_engine.ts");
    return await NativeEngine.open(options);
  }
  const { WasmEngine } = await import("./wasm_engine.ts");
  return await WasmEngine.open(options);
}
