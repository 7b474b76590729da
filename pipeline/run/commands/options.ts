import type { LogLevel } from "../../link/mod.ts";

/** What every command that takes a pipeline file understands. */
export interface ConfigOptions {
  /** `path=value` overrides, in order. */
  readonly set: readonly string[];
  readonly workers?: number;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly debug: boolean;
  readonly out?: string;
  /** The least level of the log's lines that go to standard error. */
  readonly logLevel?: LogLevel;
  /** Their form. */
  readonly log?: "text" | "json";
  /** Print the time by Worker and leave CPU profiles. */
  readonly profile?: boolean;
  /** A run directory to go on with, instead of a pipeline file. */
  readonly resume?: string;
}
