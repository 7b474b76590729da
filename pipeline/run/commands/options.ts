/** What every command that takes a pipeline file understands. */
export interface ConfigOptions {
  /** `path=value` overrides, in order. */
  readonly set: readonly string[];
  readonly workers?: number;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly debug: boolean;
  readonly out?: string;
}
