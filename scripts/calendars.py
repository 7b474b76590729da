"""Writes engine/sessions/calendar_data.ts and tests/oracles/sessions.json.

The data comes from two maintained libraries of exchange calendars, corrected
where an exchange's own notice says otherwise. Run it in a throw-away
environment, from the repository's root:

    python3 -m venv .cache/calendars
    .cache/calendars/bin/pip install exchange_calendars==4.13.2 pandas_market_calendars==5.5.0
    .cache/calendars/bin/python scripts/calendars.py
    deno fmt engine/sessions/calendar_data.ts tests/oracles/sessions.json

To cover later years, raise LAST and the versions.
"""

import hashlib
import json
import warnings
from importlib.metadata import version

import exchange_calendars
import pandas as pd
import pandas_market_calendars

FIRST, LAST = "1990-01-01", "2027-12-31"
CHICAGO, NEW_YORK = "America/Chicago", "America/New_York"

# CME's days before the change of hours of November 2012: 15:30 to 15:15.
# pandas_market_calendars has that from 2005-09-12 only, but CME's notices of
# September 2003 (trades from 15:30 are of the next trade date) and for Good
# Friday 2005 (stock indexes close at 15:15) say the same of earlier years.
GLOBEX_CHANGE = "2012-11-19"
GLOBEX_BEFORE = ("15:30", "15:15")

# What pandas_market_calendars lacks or has otherwise, as (open, close) on the
# trade date in Chicago, None: the regular time; or no session at all.
GLOBEX_CORRECTIONS = {
    # CME, 1999-03-19: equities trade on GLOBEX2 until 10:00 on Good Friday.
    "1999-04-02": (None, "10:00"),
    # CME, 2001-09-14: trading was suspended at 9:15 on the 11th, and U.S.
    # equity indexes resume together with the stock exchanges, on the 17th.
    "2001-09-11": (None, "09:15"),
    "2001-09-12": None,
    "2001-09-13": None,
    "2001-09-14": None,
    "2001-09-17": ("08:30", None),
    # CME, 2004-06-09: GLOBEX closes at 8:00 for President Reagan's funeral.
    "2004-06-11": (None, "08:00"),
    # CME's schedule for Independence Day 2006: regular close on the 3rd.
    "2006-07-03": (None, None),
    # CNBC, 2006-12-29: CME's equity markets close for President Ford's funeral.
    "2007-01-02": None,
    # CME Group, 2012-10-28 and 29: closed at 8:15 for Hurricane Sandy.
    "2012-10-29": (None, "08:15"),
    "2012-10-30": (None, "08:15"),
    # CME Group, 2018-12-02: closes at 8:30 for President Bush's funeral.
    "2018-12-05": (None, "08:30"),
    # CME Group, 2024-12-30: closes at 8:30 for President Carter's funeral.
    "2025-01-09": (None, "08:30"),
    # Good Friday is a short day only when the Employment Situation is
    # released on it; exchange_calendars (CMES) has these as holidays too.
    "2024-03-29": None,
    "2025-04-18": None,
    "2027-03-26": None,
}

WEEKDAYS = pd.bdate_range(FIRST, LAST)


def at(date, time, zone, days=0):
    """The instant of a wall clock time."""
    wall = pd.Timestamp(f"{date} {time}") + pd.Timedelta(days=days)
    return wall.tz_localize(zone).tz_convert("UTC")


def day(stamp):
    return stamp.strftime("%Y-%m-%d")


def clock(stamp, zone):
    return stamp.tz_convert(zone).strftime("%H:%M")


def xnys():
    """exchange_calendars' New York: {date: (open, close)}."""
    schedule = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST).schedule
    return {day(i): (row.open, row.close) for i, row in schedule.iterrows()}


def pmc(name):
    schedule = pandas_market_calendars.get_calendar(name).schedule(FIRST, LAST)
    return {
        day(i): (row.market_open, row.market_close) for i, row in schedule.iterrows()
    }


def nyse():
    """Of two libraries the shorter day: only one of them has each odd day."""
    one, other = xnys(), pmc("NYSE")
    assert one.keys() == other.keys()
    return {
        date: (max(one[date][0], other[date][0]), min(one[date][1], other[date][1]))
        for date in one
    }


def globex():
    found = {}
    for stamp in WEEKDAYS:
        date = day(stamp)
        row = GLOBEX_RAW.get(date)
        if date in GLOBEX_CORRECTIONS:
            fix = GLOBEX_CORRECTIONS[date]
            if fix is None:
                continue
            opens, closes = fix
        elif row is None:
            continue
        else:
            opens, closes = None, clock(row[1], CHICAGO)
            if closes == "16:00":
                closes = None
        regular = ("17:00", "16:00") if date >= GLOBEX_CHANGE else GLOBEX_BEFORE
        found[date] = (
            at(date, regular[0], CHICAGO, -1) if opens is None else at(date, opens, CHICAGO),
            at(date, closes or regular[1], CHICAGO),
        )
    return found


