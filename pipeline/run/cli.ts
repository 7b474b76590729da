import {
  Command,
  CommanderError,
  InvalidArgumentError,
  Option,
} from "commander";
import { registry } from "../../stages/registry.ts";
import { EXIT, exitCodeOf, toFault } from "../contract/mod.ts";
import manifest from "../../deno.json" with { type: "json" };
import type { DefinitionOptions } from "./commands/definition.ts";
import type { ConfigOptions } from "./commands/options.ts";
import type { StoreOptions } from "./commands/store.ts";
import type { Io } from "./io.ts";
import { Exit } from "./load.ts";
import { renderFault } from "./render_fault.ts";

type Action = (file: string, options: ConfigOptions) => void | Promise<void>;

/** Runs the command line; gives the process's exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const context = { registry, io };
  const program = new Command("breakwater")
    .description("Backtests trading strategies over raw ticks")
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError("(--help lists commands and options)");

  withOptions(
    program.command("run").description("Run a pipeline to its results")
      .argument("[config]", "pipeline file (YAML)")
      .option("--resume <dir>", "go on with a run that was stopped")
      .option("--profile", "print time by worker, leave CPU profiles", false)
      .addOption(
        new Option("--log-level <level>", "print the log from this level on")
          .choices(["debug", "info", "warning", "error"]),
      )
      .addOption(
        new Option("--log <form>", "form of the log on standard error")
          .choices(["text", "json"]),
      ),
    async (file: string | undefined, options: ConfigOptions) => {
      const { runCommand } = await import("./commands/run.ts");
      await runCommand(file, options, context);
    },
    `Examples:
  deno task run configs/es.yaml
  deno task run configs/es.yaml --set stages.cross.params.fast=20 --workers 1
  deno task run configs/es.yaml --out runs/mine --json
  deno task run --resume runs/mine`,
  );
  withConfig(
    program.command("check").description(
      "Find every problem of a pipeline file",
    ),
    async (file, options) => {
      const { checkCommand } = await import("./commands/check.ts");
      await checkCommand(file, options, context);
    },
    `Example:
  deno task check configs/es.yaml`,
  );
  withConfig(
    program.command("plan").description("Show what a run would do"),
    async (file, options) => {
      const { planCommand } = await import("./commands/plan.ts");
      await planCommand(file, options, context);
    },
    `Example:
  deno task plan configs/es.yaml --workers 4`,
  );
  withConfig(
    program.command("graph").description("Print the graph as Mermaid"),
    async (file, options) => {
      const { graphCommand } = await import("./commands/graph.ts");
      graphCommand(file, options, context);
    },
    `Example:
  deno task graph configs/es.yaml > graph.mmd`,
  );
  withConfig(
    program.command("ingest").description("Bring raw files into the store"),
    async (file, options) => {
      const { ingestCommand } = await import("./commands/ingest.ts");
      await ingestCommand(file, options, context);
    },
    `Example:
  deno task ingest configs/es-real.yaml`,
  );
  withConfig(
    program.command("verify").description(
      "Prove that workers, batches and slices do not change the result",
    ),
    async (file, options) => {
      const { verifyCommand } = await import("./commands/verify.ts");
      await verifyCommand(file, options, context);
    },
    `Example:
  deno task verify configs/es.yaml`,
  );
  program.command("report").description("Make the report of a finished run")
    .argument("<run>", "run directory")
    .option("--debug", "print stacks", false)
    .addHelpText("after", "\nExample:\n  deno task report runs/mine")
    .action(async (directory: string) => {
      const { reportCommand } = await import("./commands/report.ts");
      await reportCommand(directory, io);
    });
  program.command("definition")
    .description("Print the instruments that a Databento file defines")
    .argument("<file>", "file of the schema definition (.dbn, .dbn.zst)")
    .option("--symbol <name>", "only this raw symbol or asset")
    .option("--json", "print as JSON", false)
    .option("--debug", "print stacks", false)
    .addHelpText(
      "after",
      "\nExample:\n  deno task definition data/es-definition.dbn.zst --symbol ES",
    )
    .action(async (file: string, options: DefinitionOptions) => {
      const { definitionCommand } = await import("./commands/definition.ts");
      await definitionCommand(file, options, io);
    });
  withConfig(
    program.command("test-config").description(
      "Run the tests that a pipeline file holds",
    ),
    async (file, options) => {
      const { testConfigCommand } = await import("./commands/test_config.ts");
      await testConfigCommand(file, options, context);
    },
    `Example:
  deno task test-config configs/es.yaml`,
  );
  program.command("compare")
    .description("Say how two finished runs differ, and why")
    .argument("<run-a>", "run directory")
    .argument("<run-b>", "run directory")
    .option("--json", "print as JSON", false)
    .option("--debug", "print stacks", false)
    .addHelpText(
      "after",
      "\nExit code 0: the same results; 1: they differ\nExample:\n  deno task compare runs/first runs/second",
    )
    .action(async (a: string, b: string, options: { json: boolean }) => {
      const { compareCommand } = await import("./commands/compare.ts");
      await compareCommand(a, b, options, io);
    });
  storeCommands(
    program.command("store").description("Look after the tables of a store"),
    io,
  );
  program.command("schema")
    .description("Print the JSON Schema of pipeline files")
    .action(async () => {
      const { schemaCommand } = await import("./commands/schema.ts");
      schemaCommand(context);
    });

  try {
    await program.parseAsync(args, { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    }
    const fault = toFault(error);
    const debug = args.includes("--debug") || fault.code === "internal";
    io.err(renderFault(fault, { debug }));
    return exitCodeOf(fault);
  }
}

function storeCommands(command: Command, io: Io): void {
  const verb = (
    name: "list" | "verify" | "prune",
    description: string,
    example: string,
  ) => {
    const made = command.command(name).description(description)
      .option("--store <dir>", "directory of the store", "store")
      .option("--json", "print as JSON", false)
      .option("--debug", "print stacks", false)
      .addHelpText("after", `\nExample:\n  deno task store ${example}`);
    if (name === "prune") {
      made.option("--dry-run", "say what would be removed", false);
    }
    made.action(async (options: StoreOptions) => {
      const commands = await import("./commands/store.ts");
      await commands[name](options, io);
    });
  };
  verb("list", "List the tables, their rows, dates, size and source", "list");
  verb("verify", "Read every batch against its checksum", "verify");
  verb(
    "prune",
    "Remove leftovers, and tables whose source files are gone",
    "prune --dry-run",
  );
}

function withConfig(command: Command, action: Action, examples: string): void {
  command.argument("<config>", "pipeline file (YAML)");
  withOptions(command, action, examples);
}

function withOptions(
  command: Command,
  action: (...args: never[]) => void | Promise<void>,
  examples: string,
): void {
  command
    .option(
      "--set <path=value>",
      "override a value of the file; repeatable",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--workers <n>", "workers of each worker stage", wholeNumber)
    .option("--out <dir>", "directory of this run's results")
    .option("--quiet", "print the digest only", false)
    .option("--json", "print results as JSON", false)
    .option("--debug", "print stacks", false)
    .addHelpText("after", `\n${examples}`)
    .action(action as (...args: unknown[]) => void | Promise<void>);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 256) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 256");
  }
  return value;
}
