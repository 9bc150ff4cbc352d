"""Mentions of persons as one agency may know them: its own as it sent them, others' by name, birth and role alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from schemas.tables import Mention, Report
from streams.issues.values import Telling
from streams.matching.said import said
from streams.sharing.marking import read_marking
from streams.sharing.sight import Sight

# What an alert shows of a person (``schemas.alert.ShownPerson``): of another agency's mention no more is known here.
SHOWN = ("name", "born", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A mention, and the report that it stands in."""

    item: str
    index: int
    role: str
    telling: Telling


def columns(mention: type[Mention], report: type[Report], prefix: str) -> list[ColumnElement[Any]]:
    """What is asked of the store for a mention, under names of its own."""
    wanted = {
        "item": mention.id,
        "index": mention.index,
        "role": mention.role,
        "ref": report.ref,
        "agency": report.agency,
        "reported_at": report.reported_at,
        "category": report.category,
        "detail": report.detail,
        "marking": report.marking,
    }
    return [column.label(f"{prefix}_{name}") for name, column in wanted.items()]


def named(row: Any, prefix: str) -> Named:
    """The mention of a row that was asked for by ``columns``."""
    got = {
        name.removeprefix(f"{prefix}_"): value for name, value in row._mapping.items() if name.startswith(f"{prefix}_")
    }
    at: datetime = got["reported_at"]
    telling = Telling(
        ref=got["ref"],
        agency=got["agency"],
        reported_at=at,
        occurred_from=at,
        occurred_to=at,
        category=got["category"] or "other-crime",
        detail=got["detail"],
        marking=read_marking(got["marking"]),
    )
    return Named(item=got["item"], index=got["index"], role=got["role"], telling=telling)


def may_know(seen: Sight, agency: str, one: Named) -> bool:
    """Whether an agency may know of a mention at all."""
    grant = seen.of(one.telling).get(agency)
    return grant is not None and grant.names(one.role)


def shown(connection: Connection, agency: str, mentions: Iterable[Named]) -> dict[str, Mapping[str, Any]]:
    """Each mention, by its id, as the agency may know it."""
    known = {one.item: one for one in mentions}
    return {
        item: {
            "item": item,
            "named": what.name,
            "report": known[item].telling.ref,
            "agency": known[item].telling.agency,
            "own": known[item].telling.agency == agency,
            "role": known[item].role,
            "reported_at": what.reported_at,
            "facts": _facts(what.facts, own=known[item].telling.agency == agency),
        }
        for item, what in said(connection, "person", known).items()
    }


def _facts(facts: Mapping[str, str], *, own: bool) -> dict[str, str]:
    return {title: text for title, text in facts.items() if own or title in SHOWN}
