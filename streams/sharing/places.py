"""The place of a copy: what each of its reports says of where, what ties that, and what was left apart.

As with persons: from the reports that the reader may know and the pairs between what those write alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, or_, select

from schemas.agencies import Partnership
from schemas.tables import Judgement, PlaceValue, Report
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.issues.hear import spot_of
from streams.issues.values import Telling
from streams.sharing.marking import read_marking
from streams.sharing.persons import outside, spanning
from streams.sharing.sight import Sight, sight

Facts = dict[str, Any]
OF_A_REPORT = (
    Report.ref, Report.agency, Report.reported_at, Report.category, Report.detail, Report.marking, Report.place_item,
    PlaceValue.body,
)  # fmt: skip


def place_of(connection: Connection, agency: str, copy: Mapping[str, Any], *, partnership: Partnership) -> Facts:
    """``members``, the ``ties`` that hold what they say, how many ``others`` agree too, and what was left ``apart``."""
    seen = sight(connection, partnership)
    refs = [str(ref) for ref in copy.get("evidence") or ()]
    inside = _written(connection, agency, seen, among(connection, Report.ref, refs))
    pairs = _pairs(connection, inside)
    ends = {end for pair in pairs for end in (pair["a"], pair["b"])}
    near = _written(connection, agency, seen, among(connection, Report.place_item, ends))
    held = [pair for pair in pairs if {pair["a"], pair["b"]} <= inside.keys() and pair["verdict"] == "same"]
    ties = spanning(held)
    known = {**near, **inside}
    also, apart = outside([pair for pair in pairs if {pair["a"], pair["b"]} <= known.keys()], inside.keys())
    beside = {end for pair in also for end in (pair["a"], pair["b"])} - inside.keys()
    return {
        "members": sorted((one for some in inside.values() for one in some), key=lambda one: one["reported_at"]),
        "ties": [_link(pair, known) for pair in ties],
        "others": len(held) - len(ties),
        "also": sorted({one["report"] for end in beside for one in known[end]}),
        "apart": [_link(pair, known) for pair in apart],
    }


def _written(connection: Connection, agency: str, seen: Sight, which: Any) -> dict[str, list[Facts]]:
    """What reports say of where, by what they write, of those whose exact place the agency may know."""
    rows = connection.execute(
        select(*OF_A_REPORT)
        .join(PlaceValue, PlaceValue.id == Report.place_item)
        .where(which, Report.status == "accepted")
        .order_by(Report.reported_at, Report.ref)
    )
    found: dict[str, list[Facts]] = defaultdict(list)
    for row in rows:
        telling = _telling(row)
        grant = seen.of(telling).get(agency)
        if grant is not None and grant.places and not telling.marking.sensitive:
            found[row.place_item].append(_said(row, own=row.agency == agency))
    return dict(found)


def _telling(row: Any) -> Telling:
    return Telling(
        ref=row.ref,
        agency=row.agency,
        reported_at=row.reported_at,
        occurred_from=row.reported_at,
        occurred_to=row.reported_at,
        category=row.category or "other-crime",
        detail=row.detail,
        marking=read_marking(row.marking),
    )


def _said(row: Any, *, own: bool) -> Facts:
    body = row.body or {}
    return {
        "report": row.ref,
        "own": own,
        "reported_at": row.reported_at,
        "place": spot_of(row.place_item, None, body).name,
        "precision": body.get("precision"),
        "accuracy_m": body.get("accuracy_m"),
    }


def _pairs(connection: Connection, items: Collection[str]) -> list[Facts]:
    """The pairs of what is written, the strongest first."""
    asked = (Judgement.a, Judgement.b, Judgement.verdict, Judgement.bits, Judgement.evidence)
    rows = connection.execute(
        select(*asked)
        .where(
            Judgement.kind == "place",
            Judgement.judge == PIPELINE,
            Judgement.undone.is_(False),
            or_(among(connection, Judgement.a, items), among(connection, Judgement.b, items)),
        )
        .order_by(Judgement.bits.desc(), Judgement.a, Judgement.b)
    )
    return [
        {"a": row.a, "b": row.b, "verdict": row.verdict, "bits": row.bits or 0.0, "claims": list(row.evidence)}
        for row in rows
    ]


def _link(pair: Facts, known: Mapping[str, list[Facts]]) -> Facts:
    return {**pair, "a": known[pair["a"]][0], "b": known[pair["b"]][0]}
