"""The kinds of entity that people decide on, each with how it is judged and what its items are called."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from schemas.identity import identity
from schemas.tables import Mention
from streams.clusters.kinds import Kind
from streams.clusters.sets import among
from streams.dedupe.incidents import incidents
from streams.matching.people.kind import people

KINDS = ("person", "incident")


class NotNamed(ValueError):
    """What was typed does not name an item."""


def kind_named(connection: Connection, kind: str) -> Kind[Any]:
    """How entities of one of ``KINDS`` are judged now."""
    return people(connection) if kind == "person" else incidents(connection)


def item_named(kind: str, name: str) -> str:
    """The item that ``agency:report#index`` names, of an incident ``agency:report``."""
    ref, mark, index = name.rpartition("#") if kind == "person" else (name, "#", "0")
    if not mark or not index.isdecimal() or ":" not in ref:
        form = "agency:report#index, such as police:17-204#0" if kind == "person" else "agency:report"
        raise NotNamed(f"{name!r} does not name one; write {form}")
    return identity("mention", ref, int(index)) if kind == "person" else ref


def names_of(connection: Connection, kind: str, items: Collection[str]) -> dict[str, str]:
    """What people call each item; one that is no more is called by its id."""
    called = {item: item for item in items}
    if kind == "person":
        rows = connection.execute(
            select(Mention.id, Mention.ref, Mention.index).where(among(connection, Mention.id, items))
        )
        called |= {item: f"{ref}#{index}" for item, ref, index in rows}
    return called
