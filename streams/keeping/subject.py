"""Who a request is about: the mentions of a person, or whole reports."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, String, cast, select

from schemas.identity import identity
from schemas.tables import EntityAlias, Member, Mention, Report, ReportVersion
from streams.clusters.sets import among
from streams.intake.kept import current_reports

_LEAST_NAME = 3  # letters: fewer are in everybody's name


class NotHeld(ValueError):
    """What was asked for is not in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whole reports, and people in reports by their place in them."""

    whole: frozenset[str] = frozenset()
    people: dict[str, frozenset[int]] = field(default_factory=dict)

    @property
    def refs(self) -> set[str]:
        """All reports that are touched."""
        return {*self.whole, *self.people}

    @property
    def named(self) -> set[str]:
        """The people's mentions as they are typed, ``agency:id#index``."""
        return {f"{ref}#{index}" for ref, indexes in self.people.items() for index in indexes}

    @property
    def mentions(self) -> set[str]:
        """The ids of the people's mentions."""
        return {identity("mention", ref, index) for ref, indexes in self.people.items() for index in indexes}


def subject_of(connection: Connection, names: Collection[str]) -> Subject:
    """What names mean: a person's id, a report (``agency:id``), or one mention in it (``agency:id#index``)."""
    whole: set[str] = set()
    people: dict[str, set[int]] = defaultdict(set)
    for name in names:
        ref, mark, index = name.rpartition("#")
        if mark and index.isdecimal() and ":" in ref:
            _in_report(connection, ref)
            people[ref].add(int(index))
        elif ":" in name:
            _in_report(connection, name)
            whole.add(name)
        else:
            for row in _of_person(connection, name):
                people[row.ref].add(row.index)
    left = {ref: frozenset(some) for ref, some in people.items() if ref not in whole}
    return Subject(whole=frozenset(whole), people=left)


def _in_report(connection: Connection, ref: str) -> None:
    for column in (Report.ref, ReportVersion.ref):
        if connection.execute(select(column).where(column == ref).limit(1)).first() is not None:
            return
    raise NotHeld(f"the store holds no report {ref}")


def _of_person(connection: Connection, entity: str) -> list[Any]:
    alias = select(EntityAlias.new).where(EntityAlias.kind == "person", EntityAlias.old == entity)
    now = connection.execute(alias).scalar_one_or_none() or entity
    rows = connection.execute(
        select(Mention.ref, Mention.index)
        .join(Member, Member.item == Mention.id)
        .where(Member.kind == "person", Member.entity == now)
    ).all()
    if not rows:
        raise NotHeld(f"the store holds no person {entity}")
    return list(rows)


def named(connection: Connection, name: str) -> list[tuple[str, str, str]]:
    """The mentions in whose name all words of ``name`` stand: mention as ``agency:id#index``, person's id, the name."""
    words = [word for word in name.casefold().split() if len(word) >= _LEAST_NAME]
    if not words:
        raise NotHeld(f"{name!r} is too short to look for")
    query = select(Mention.ref, Mention.index.label("place"), Member.entity).outerjoin(
        Member, (Member.kind == "person") & (Member.item == Mention.id)
    )
    for word in words:
        query = query.where(cast(Mention.body, String).icontains(word, autoescape=True))
    rows = connection.execute(query.order_by(Mention.ref, Mention.index)).all()
    reports = current_reports(connection, {row.ref for row in rows})
    found = []
    for row in rows:
        if row.ref in reports and row.place < len(reports[row.ref].people):
            person = reports[row.ref].people[row.place]
            called = person.name or " ".join(filter(None, (person.given, person.middle, person.family)))
            found.append((f"{row.ref}#{row.place}", row.entity or "", called))
    return found


def versions_of(connection: Connection, refs: Collection[str]) -> list[Any]:
    """Every version held of some reports."""
    query = select(*ReportVersion.__table__.columns).where(among(connection, ReportVersion.ref, refs))
    return list(connection.execute(query.order_by(ReportVersion.ref, ReportVersion.version)))
