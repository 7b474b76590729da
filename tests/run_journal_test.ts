import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SliceRecord } from "../engine/host.ts";
import {
  encodeEntry,
  type EntryBytes,
  Journal,
  type JournalEntry,
} from "../stages/journal.ts";

function entryOf(slice: number): JournalEntry {
  const columns = new Proxy({}, { get: () => new Float64Array(0) });
  return {
    slice,
    from: 0,
    to: 1,
    last: true,
    initialHash: "0".repeat(64),
    startHash: "a".repeat(64),
    endHash: "b".repeat(64),
    record: {
      fills: columns,
      equity: columns,
      ended: columns,
      open: columns,
      marks: columns,
      rates: [],
      closes: [],
    } as unknown as SliceRecord,
    end: Float64Array.of(1, 2),
  };
}

Deno.test("an entry of the journal appears whole, with nothing beside it", () => {
  const root = mkdtempSync(join(tmpdir(), "journal-"));
  try {
    const entry = entryOf(3);
    const bytes = encodeEntry(entry);
    const journal = new Journal(root, "cross");
    journal.write(entry, bytes);
    journal.write(entry, bytes);
    assert.deepEqual(readdirSync(join(root, "cross")), [
      `3.0.1-${"a".repeat(16)}`,
    ]);
    assert.deepEqual([...journal.read()].map(({ slice }) => slice), [3]);
    const bad = "no bytes" as unknown as EntryBytes;
    rmSync(join(root, "cross", `3.0.1-${"a".repeat(16)}`));
    Deno.mkdirSync(join(root, "cross", `3.0.1-${"a".repeat(16)}`));
    assert.throws(() => journal.write(entry, bad));
    assert.equal(readdirSync(join(root, "cross")).length, 1);
  } finally {
    rmSync(root, { recursive: true });
  }
});

Deno.test("two aggregators that write the same entries do not meet", async () => {
  const root = mkdtempSync(join(tmpdir(), "journal-"));
  const source = `
    const { Journal, encodeEntry, decodeEntry } = await import(${
    JSON.stringify(new URL("../stages/journal.ts", import.meta.url).href)
  });
    onmessage = ({ data: { root, bytes } }) => {
      const journal = new Journal(root, "cross");
      for (let i = 0; i < 300; i++) journal.write(decodeEntry(bytes), bytes);
      postMessage("done");
    };
    postMessage("ready");`;
  const url = URL.createObjectURL(
    new Blob([source], { type: "text/javascript" }),
  );
  const workers = [0, 1].map(() => new Worker(url, { type: "module" }));
  const heard = (worker: Worker) =>
    new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
    });
  try {
    await Promise.all(workers.map(heard));
    const bytes = encodeEntry(entryOf(0));
    await Promise.all(workers.map((worker) => {
      const done = heard(worker);
      worker.postMessage({ root, bytes });
      return done;
    }));
    assert.equal(readdirSync(join(root, "cross")).length, 1);
  } finally {
    for (const worker of workers) worker.terminate();
    URL.revokeObjectURL(url);
    rmSync(root, { recursive: true });
  }
});
