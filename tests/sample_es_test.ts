import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ES_DATES, esDays } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED, makeEsSample, sampleExists } from "../formats/samples/mod.ts";

const FIRST = "ES_trades_2024-02-26.csv.gz";
const GOLDEN =
  "dc85b810f3bcb571897e23b90dd3aecb337fe1886e51a56fe32a93203bea66f5";

Deno.test("one session has its golden hash", () => {
  const { bytes, rows } = esSession(ES_SEED, 0, esDays(ES_SEED)[0]);
  assert.deepEqual({ rows, sha256: sha256(bytes) }, {
    rows: 177742,
    sha256: GOLDEN,
  });
});

Deno.test("a session needs none of the others and another seed gives another", () => {
  const alone = sha256(esSession(9, 7, esDays(9)[7]).bytes);
  esSession(9, 6, esDays(9)[6]);
  assert.equal(sha256(esSession(9, 7, esDays(9)[7]).bytes), alone);
  assert.notEqual(sha256(esSession(10, 7, esDays(10)[7]).bytes), alone);
});

Deno.test("sessions open at 08:30 Chicago on both sides of the clock change", () => {
  const opens = new Map(esDays(1).map((day) => [day.date, day.open_s * 1000]));
  assert.equal(opens.size, 20);
  assert.equal(opens.get("2024-02-26"), Date.UTC(2024, 1, 26, 14, 30));
  assert.equal(opens.get("2024-03-08"), Date.UTC(2024, 2, 8, 14, 30));
  assert.equal(opens.get("2024-03-11"), Date.UTC(2024, 2, 11, 13, 30));
  assert.equal(opens.get("2024-03-22"), Date.UTC(2024, 2, 22, 13, 30));
});

Deno.test("every line has the stated form", () => {
  const { bytes } = esSession(3, 1, esDays(3)[1]);
  const text = new TextDecoder().decode(bytes);
  const lines = text.split("\n");
  assert.equal(lines.shift(), "epoch_s,price,size,side");
  assert.equal(lines.pop(), "");
  const form = /^\d{10}\.\d{6},\d{4}\.(?:00|25|50|75),[1-9]\d{0,2},[BS]$/;
  assert.equal(lines.find((line) => !form.test(line)), undefined);
});

Deno.test("the sample is written whole, sealed, and made again the same", async () => {
  await inDirectory(async (directory) => {
    const target = join(directory, "es");
    assert.equal(await sampleExists(target), false);
    const progress: number[] = [];
    const sample = await makeEsSample(target, {
      seed: ES_SEED,
      onProgress: ({ files, total, rows }) => {
        assert.equal(total, 20);
        progress.push(files, rows);
      },
    });
    assert.equal(sample.files.length, 20);
    assert.equal(sample.files[0], join(target, FIRST));
    assert.deepEqual(progress.slice(-2), [20, sample.rows]);
    assert.equal(await sampleExists(target), true);
    const names = (await readdir(target)).sort();
    assert.deepEqual(
      names,
      [...ES_DATES.map((date) => `ES_trades_${date}.csv.gz`), "SAMPLE.md"],
    );
    assert.equal(sha256(gunzipSync(await readFile(sample.files[0]))), GOLDEN);
    const marker = await readFile(join(target, "SAMPLE.md"), "utf8");
    assert.match(marker, /Synthetic/);
    assert.match(marker, new RegExp(`Seed: ${ES_SEED}\n`));
    assert.ok(marker.includes(`| ${FIRST} | 177742 | ${GOLDEN} |`));

    await rm(sample.files[3]);
    assert.equal(await sampleExists(target), false);
  });
});

Deno.test("an aborted sample is not whole and can be finished", async () => {
  await inDirectory(async (directory) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    await assert.rejects(
      makeEsSample(directory, {
        signal: stop.signal,
        onProgress: () => stop.abort(reason),
      }),
      reason,
    );
    assert.equal(await sampleExists(directory), false);
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.endsWith(".tmp")),
      [],
    );

    const again = new AbortController();
    const written = (await stat(join(directory, FIRST))).size;
    await assert.rejects(makeEsSample(directory, {
      signal: again.signal,
      onProgress: () => again.abort(reason),
    }));
    assert.equal((await stat(join(directory, FIRST))).size, written);
  });
});

Deno.test("a sample is never made among other files", async () => {
  await inDirectory(async (directory) => {
    await writeFile(join(directory, "mine.csv"), "1,2\n");
    await assert.rejects(makeEsSample(directory), {
      code: "store_write",
      message: /holds mine\.csv$/,
    });
    assert.deepEqual(await readdir(directory), ["mine.csv"]);
  });
  await inDirectory(async (directory) => {
    await writeFile(join(directory, FIRST), "a file of the user's own");
    await assert.rejects(makeEsSample(directory), { code: "store_write" });
    assert.equal(
      await readFile(join(directory, FIRST), "utf8"),
      "a file of the user's own",
    );
  });
});

Deno.test("a seed that is no 32-bit integer is refused", async () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 32]) {
    await assert.rejects(makeEsSample("unused", { seed }), RangeError);
  }
});

async function inDirectory(
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "sample-"));
  try {
    await test(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