def overnight(open_time, close_time, zone):
    return {
        day(stamp): (at(day(stamp), open_time, zone, -1), at(day(stamp), close_time, zone))
        for stamp in WEEKDAYS
    }


def every_day():
    return {
        day(stamp): (at(day(stamp), "00:00", "UTC"), at(day(stamp), "00:00", "UTC", 1))
        for stamp in pd.date_range(FIRST, LAST)
    }


def wrapped(words, width=70):
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) + 1 > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def table(sessions, zone, regular):
    """Days as text: holidays by year, odd opens and closes by their time."""
    holidays, opens, closes = {}, {}, {}
    for stamp in WEEKDAYS:
        date = day(stamp)
        if date not in sessions:
            holidays.setdefault(date[:4], []).append(date[5:])
            continue
        usual = regular(date)
        opened, closed = (clock(stamp, zone) for stamp in sessions[date])
        if opened != usual[0]:
            opens.setdefault(opened, []).append(date)
        if closed != usual[1]:
            closes.setdefault(closed, []).append(date)
    years = [f"{year}: {' '.join(days)}" for year, days in sorted(holidays.items())]
    return "\n".join(years), by_time(opens), by_time(closes)


def by_time(times):
    return "\n".join(
        wrapped([f"{time}:", *dates]) for time, dates in sorted(times.items())
    )


def calendar(name, sessions, zone, regular, source):
    holidays, opens, closes = table(sessions, zone, regular)
    return f"""
/** {source} */
export const {name}: CalendarText = {{
  time_zone: "{zone}",
  first: "{FIRST}",
  last: "{LAST}",
  holidays: `
{holidays}`,
  opens: `
{opens}`,
  closes: `
{closes}`,
}};
"""


def digests(sessions):
    years = {}
    for date, (opened, closed) in sessions.items():
        years.setdefault(date[:4], []).append(f"{date} {opened.value} {closed.value}\n")
    return [
        f"{year} {len(rows)} {hashlib.sha256(''.join(rows).encode()).hexdigest()[:16]}"
        for year, rows in sorted(years.items())
    ]


def beside(library, ours, first):
    """A library's own days, and those of them that differ from ours."""
    theirs = {date: row for date, row in library.items() if date >= first}
    dates = sorted(theirs.keys() | {date for date in ours if date >= first})
    differ = {
        date: [str(stamp.value) for stamp in theirs[date]] if date in theirs else None
        for date in dates
        if theirs.get(date) != ours.get(date)
    }
    return {"first": first, "differ": differ, "years": digests(theirs)}


warnings.simplefilter("ignore")
GLOBEX_RAW = pmc("CME Globex Equity")
NYSE, GLOBEX = nyse(), globex()
VERSIONS = " and ".join(
    f"{name} {version(name)}" for name in ("exchange_calendars", "pandas_market_calendars")
)

with open("engine/sessions/calendar_data.ts", "w", encoding="utf-8") as file:
    file.write(
        f"""// Made by scripts/calendars.py of {VERSIONS}. Do not edit.
import type {{ CalendarText }} from "./calendar.ts";
"""
    )
    file.write(
        calendar(
            "NYSE",
            NYSE,
            NEW_YORK,
            lambda date: ("09:30", "16:00"),
            "exchange_calendars XNYS and pandas_market_calendars NYSE; of two times the shorter day.",
        )
    )
    file.write(
        calendar(
            "CME_EQUITY",
            GLOBEX,
            CHICAGO,
            lambda date: ("17:00", "16:00") if date >= GLOBEX_CHANGE else GLOBEX_BEFORE,
            "pandas_market_calendars `CME Globex Equity`, with the corrections in scripts/calendars.py.",
        )
    )

ORACLE = {
    "made": f"by scripts/calendars.py of {VERSIONS}: for each year the number of sessions "
    "and the start of the SHA-256 of its lines 'date open close', in ns since the epoch",
    "sessions": {
        "nyse": digests(NYSE),
        # 08:30 to 15:00 in Chicago are the same instants.
        "cme-rth": digests(NYSE),
        "cme-globex": digests(GLOBEX),
        "fx-week": digests(overnight("17:00", "17:00", NEW_YORK)),
        "always": digests(every_day()),
    },
    "libraries": {
        "nyse": {
            "exchange_calendars XNYS": beside(xnys(), NYSE, FIRST),
            "pandas_market_calendars NYSE": beside(pmc("NYSE"), NYSE, FIRST),
        },
        "cme-globex": {
            "pandas_market_calendars CME Globex Equity": beside(GLOBEX_RAW, GLOBEX, GLOBEX_CHANGE),
        },
    },
}
with open("tests/oracles/sessions.json", "w", encoding="utf-8") as file:
    json.dump(ORACLE, file, indent=1)
