"""Statistics of the readings: asked for as a whole, or as the readings come in."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import NormalDist, fmean

from parley import call, emit, log, on, provide

UNUSUAL = 2.5  # standard deviations from the month's mean
ENOUGH = 56  # readings of a month, of two years, before one can say what is normal in it

MEASURES = ("temp_max", "temp_min", "precipitation", "wind")


def month_of(reading: dict) -> int:
    return int(reading["date"][5:7])


def anomaly(reading: dict, normal: NormalDist) -> dict | None:
    """What to say of a day that was much warmer or colder than usual."""
    deviations = normal.zscore(reading["temp_max"])
    if abs(deviations) < UNUSUAL:
        return None
    return {
        "date": reading["date"],
        "what": "unusually warm" if deviations > 0 else "unusually cold",
        "measure": "temp_max",
        "value": reading["temp_max"],
        "normal": round(normal.mean, 1),
        "deviations": round(deviations, 2),
    }


# --- as a whole ---------------------------------------------------------------------------


def month_summary(month: int, rows: list[dict], normal: NormalDist) -> dict:
    years = len({row["date"][:4] for row in rows})
    return {
        "month": month,
        "temp_max": normal.mean,
        "temp_min": fmean(row["temp_min"] for row in rows),
        "precipitation": sum(row["precipitation"] for row in rows) / years,
        "weather": Counter(row["weather"] for row in rows),
    }


@provide("stats.summary")
def summary():
    imported = call("import.rows")  # Perl parses; this handler waits, the kernel does not
    rows = imported["rows"]
    months = defaultdict(list)
    for row in rows:
        months[month_of(row)].append(row)
    normals = {month: NormalDist.from_samples([row["temp_max"] for row in days]) for month, days in months.items()}
    return {
        "count": len(rows),
        "means": {measure: fmean(row[measure] for row in rows) for measure in MEASURES},
        "months": [month_summary(month, months[month], normals[month]) for month in sorted(months)],
        "anomalies": [found for row in rows if (found := anomaly(row, normals[month_of(row)]))],
        "broken": imported["broken"],
        "rows": rows,
    }


# --- as they come in ----------------------------------------------------------------------

seen: defaultdict[int, dict[str, float]] = defaultdict(dict)  # month -> date -> temp_max
unusual = 0


@on("reading:parsed")
def check(reading):
    """Compare a day with what was seen of its month so far; the first two years are there to learn from."""
    global unusual
    past = seen[month_of(reading)]
    if len(past) >= ENOUGH:
        found = anomaly(reading, NormalDist.from_samples(past.values()))
        if found:
            unusual += 1
            emit("reading:anomalous", found)
    past[reading["date"]] = reading["temp_max"]


@on("replay:finished")
def finish(replay):
    global unusual
    heard = sum(len(days) for days in seen.values())
    log.info(f"heard {heard} of {replay['readings']} readings, {unusual} of them unusual")
    seen.clear()
    unusual = 0
