"""The 42 scenarios of Noufaily and others 2013 (section 3), simulated anew from their parameters.

624 weeks of negative binomial counts; four outbreaks in weeks 313 to 575, one in the last 49. An outbreak's size is
Poisson with a mean of k standard deviations of the count at its start, k from 1 to 10, its cases spread over the weeks
by a log-normal distribution (0, .5).
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from streams.detectors.values import Flags, Floats, Series

WEEKS, PAST, LAST = 624, 312, 575
PERIOD = 52  # their year, and R's


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Counts without and with outbreaks (weeks, series), which weeks have outbreak cases, and the truth behind."""

    clean: Series
    dirty: Series
    outbreak: Flags
    mean: Floats | None = None
    dispersion: Floats | None = None


def days() -> list[date]:
    return [date(2000, 1, 3) + timedelta(days=7 * at) for at in range(WEEKS)]


def given(folder: Path) -> Simulated:
    """The two repetitions that R was run on."""
    clean, dirty, outbreak = (_read(folder / f"{name}.csv.gz") for name in ("Y0", "Y", "S"))
    return Simulated(
        clean=Series(days=days(), counts=clean), dirty=Series(days=days(), counts=dirty), outbreak=outbreak > 0
    )


def _read(path: Path) -> Floats:
    return np.loadtxt(path, delimiter=",", skiprows=1)


def simulate(folder: Path, repetitions: int, seed: int) -> Simulated:
    """So many repetitions of each scenario."""
    with (folder / "scenarios.csv").open() as lines:
        scenarios = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(lines)]
    random = np.random.default_rng(seed)
    means = np.column_stack([_mean(scenario) for scenario in scenarios for _ in range(repetitions)])
    over = np.repeat([scenario["phi"] for scenario in scenarios], repetitions)
    clean = np.where(
        over > 1,
        random.negative_binomial(means / np.maximum(over - 1, 1e-9), 1 / np.maximum(over, 1 + 1e-9)),
        random.poisson(means),
    ).astype(float)
    added = np.column_stack([_outbreaks(random, means[:, at], over[at]) for at in range(len(over))])
    return Simulated(
        clean=Series(days=days(), counts=clean),
        dirty=Series(days=days(), counts=clean + added),
        outbreak=added > 0,
        mean=means,
        dispersion=over,
    )


def _mean(scenario: dict[str, float]) -> Floats:
    week = np.arange(1, WEEKS + 1)
    waves = [
        scenario["g1"] * np.cos(2 * np.pi * at * week / PERIOD)
        + scenario["g2"] * np.sin(2 * np.pi * at * week / PERIOD)
        for at in range(1, int(scenario["m"]) + 1)
    ]
    return np.exp(scenario["theta"] + scenario["beta"] * week + sum(waves))


def _outbreaks(random: np.random.Generator, mean: Floats, over: float) -> Floats:
    added = np.zeros(WEEKS)
    for start in random.integers(PAST, LAST, 4):
        added += _outbreak(random, int(start), mean, over)
    recent = np.zeros(WEEKS)
    while not recent[LAST:].any():  # one that has a case before the series ends
        recent = _outbreak(random, int(random.integers(LAST, WEEKS)), mean, over)
    return added + recent


def _outbreak(random: np.random.Generator, start: int, mean: Floats, over: float) -> Floats:
    size = max(1, random.poisson(random.integers(1, 11) * np.sqrt(over * mean[start])))
    weeks = start + np.floor(random.lognormal(0, 0.5, size)).astype(int)
    return np.bincount(weeks[weeks < WEEKS], minlength=WEEKS).astype(float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How often outbreaks were found and weeks without alarmed, with standard errors over the series."""

    power: float
    power_error: float
    false: float
    false_error: float
    false_beside: float  # weeks without outbreak cases in the series that have outbreaks


def found(clean: Flags, dirty: Flags, outbreak: Flags) -> Found:
    """The figures over the last 49 weeks; false alarms are those of the series without any outbreak, as R's were."""
    hit = (dirty[LAST:] & outbreak[LAST:]).any(axis=0)
    rate = clean[LAST:].mean(axis=0)
    return Found(
        power=float(hit.mean()),
        power_error=float(hit.std() / np.sqrt(len(hit))),
        false=float(rate.mean()),
        false_error=float(rate.std() / np.sqrt(len(rate))),
        false_beside=float(dirty[LAST:][~outbreak[LAST:]].mean()),
    )


def at_rate(clean: Floats, dirty: Floats, rate: float) -> tuple[Flags, Flags]:
    """The alarms of two sets of chances at the bound that gives the first such a rate of them, or the next lower."""
    bound = float(np.quantile(clean[LAST:], rate, method="lower"))
    return clean < bound, dirty < bound
