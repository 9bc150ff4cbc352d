"""The detectors run by name, each with the settings that suit weeks or days."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date

from streams.detectors import cusum as cumulative
from streams.detectors import gamma_poisson as shrunk
from streams.detectors.calendar import load_of
from streams.detectors.cusum import cusum
from streams.detectors.ears import Settings as Ears
from streams.detectors.ears import ears
from streams.detectors.farrington import NOUFAILY, ORIGINAL, farrington
from streams.detectors.gamma_poisson import gamma_poisson
from streams.detectors.names import DEFAULT
from streams.detectors.seasonal import SEASONAL, seasonal
from streams.detectors.values import Judged, Series

Run = Callable[[Series, Collection[date]], Judged]
DAILY = replace(SEASONAL, window=7, years=3.0)  # a week of days together; more days than that tell little more


def _seasonal(series: Series, holidays: Collection[date]) -> Judged:
    return seasonal(series, DAILY if series.daily else SEASONAL, load=load_of(series, holidays))


def _noufaily(series: Series, holidays: Collection[date]) -> Judged:
    return farrington(series, NOUFAILY, load=load_of(series, holidays))


def _farrington(series: Series, holidays: Collection[date]) -> Judged:
    return farrington(series, ORIGINAL, load=load_of(series, holidays))


def _gamma_poisson(series: Series, holidays: Collection[date]) -> Judged:
    settings = shrunk.Settings(rows=182, start=14) if series.daily else shrunk.Settings()
    return gamma_poisson(series, settings, load=load_of(series, holidays))


def _cusum(series: Series, holidays: Collection[date]) -> Judged:
    settings = cumulative.Settings()
    if series.daily:
        settings = replace(settings, run=5 * 365.0, baseline=replace(settings.baseline, years=3.0))
    return cusum(series, settings, load=load_of(series, holidays))


def _ears(settings: Ears) -> Run:
    return lambda series, _: ears(series, settings)


_RUNS: Mapping[str, Run] = {
    "seasonal": _seasonal,
    "noufaily": _noufaily,
    "farrington": _farrington,
    "gamma-poisson": _gamma_poisson,
    "cusum": _cusum,
    "ears-c1": _ears(Ears(variant="C1")),
    "ears-c2": _ears(Ears(variant="C2")),
    "ears-c3": _ears(Ears(variant="C3")),
}


def judge(series: Series, method: str = DEFAULT, holidays: Collection[date] = ()) -> Judged:
    """What the method of this name says of some series that share their days."""
    return _RUNS[method](series, holidays)
