/** What a command may touch of the world around it. */
export interface Io {
  /** Results, one string with its line breaks. */
  out(text: string): void;
  /** Progress, notices and errors. */
  err(text: string): void;
  /** Whether `err` goes to a terminal that can redraw a line. */
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Characters of a line. */
  width(): number;
  env(name: string): string | undefined;
  now(): Date;
}

/** The process's own terminal and environment. */
export function processIo(): Io {
  const isTerminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  const write = (file: typeof Deno.stdout, text: string) => {
    let bytes = encoder.encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
    } catch (error) {
      // Whoever read along has seen enough: `deno task plan … | head`.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  };
  return {
    out: (text) => write(Deno.stdout, text),
    err: (text) => write(Deno.stderr, text),
    isTerminal,
    color: isTerminal && !Deno.noColor,
    // Some terminals say that they have no columns.
    width: () => isTerminal && Deno.consoleSize().columns || 100,
    env: (name) => Deno.env.get(name),
    now: () => new Date(),
  };
}
