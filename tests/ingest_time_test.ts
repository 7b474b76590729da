import assert from "node:assert/strict";
import { join } from "node:path";
import { ingest, isoOf, TableReader, type TimeColumn } from "../formats/mod.ts";

/** Times of a headerless file `time;price`, as ISO text; bad rows by kind. */
async function timesOf(
  time: Partial<TimeColumn>,
  texts: readonly string[],
  name = "ticks.csv",
): Promise<{ times: string[]; rejected: Readonly<Record<string, number>> }> {
  const root = await Deno.makeTempDir();
  try {
    const source = join(root, name);
    await Deno.writeTextFile(source, texts.map((t) => `${t};1\n`).join(""));
    const { directory, manifest } = await ingest({
      instrument: "X",
      source,
      format: "csv",
      columns: {
        time: { column: 0, unit: "iso", ...time },
        values: { price: { column: 1 } },
      },
      csv: { header: false, delimiter: ";" },
      on_bad_tick: "drop",
      max_bad: 1,
      store: join(root, "store"),
      synthetic: false,
    });
    using reader = TableReader.open(directory);
    const times = Array.from(
      { length: manifest.rows },
      (_, row) => isoOf(reader.timeAt(row)),
    );
    return { times, rejected: manifest.quality.rejected };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const HOUR = 3_600_000;

Deno.test("numbers of every unit become exact nanoseconds", async () => {
  const cases: [TimeColumn["unit"], string[], string[]][] = [
    ["s", ["1525699800.001533", "1525699801", "1525699801.000000001"], [
      "2018-05-07T13:30:00.001533000Z",
      "2018-05-07T13:30:01.000000000Z",
      "2018-05-07T13:30:01.000000001Z",
    ]],
    ["ms", ["1525699800001.533", "1525699800002"], [
      "2018-05-07T13:30:00.001533000Z",
      "2018-05-07T13:30:00.002000000Z",
    ]],
    ["us", ["1525699800001533", "1525699800001533.25"], [
      "2018-05-07T13:30:00.001533000Z",
      "2018-05-07T13:30:00.001533250Z",
    ]],
    ["ns", ["1525699800001533001"], ["2018-05-07T13:30:00.001533001Z"]],
  ];
  for (const [unit, texts, expected] of cases) {
    assert.deepEqual((await timesOf({ unit }, texts)).times, expected);
  }
});

Deno.test("ISO text: nine digits, offsets, and a zone for what has none", async () => {
  const texts = [
    "2024-03-04T14:30:00.123456789Z",
    "2024-03-04 14:30:01",
    "2024-03-04T20:00:02.5+05:30",
    "2024-03-04T20:00:03+0530",
    "2024-02-30T00:00:00",
    "infinity",
    "never",
  ];
  const utc = await timesOf({}, texts);
  assert.deepEqual(utc.times, [
    "2024-03-04T14:30:00.123456789Z",
    "2024-03-04T14:30:01.000000000Z",
    "2024-03-04T14:30:02.500000000Z",
    "2024-03-04T14:30:03.000000000Z",
  ]);
  assert.deepEqual(utc.rejected, { unparsable: 3 });
  const local = await timesOf({ zone: "America/Chicago" }, [
    "2024-03-04T14:30:00Z",
    "2024-03-04T08:30:01.000000007",
    "2024-07-04T08:30:00",
  ]);
  assert.deepEqual(local.times, [
    "2024-03-04T14:30:00.000000000Z",
    "2024-03-04T14:30:01.000000007Z",
    "2024-07-04T13:30:00.000000000Z",
  ]);
});

Deno.test("patterns: nanoseconds, offsets, zones", async () => {
  const plain = await timesOf(
    { pattern: "%d/%m/%Y %H:%M:%S.%n", zone: "Europe/London" },
    ["01/02/2024 10:00:00.123456789", "01/07/2024 10:00:00.000000001", "x"],
  );
  assert.deepEqual(plain.times, [
    "2024-02-01T10:00:00.123456789Z",
    "2024-07-01T09:00:00.000000001Z",
  ]);
  assert.deepEqual(plain.rejected, { unparsable: 1 });
  const zoned = await timesOf(
    { pattern: "%Y%m%d %H%M%S %z", zone: "Europe/London" },
    ["20240701 100000 -0500"],
  );
  assert.deepEqual(zoned.times, ["2024-07-01T15:00:00.000000000Z"]);
});

Deno.test("wall-clock milliseconds over the day that daylight saving begins", async () => {
  const { times, rejected } = await timesOf(
    { unit: "ms_since_midnight", zone: "America/New_York" },
    [
      `${HOUR}.5`,
      `${2 * HOUR - 1}`,
      `${2 * HOUR}`, // 02:00 to 03:00 does not occur
      `${3 * HOUR - 1}`,
      `${3 * HOUR}`,
      `${24 * HOUR}`,
      `${24 * HOUR + 1}`,
    ],
    "trades-2024-03-10.csv",
  );
  assert.deepEqual(times, [
    "2024-03-10T06:00:00.000500000Z",
    "2024-03-10T06:59:59.999000000Z",
    "2024-03-10T07:00:00.000000000Z",
    "2024-03-11T04:00:00.000000000Z",
  ]);
  assert.deepEqual(rejected, { no_such_time: 2, unparsable: 1 });
});

Deno.test("wall-clock milliseconds over the day that daylight saving ends", async () => {
  const { times, rejected } = await timesOf(
    { unit: "ms_since_midnight", zone: "America/New_York" },
    [
      "0",
      `${HOUR}`,
      `${2 * HOUR - 1}`,
      `${HOUR}`, // the hour occurs again
      `${HOUR + 5}`,
      `${2 * HOUR - 1}`,
      `${2 * HOUR}`,
      `${10 * HOUR}`,
    ],
    "20241103_trades.csv",
  );
  assert.deepEqual(times, [
    "2024-11-03T04:00:00.000000000Z",
    "2024-11-03T05:00:00.000000000Z",
    "2024-11-03T05:59:59.999000000Z",
    "2024-11-03T06:00:00.000000000Z",
    "2024-11-03T06:00:00.005000000Z",
    "2024-11-03T06:59:59.999000000Z",
    "2024-11-03T07:00:00.000000000Z",
    "2024-11-03T15:00:00.000000000Z",
  ]);
  assert.deepEqual(rejected, {});
});

Deno.test("fixed offsets and a date by one's own expression", async () => {
  for (const zone of ["UTC-05:00", "-05:00", "GMT-5", "UTC-0500"]) {
    const { times } = await timesOf(
      {
        unit: "ms_since_midnight",
        zone,
        date: "(?<day>\\d\\d)\\.(?<month>\\d\\d)\\.(?<year>\\d{4})",
      },
      ["0"],
      "x 31.12.2023.csv",
    );
    assert.deepEqual(times, ["2023-12-31T05:00:00.000000000Z"]);
  }
  await assert.rejects(timesOf({ unit: "ms_since_midnight" }, ["0"]), {
    code: "bad_data",
  });
  await assert.rejects(timesOf({ zone: "Mars/Olympus" }, ["2024-01-01"]), {
    code: "bad_data",
  });
});
