"""The rows of ``make bench-detect`` about places and times: Knox, and the scan over Chesterfield's published incidents.

The police publish the month alone, so days are drawn at random within it, by a fixed seed, here and nowhere else.
"""

import csv
import gzip
import time
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from streams.detectors.near_repeat import Bands, knox
from streams.detectors.scan import Settings, Zones, distances, permutation_scan
from streams.detectors.tails import at_least
from streams.detectors.values import Flags, Floats, Times
from tests.bench.table import figure
from tests.streams.detectors.new_mexico import most_likely

EXPECTED = [[28, 5, 5], [141, 69, 27], [186, 140, 100], [237, 192, 128]]
RADII = (0.0, 250.0, 500.0)
NEAR, LONG, EXCESS = 500.0, 7, 3  # metres, days, times
YEAR = 365.0
SCAN = Settings(longest=LONG, lengths=(1, 3, 7), evened=True)
PLAIN = Settings(longest=LONG)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Incidents: the point of each and its day, from 0."""

    points: Floats
    location: Times
    day: Times
    days: int

    def until(self, day: int) -> tuple[Times, Times]:
        """Where and how long ago, of those up to a day."""
        known = self.day <= day
        return self.location[known], day - self.day[known]


def place_rows(shared: Path, trials: int = 100) -> list[Row]:
    """What, the peer's figure, ours, to reach."""
    town = chesterfield(shared / "police_uk_derbyshire")
    started = time.process_time()
    away = distances(town.points)
    zones = Zones.circles(away, RADII)
    made = time.process_time() - started
    location, ago = _four_months(town)
    permutation_scan(location, ago, zones, SCAN)
    started = time.perf_counter()
    permutation_scan(location, ago, zones, SCAN)
    step = time.perf_counter() - started
    what = f"scan over four months of Chesterfield, one day's step ({len(ago):,} incidents, {len(zones):,} zones)"
    return [
        _knox(shared / "near_repeat" / "chicago_burglary_2016_01.csv"),
        _new_mexico(),
        (what, "SaTScan is a batch program", f"{step:.2f} s, and {made:.2f} s once for the zones", "≤ 2 s"),
        *_power(town, away, zones, trials),
        _false_alarms(town, zones, trials * 3),
    ]


def _four_months(town: Town) -> tuple[Times, Times]:
    """The three months published, and the first once more after them."""
    again = town.day < 30
    day = np.append(town.day, town.days + town.day[again])
    return np.append(town.location, town.location[again]), town.days + 29 - day


def _new_mexico() -> Row:
    first, counties, zones = most_likely()
    said = f"{' and '.join(sorted(counties))}, {first.score:.4f} ({zones} zones), p {first.chance:.3f}"
    return ("scan, New Mexico 1986-89", "losalamos and santafe, 9.1806 (415 zones)", said, "the same, ± .01")


def _knox(path: Path) -> Row:
    with path.open() as lines:
        listed = [(float(east), float(north), date.fromisoformat(day)) for east, north, day in csv.reader(lines)]
    points, days = np.array([row[:2] for row in listed]), np.array([float(row[2].toordinal()) for row in listed])
    said = knox(points, days, Bands(), replicas=999, seed=1)
    same = "exact" if said.observed.tolist() == EXPECTED else f"differs: {said.observed.tolist()}"
    first = f"repeat at one address within a week: {said.ratio[0, 0]:.2f} times chance, p {said.chance[0, 0]:.3f}"
    return ("Knox, Chicago burglaries January 2016, observed pairs", "NearRepeat", f"{same} ({first})", "exact")


