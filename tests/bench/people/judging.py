"""How long judging takes: one record against candidates that its blocks really gave it."""

import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sqlalchemy import Connection, select

from schemas.tables import Mention, Report
from streams.matching.people.kind import PEOPLE
from tests.bench.people.candidates import Compared

CANDIDATES, RECORDS = 70, 300


@dataclass(frozen=True, slots=True)
class Judging:
    """The middle time in milliseconds to judge one record against 70: names never met before, and met before."""

    new: float
    known: float
    records: int


def judging(connection: Connection, compared: Compared) -> Judging | None:
    """Time it for records that have so many candidates; nothing where there are none."""
    cases = _cases(connection, compared)
    if not cases:
        return None
    new, known = [], []
    for one, others in cases:
        forget()
        new.append(_timed(one, others))
        known.append(_timed(one, others))
    return Judging(statistics.median(new) * 1000, statistics.median(known) * 1000, len(cases))


def _timed(one: Any, others: Sequence[Any]) -> float:
    started = time.perf_counter()
    for other in others:
        PEOPLE.judge(one, other)
    return time.perf_counter() - started


def _cases(connection: Connection, compared: Compared) -> list[tuple[Any, list[Any]]]:
    chance = random.Random(4)
    partners = compared.partners()
    enough = numpy.flatnonzero(partners >= CANDIDATES).tolist()
    one, other = compared.ends
    chosen = {}
    for record in chance.sample(enough, min(RECORDS, len(enough))):
        theirs = numpy.concatenate([other[one == record], one[other == record]]).tolist()
        chosen[record] = chance.sample(theirs, CANDIDATES)
    rows = connection.execute(select(Report.id, Mention.id).join(Mention, Report.ref == Mention.ref))
    item = dict(rows.all())
    wanted = {item[compared.records[n]] for record, theirs in chosen.items() for n in (record, *theirs)}
    held = PEOPLE.load(connection, wanted)
    of = [held.get(item[record]) for record in compared.records]
    return [(of[record], [of[n] for n in theirs]) for record, theirs in chosen.items()]


def forget() -> None:
    """Empty what the rules remember of names and dates; tables without a bound are of the vocabulary, and stay."""
    for name, module in list(sys.modules.items()):
        if name.startswith("streams.matching."):
            for value in vars(module).values():
                if type(value).__name__ == "_lru_cache_wrapper" and value.cache_parameters()["maxsize"]:
                    value.cache_clear()
