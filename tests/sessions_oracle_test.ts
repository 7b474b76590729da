import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type Session,
  type SessionName,
  SESSIONS,
  sessionsBetween,
} from "../engine/sessions/mod.ts";

/** What `scripts/calendars.py` computed with pandas and two libraries. */
interface Oracle {
  readonly sessions: Readonly<Record<string, readonly string[]>>;
  readonly libraries: Readonly<
    Record<string, Readonly<Record<string, Library>>>
  >;
}

interface Library {
  /** The first trade date that is compared. */
  readonly first: string;
  /** Open and close in the library where ours differ; null: none there. */
  readonly differ: Readonly<Record<string, readonly [string, string] | null>>;
  readonly years: readonly string[];
}

const ORACLE: Oracle = JSON.parse(
  readFileSync(new URL("oracles/sessions.json", import.meta.url), "utf8"),
);

for (const [name, years] of Object.entries(ORACLE.sessions)) {
  Deno.test(`${name}: opens and closes of 1990 to 2027, by pandas`, () => {
    assert.equal(years.length, 38);
    assert.deepEqual(digests(covered(name as SessionName)), years);
  });
}

for (const [name, libraries] of Object.entries(ORACLE.libraries)) {
  for (const [library, { first, differ, years }] of Object.entries(libraries)) {
    const count = Object.keys(differ).length;
    Deno.test(`${name} is ${library} from ${first} but for ${count} days`, () => {
      const theirs = new Map(
        covered(name as SessionName).filter(({ date }) => date >= first).map((
          session,
        ) => [session.date, session]),
      );
      for (const [date, hours] of Object.entries(differ)) {
        if (hours === null) {
          assert.ok(theirs.delete(date));
          continue;
        }
        const [open, close] = hours.map(BigInt);
        const session = { date, open, close };
        assert.notDeepEqual(theirs.get(date), session);
        theirs.set(date, session);
      }
      const ordered = [...theirs.values()].toSorted((a, b) =>
        a.date < b.date ? -1 : 1
      );
      assert.deepEqual(digests(ordered), years);
    });
  }
}

Deno.test("an exchange and its other name are one", () => {
  assert.equal(SESSIONS.nasdaq, SESSIONS.nyse);
  assert.equal(SESSIONS.crypto, SESSIONS.always);
});

/**
 * The days that everyone asks about, in the exchange's own time; what is said
 * of each is in the notices that docs/sessions.md names.
 */
const DAYS: Readonly<
  Partial<Record<SessionName, Readonly<Record<string, string>>>>
> = {
  nyse: {
    "1996-01-08": "11:00-14:00",
    "1999-12-31": "09:30-13:00",
    "2001-09-10": "09:30-16:00",
    "2001-09-11": "",
    "2001-09-12": "",
    "2001-09-13": "",
    "2001-09-14": "",
    "2001-09-17": "09:33-16:00",
    "2012-10-26": "09:30-16:00",
    "2012-10-29": "",
    "2012-10-30": "",
    "2012-10-31": "09:30-16:00",
    "2018-12-05": "",
    "2023-07-03": "09:30-13:00",
    "2023-07-04": "",
    "2023-11-23": "",
    "2023-11-24": "09:30-13:00",
    "2025-01-09": "",
  },
  "cme-rth": {
    "2012-10-29": "",
    "2018-12-05": "",
    "2023-07-03": "08:30-12:00",
    "2023-11-23": "",
    "2023-11-24": "08:30-12:00",
    "2024-07-05": "08:30-15:00",
    "2025-01-09": "",
  },
  "cme-globex": {
    "2001-09-10": "15:30-15:15",
    "2001-09-11": "15:30-09:15",
    "2001-09-12": "",
    "2001-09-13": "",
    "2001-09-14": "",
    "2001-09-17": "08:30-15:15",
    "2012-10-29": "15:30-08:15",
    "2012-10-30": "15:30-08:15",
    "2012-11-16": "15:30-15:15",
    "2012-11-19": "17:00-16:00",
    "2018-12-05": "17:00-08:30",
    "2023-04-07": "17:00-08:15",
    "2023-07-03": "17:00-12:15",
    "2023-07-04": "17:00-12:00",
    "2023-11-23": "17:00-12:00",
    "2023-11-24": "17:00-12:15",
    "2024-03-29": "",
    "2024-12-25": "",
    "2025-01-09": "17:00-08:30",
  },
};

for (const [name, days] of Object.entries(DAYS)) {
  Deno.test(`${name}: days out of the ordinary`, () => {
    const { time_zone } = SESSIONS[name as SessionName];
    const sessions = new Map(
      covered(name as SessionName).map((session) => [session.date, session]),
    );
    const clock = (at: bigint) =>
      new Temporal.ZonedDateTime(at, time_zone).toPlainTime().toString()
        .slice(0, 5);
    const found = Object.fromEntries(
      Object.keys(days).map((date) => {
        const session = sessions.get(date);
        return [
          date,
          session ? `${clock(session.open)}-${clock(session.close)}` : "",
        ];
      }),
    );
    assert.deepEqual(found, days);
  });
}

function covered(name: SessionName): Session[] {
  const ns = (text: string) => Temporal.Instant.from(text).epochNanoseconds;
  return sessionsBetween(
    SESSIONS[name],
    ns("1990-01-01T00:00Z"),
    ns("2027-12-31T23:59Z"),
  ).filter(({ date }) => date >= "1990" && date < "2028");
}

function digests(sessions: readonly Session[]): string[] {
  const years = Map.groupBy(sessions, ({ date }) => date.slice(0, 4));
  return [...years].map(([year, rows]) => {
    const lines = rows.map(({ date, open, close }) =>
      `${date} ${open} ${close}\n`
    );
    const hash = createHash("sha256").update(lines.join("")).digest("hex");
    return `${year} ${rows.length} ${hash.slice(0, 16)}`;
  });
}
