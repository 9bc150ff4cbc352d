"""Why true pairs of the half that may be looked at were not put together: counted by cause, with some of each.

``python -m tests.bench misses --sets febrl3``. What is chosen with its help is reported on the other half.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Mention, Report
from streams.clusters.kinds import Verdict
from streams.matching.people.kind import PEOPLE
from streams.store import open_store, reading
from tests.bench.people.candidates import compared
from tests.bench.people.data import Record, reported, some
from tests.bench.people.run import replayed
from tests.bench.people.sets import DATASETS

MOST = 6_000
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Miss:
    """A pair, why it is as it is, and what the rules say of it."""

    cause: str
    one: Record
    other: Record
    said: Verdict | None


def show_misses() -> None:
    """Replay the sets asked for, or a part of the largest, and print the causes with examples."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench misses")
    parser.add_argument("--sets", nargs="+", choices=DATASETS, default=["historical"])
    for name in parser.parse_known_args()[0].sets:
        data = DATASETS[name]
        if data.missing:
            print(data.missing)
            continue
        records = some(data.records(), MOST)
        with replayed(records) as run, reading(open_store(run.store)) as connection:
            print(f"\n### {data.title}, the half that is not reported on")
            _show(list(_missed(connection, records, run.alone)))


def _missed(connection: Connection, records: list[Record], said: Mapping[str, str]) -> Iterator[Miss]:
    """Every pair of the half that is true or judged to be something."""
    pairs = compared(connection, PEOPLE.head, PEOPLE.tells)
    one, other = pairs.ends
    met = {(pairs.records[a], pairs.records[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)}
    by_id = {record.id: record for record in records if not reported(record.cluster)}
    held = _held(connection)
    true = _true(by_id)
    for a, b in sorted(true | {pair for pair in met if pair[0] in by_id and pair[1] in by_id}):
        verdict = PEOPLE.judge(held[a], held[b])
        known = (a, b) in met or (b, a) in met
        if (a, b) in true or (b, a) in true:
            joined = said.get(a, a) == said.get(b, b)
            cause = "joined" if joined else _cause(verdict) if known else "never met"
            yield Miss(f"true: {cause}", by_id[a], by_id[b], verdict)
        elif verdict is not None and (word := PEOPLE.verdict(verdict)):
            yield Miss(f"false: judged {word}", by_id[a], by_id[b], verdict)


def _true(by_id: Mapping[str, Record]) -> set[tuple[str, str]]:
    clusters: dict[str, list[str]] = defaultdict(list)
    for record in by_id.values():
        clusters[record.cluster].append(record.id)
    return {pair for members in clusters.values() for pair in combinations(members, 2)}


def _held(connection: Connection) -> Mapping[str, Any]:
    rows = connection.execute(select(Report.id, Mention.id).join(Mention, Report.ref == Mention.ref)).all()
    held = PEOPLE.load(connection, {item for _, item in rows})
    return {report: held[item] for report, item in rows}


def _cause(said: Verdict | None) -> str:
    if said is None:
        return "nothing in it"
    if said.never:
        return "a rule says never"
    if said.bits < PEOPLE.bars.review:
        return "below the review bar"
    if said.bits < PEOPLE.bars.join:
        return "below the join bar" + ("" if said.joins else ", nor of the kind to join")
    return "the pair joins, the cluster does not" if said.joins else "enough bits, not of the kind to join"


def _show(misses: list[Miss]) -> None:
    causes: dict[str, list[Miss]] = defaultdict(list)
    for miss in misses:
        causes[miss.cause].append(miss)
    true = sum(miss.cause.startswith("true") for miss in misses)
    for cause, found in sorted(causes.items(), key=lambda one: -len(one[1])):
        print(f"{len(found):>7} {len(found) / max(true, 1):.3f} {cause}")
    for cause, found in causes.items():
        if cause != "true: joined":
            print(f"\n#### {cause}")
            for miss in random.Random(4).sample(found, min(SHOWN, len(found))):
                print(f"- {miss.one.person}\n  {miss.other.person}\n  {_told(miss.said)}")


def _told(said: Verdict | None) -> str:
    if said is None:
        return "nothing"
    return f"{said.bits:.1f} bits: " + ", ".join(f"{e.name} {e.bits:+.1f}" for e in said.evidence)
