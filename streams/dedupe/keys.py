"""By which keys two reports of one incident find each other: where and when, a vehicle, a person, each other's name.

A wide interval (a month, as data.police.uk gives) says too little of when: such a report is found by what it names.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from schemas.kinds import vocabulary
from streams.dedupe.spot import Spot
from streams.dedupe.telling import HOUR, Telling
from streams.matching.places.grid import cells
from streams.matching.words import soundex

_TIME = vocabulary("incidents")["time"]
_WIDEST = _TIME["widest_hours"] * HOUR
_SLACK = 3 * HOUR // 2  # two that are told up to twice this apart share a day
_DAY, _WEEK = 24 * HOUR, 7 * 24 * HOUR
_CELL, _MARGIN = 400.0, 100.0
_WORDS = 4  # of a place, by which it is looked for: its street's and its name's
OF_WORDS = "w:"  # before what a word of a place sounds like: who tells a place in words has such keys
_EXACT_ENOUGH = 400.0  # metres of accuracy, beyond which a point is no place to look at


def keys(telling: Telling) -> frozenset[str]:
    """The keys of a telling; every report can at least be named by another."""
    return frozenset(key[:200] for key in _keys(telling))


def _keys(telling: Telling) -> Iterator[str]:
    yield from (f"r:{ref}" for ref in (telling.ref, *telling.related))
    weeks = list(_spans(telling, _WEEK, _DAY))[:7]
    yield from (f"v:{mark}:{week}" for mark in telling.vehicles for week in weeks)
    if telling.end - telling.start > _WIDEST:
        return
    days = list(_spans(telling, _DAY, _SLACK))
    yield from (f"p:{who}:{day}" for who in _people(telling) for day in days)
    if telling.spot is not None:
        yield from (f"{where}:{day}" for where in _where(telling.spot) for day in days)


def _spans(telling: Telling, size: int, slack: int) -> Iterable[int]:
    return range((telling.start - slack) // size, (telling.end + slack) // size + 1)


def _people(telling: Telling) -> set[str]:
    """Each person by how the family name sounds and the given name's first letter, whichever way round."""
    found = set()
    for person in telling.people:
        for name in person.names[:2]:
            words = sorted({*name.given[:1], *name.family[-1:]})
            found.add(":".join(soundex(word) for word in words))
    return found


@lru_cache(maxsize=1_024)
def _where(spot: Spot) -> frozenset[str]:
    """The ways in which another agency may write the same place."""
    form = spot.form
    found = {f"{OF_WORDS}{soundex(word)}" for word in sorted(spot.words, key=lambda word: (-len(word), word))[:_WORDS]}
    if spot.uprn:
        found.add(f"u:{spot.uprn}")
    if spot.usrn:
        found.add(f"s:{spot.usrn}")
    if form.postcode:
        found.add(f"c:{form.postcode}")
    at, within = form.where
    if at is not None and within <= _EXACT_ENOUGH:
        found |= {f"g:{cell}" for cell in cells(at, _CELL, _MARGIN)}
    if at is None and spot.ground is not None:
        found |= {f"g:{cell}" for cell in cells(spot.ground[0], _CELL, _MARGIN)}
    return frozenset(found)