def chesterfield(folder: Path) -> Town:
    """January to March 2024, each month's incidents spread over its days."""
    random = np.random.default_rng(1)
    points, day, before = [], [], 0
    for path in sorted(folder.glob("*.csv.gz")):
        year, month = (int(part) for part in path.name.split("-")[:2])
        length = monthrange(year, month)[1]
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            here = [row for row in csv.DictReader(lines) if row["LSOA name"].startswith("Chesterfield")]
        points += [(float(row["Longitude"]), float(row["Latitude"])) for row in here]
        day += (before + random.integers(0, length, len(here))).tolist()
        before += length
    degrees = np.array(points)
    scale = np.array([111_320 * np.cos(np.radians(degrees[:, 1].mean())), 111_320])
    metres, location = np.unique(((degrees - degrees.mean(axis=0)) * scale).round(1), axis=0, return_inverse=True)
    return Town(points=metres, location=location.ravel(), day=np.array(day), days=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """The town with a cluster put in; ``usual``: what its circle has in so many days without."""

    centre: int
    usual: float
    location: Times
    ago: Times


def _injected(town: Town, near: Flags, times: int, random: np.random.Generator) -> Injected:
    """A cluster at a place drawn as incidents are, on the last days: so many times the usual put in on top."""
    centre, last = int(town.location[random.integers(len(town.location))]), town.days - 1
    there = near[centre][town.location]
    usual = there.sum() * LONG / town.days
    added = random.poisson(times * usual)
    location = np.append(town.location, random.choice(town.location[there], added))
    day = np.append(town.day, random.integers(last - LONG + 1, last + 1, added))
    return Injected(centre=centre, usual=usual, location=location, ago=last - day)


def _power(town: Town, away: Floats, zones: Zones, trials: int) -> list[Row]:
    """Clusters put in; found: one there, once a year or rarer. Below it, the most that any test could find of them."""
    random, near = np.random.default_rng(7), away <= NEAR
    apart = _apart(town, away)
    rows: list[Row] = []
    for which, said in enumerate(("three times the usual in all", "the usual and three times as much on top")):
        put = [_injected(town, near, EXCESS - 1 + which, random) for _ in range(trials)]
        usual = np.array([one.usual for one in put])
        had = np.array([(near[one.centre][one.location] & (one.ago < LONG)).sum() for one in put], dtype=float)
        chance = at_least(had, usual, np.ones(trials))
        what = f"cluster within 500 m and 7 days found, {said}"
        told = f"{what}: the most that any test can find, told circle, days and usual beforehand"
        ours, plain = (
            np.array([_hit(one, near, zones, replace(scan, seed=at)) for at, one in enumerate(put)])
            for scan in (SCAN, PLAIN)
        )
        rows += [
            (f"{what}, one false alarm a year", "", _found(usual, ours), "≥ .90"),
            (f"{what}, one false alarm a year, all lengths alike", "", _found(usual, plain), ""),
            (f"{told}, false alarm in every twentieth look", "", _found(usual, chance <= 0.05), "≥ .90"),
            (f"{told}, one a year, this circle alone looked at", "", _found(usual, chance <= 1 / YEAR), "≥ .90"),
            (
                f"{told}, one a year, the {apart} circles looked at that do not overlap",
                "",
                _found(usual, chance <= 1 / YEAR / apart),
                "≥ .90",
            ),
        ]
    return rows


def _apart(town: Town, away: Floats) -> int:
    """How many circles there are that share no place, the busiest first: as few looks as a search can honestly take."""
    kept: list[int] = []
    for place in np.argsort(-np.bincount(town.location, minlength=len(town.points)), kind="stable").tolist():
        if (away[place, kept] > 2 * NEAR).all():
            kept.append(place)
    return len(kept)


def _hit(put: Injected, near: Flags, zones: Zones, scan: Settings) -> bool:
    found = permutation_scan(put.location, put.ago, zones, scan)
    return any(one.recurrence >= YEAR and near[put.centre][one.locations].any() for one in found)


def _found(usual: Floats, hit: Flags) -> str:
    return f"{figure(float(hit.mean()), 2)} of {len(hit)} anywhere; {_shares(usual, hit)}"


def _shares(expected: Floats, hit: Flags) -> str:
    """How many were found where 5 to 10, and where 10 or more, are usual in the circle and week."""
    parts = [("5 to 10", (expected >= 5) & (expected < 10)), ("10 or more", expected >= 10)]
    return ", ".join(
        f"{figure(float(hit[of].mean()), 2)} of {of.sum()} where {said} are usual" for said, of in parts if of.any()
    )


def _false_alarms(town: Town, zones: Zones, scans: int) -> Row:
    """Scans of days without a cluster: the days drawn anew for each."""
    random, last, alarms, rarest = np.random.default_rng(8), town.days - 1, 0, 0.0
    for at in range(scans):
        ago = last - random.permutation(town.day)
        found = permutation_scan(town.location, ago, zones, replace(SCAN, seed=at))
        highest = max((one.recurrence for one in found), default=0.0)
        alarms, rarest = alarms + (highest >= YEAR), max(rarest, highest)
    return (
        "its false alarms, at a recurrence of a year",
        "",
        f"{alarms} in {scans} days ({alarms * YEAR / scans:.1f} a year), the rarest once in {rarest:,.0f} days",
        "1 a year",
    )
