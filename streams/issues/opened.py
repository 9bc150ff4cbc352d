"""Incidents as the open reports alone make them, so that a count of them tells of nothing hidden.

A report that not everyone may know can join two others, keep them apart or give an incident its kind: here it does not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from schemas.tables import CellWeek, Incident, OpenReport
from streams.clusters.entities import standings
from streams.clusters.pairs import around
from streams.clusters.reach import Reach
from streams.dedupe.account import account
from streams.dedupe.incidents import INCIDENTS
from streams.issues.boards import areas_of
from streams.issues.calendar import week_of
from streams.issues.periods import is_month, period_of
from streams.statements import Statement

_ACCOUNT = ("occurred_from", "occurred_to", "category", "detail", "area", "easting", "northing", "agencies", "reports")
_HELD = (OpenReport.ref, OpenReport.incident, OpenReport.first, OpenReport.week, OpenReport.counts)


class _Openly(Reach):
    """How far a change reaches among open reports, as if there were no others."""

    def _read(self, items: Collection[str]) -> None:
        super()._read(items)
        ends = {end for item in items for pair in self._near[item] for end in (pair.a, pair.b)}
        known = _open(self._connection, ends)
        for item in items:
            self._near[item] = [pair for pair in self._near[item] if pair.a in known and pair.b in known]


def _open(connection: Connection, refs: Collection[str]) -> set[str]:
    return set(_OPEN(connection, refs=refs).scalars())


_OPEN = Statement(lambda any_of: select(OpenReport.ref).where(any_of(OpenReport.ref, "refs")))
_MATES = Statement(lambda any_of: select(OpenReport.ref).where(any_of(OpenReport.first, "firsts")))
_STATES = Statement(lambda any_of: select(*_HELD).where(any_of(OpenReport.ref, "refs")))


def count_openly(connection: Connection, refs: Collection[str], firsts: Collection[str]) -> set[str]:
    """Bring the open incidents around ``refs``, and of those that began with ``firsts``, up to date.

    The weeks in which that changes what is counted.
    """
    seeds = _open(connection, {*refs, *_MATES(connection, firsts=firsts).scalars()})
    seeds |= _open(connection, {end for pair in around(connection, "incident", seeds) for end in (pair.a, pair.b)})
    if not seeds:
        return set()
    reach = _Openly(connection, INCIDENTS, {}, standings(connection, "incident", seeds), {})
    clusters = list(reach.clusters(seeds).values())
    every = {ref for cluster in clusters for ref in cluster}
    held = {row.ref: row for row in _STATES(connection, refs=every)}
    now = {ref: row for rows in _rows(connection, clusters, held) for ref, row in rows}
    was = {ref: {"first": row.first, "week": row.week, "counts": row.counts} for ref, row in held.items()}
    changed = {ref: row for ref, row in now.items() if was[ref] != row}
    _write(connection, changed)
    return {week for ref, row in changed.items() for week in (held[ref].week, row["week"]) if week}


def forget_since(connection: Connection, week: str) -> set[str]:
    """Forget what was counted and judged from a week on, for others count in it now; the weeks there are."""
    connection.execute(delete(CellWeek).where(CellWeek.week >= week))
    return {one for one in connection.execute(select(OpenReport.week).distinct()).scalars() if one and one >= week}


def _rows(
    connection: Connection, clusters: Sequence[tuple[str, ...]], held: Mapping[str, Any]
) -> Iterable[Iterable[tuple[str, dict[str, Any]]]]:
    """Each report of each cluster with what is to be kept of it: its first one stands for the whole."""
    accounts = _accounts(connection, clusters, held)
    for cluster, told in zip(clusters, accounts, strict=True):
        period = period_of(told["occurred_from"], told["occurred_to"])
        week = None if period is None or is_month(period) else week_of(period)
        counts = {
            "areas": list(areas_of(told["area"], told["easting"], told["northing"])),
            "category": told["category"],
            "detail": told["detail"],
            "agencies": sorted(told["agencies"]),
        }
        stands = {"first": cluster[0], "week": week, "counts": counts if week else None}
        rest = {"first": cluster[0], "week": None, "counts": None}
        yield ((ref, rest if number else stands) for number, ref in enumerate(cluster))


def _accounts(
    connection: Connection, clusters: Sequence[tuple[str, ...]], held: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The account of each cluster: the incident's own where it has these reports and no others."""
    incidents = {held[cluster[0]].incident for cluster in clusters}
    stored = {row["id"]: row for row in _ACCOUNTS(connection, incidents=incidents).mappings()}
    alike = [
        (one := stored.get(held[cluster[0]].incident)) is not None and sorted(cluster) == one["reports"]
        for cluster in clusters
    ]
    apart = {ref for cluster, same in zip(clusters, alike, strict=True) if not same for ref in cluster}
    contents = INCIDENTS.load(connection, apart) if apart else {}
    return [
        dict(stored[held[cluster[0]].incident]) if same else account(cluster[0], [contents[ref] for ref in cluster])
        for cluster, same in zip(clusters, alike, strict=True)
    ]


_ACCOUNTS = Statement(
    lambda any_of: select(Incident.id, *(Incident.__table__.c[name] for name in _ACCOUNT)).where(
        any_of(Incident.id, "incidents")
    )
)
_STANDS = Statement(
    lambda _: (
        update(OpenReport)
        .where(OpenReport.ref == bindparam("of"))
        .values(
            first=bindparam("to"),
            week=bindparam("on"),
            counts=bindparam("as_counted", type_=OpenReport.counts.type),
        )
    )
)


def _write(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    _STANDS.each(
        connection,
        [
            {"of": ref, "to": row["first"], "on": row["week"], "as_counted": row["counts"]}
            for ref, row in sorted(rows.items())
        ],
    )
