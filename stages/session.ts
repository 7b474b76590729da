import { SESSIONS, type SessionSpec } from "../engine/sessions/mod.ts";
import type { SessionConfig } from "./session_terms.ts";

/** A session as the engine takes it, of its name or its terms. */
export function sessionSpec(config: SessionConfig): SessionSpec {
  return typeof config === "string" ? SESSIONS[config] : config;
}
