import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import {
  type SessionName,
  SESSIONS,
  sessionsBetween,
  type SessionSpec,
  shortestMinutes,
} from "../engine/sessions/mod.ts";
import { sessionSpec } from "../stages/session.ts";
import { SessionTerms } from "../stages/session_terms.ts";
import { blocksOf, tableOf } from "./helpers/markdown.ts";

const read = (path: string) =>
  readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const PAGE = read("docs/sessions.md");

Deno.test("docs: sessions by name", () => {
  const DAYS: Record<number, string> = { 5: "mon to fri", 7: "every day" };
  const named = Object.entries(SESSIONS).map(([name, spec]) => [
    name,
    spec.time_zone,
    spec.open,
    spec.close,
    DAYS[spec.days.length],
    spec.calendar ?? "",
  ]);
  assert.deepEqual(tableOf(PAGE, "By name"), named);
});

Deno.test("docs: half days and holidays", () => {
  const rows = tableOf(PAGE, "By name", 1);
  assert.ok(rows.length > 8);
  for (const [name, date, what, open, close] of rows) {
    const spec = SESSIONS[name as SessionName];
    assert.deepEqual(hoursOf(spec, date), [open, close], `${name} ${date}`);
    assert.equal(what === "holiday", open === "");
  }
});

Deno.test("docs: daylight saving", () => {
  const rows = tableOf(PAGE, "By name", 2);
  const utc = rows.map(([date]) => [
    date,
    ...hoursOf(SESSIONS["cme-rth"], date, "UTC"),
  ]);
  assert.deepEqual(rows, utc);
});

Deno.test("docs: a session of one's own", () => {
  const [block] = blocksOf(PAGE).filter(({ language }) => language === "yaml");
  const { instruments } = parse(block.text);
  const spec = sessionSpec(SessionTerms.parse(instruments.ABC.session));
  const rows = tableOf(PAGE, "A session of your own");
  for (const [date, open, close] of rows) {
    assert.deepEqual(hoursOf(spec, date), [open, close], date);
  }
});

Deno.test("docs: the shortest session of nyse", () => {
  assert.match(PAGE, /three hours for `nyse`/);
  assert.equal(shortestMinutes(SESSIONS.nyse), 3 * 60);
});

Deno.test("docs: days that the libraries have otherwise", () => {
  const { libraries } = JSON.parse(read("tests/oracles/sessions.json"));
  const nyse = tableOf(PAGE, "New York Stock Exchange");
  const xnys = libraries.nyse["exchange_calendars XNYS"].differ;
  assert.deepEqual(nyse.map(([date]) => date), Object.keys(xnys));
  const other = libraries.nyse["pandas_market_calendars NYSE"].differ;
  assert.deepEqual(Object.keys(other), ["1999-12-31"]);
  assert.deepEqual(hoursOf(SESSIONS.nyse, "1999-12-31"), ["09:30", "13:00"]);
  const globex = tableOf(PAGE, "CME equity index futures");
  const library = libraries["cme-globex"];
  const [{ first, differ }] = Object.values(library) as {
    first: string;
    differ: object;
  }[];
  assert.deepEqual(
    globex.map(([date]) => date).filter((date) => date >= first),
    Object.keys(differ),
  );
  for (
    const [spec, rows] of [
      [SESSIONS.nyse, nyse],
      [SESSIONS["cme-globex"], globex],
    ] as const
  ) {
    for (const [date, open, close] of rows) {
      assert.deepEqual(hoursOf(spec, date), [open, close], date);
    }
  }
});

Deno.test("docs: every correction of the script is on the page", () => {
  const script = read("scripts/calendars.py");
  const corrected = [...script.matchAll(/^ {4}"(\d{4}-\d\d-\d\d)":/gm)].map((
    [, date],
  ) => date);
  assert.ok(corrected.length > 10);
  assert.deepEqual(
    tableOf(PAGE, "CME equity index futures").map(([date]) => date),
    corrected.toSorted(),
  );
});

Deno.test("docs: versions and years of the sources", () => {
  const data = read("engine/sessions/calendar_data.ts");
  const versions =
    /exchange_calendars (\S+) and pandas_market_calendars (\S+)\./
      .exec(data);
  assert.ok(versions);
  const [, one, other] = versions;
  const sources = tableOf(PAGE, "Where the calendars come from");
  for (const [, source, covers] of sources) {
    assert.ok(source.includes(other));
    const [first, last] = covers.split(" to ");
    assert.equal(data.split(`first: "${first}"`).length, 3);
    assert.equal(data.split(`last: "${last}"`).length, 3);
  }
  assert.ok(sources[0][1].includes(`exchange_calendars ${one}`));
});

Deno.test("docs: sessions a year", () => {
  const { sessions } = JSON.parse(read("tests/oracles/sessions.json"));
  const range = (name: string) => {
    const counts = (sessions[name] as string[]).map((year) =>
      Number(year.split(" ")[1])
    );
    return `${Math.min(...counts)} to ${Math.max(...counts)}`;
  };
  const metrics = read("docs/metrics.md").replaceAll(/\s+/g, " ");
  assert.ok(
    metrics.includes(
      `\`nyse\` and \`cme-rth\` have ${
        range("nyse")
      } [sessions](sessions.md) a year and \`cme-globex\` ${
        range("cme-globex")
      },`,
    ),
  );
  assert.equal(range("cme-rth"), range("nyse"));
});

/** Open and close of a trade date by the wall clock; empty when there is none. */
function hoursOf(
  spec: SessionSpec,
  date: string,
  zone = spec.time_zone,
): [string, string] {
  const { epochNanoseconds } = Temporal.Instant.from(`${date}T00:00Z`);
  const day = 86_400_000_000_000n;
  const session = sessionsBetween(
    spec,
    epochNanoseconds - day,
    epochNanoseconds + 2n * day,
  ).find((one) => one.date === date);
  if (!session) return ["", ""];
  const clock = (at: bigint) =>
    new Temporal.ZonedDateTime(at, zone).toPlainTime().toString().slice(0, 5);
  return [clock(session.open), clock(session.close)];
}
