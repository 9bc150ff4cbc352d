"""What an agency's copies are called: by one name from first to last, whatever the alert's own id comes to be.

An alert's id is a function of the reports (ADR 1), so a report that comes late, a merge or a split can give it another.
What an agency was told of must not come to it twice for that (ADR 6): the name of its copy stays, kept beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from schemas.identity import identity
from schemas.tables import Told, ToldKey
from streams.statements import Statement

Rests = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The copy an agency was last given, and the alert it was then a copy of; no body: it was pulled back."""

    keys: frozenset[str]
    matter: str | None
    version: int
    digest: str
    body: dict[str, Any] | None

    @property
    def evidence(self) -> frozenset[str]:
        """The reports it rested on."""
        return frozenset((self.body or {}).get("evidence", ()))


def names_of(given: Mapping[str, Rests], held: Mapping[str, Before]) -> dict[str, str]:
    """What the copy of each alert is called, by its id.

    ``given``: the reports that each rests on. ``held``: the copies given before, by name.
    """
    standing = {name: before for name, before in held.items() if before.body is not None}
    names = {before.matter: name for name, before in standing.items() if before.matter and before.matter in given}
    names |= _inherited(
        {alert: rests for alert, rests in given.items() if alert not in names},
        {name: before for name, before in standing.items() if before.matter not in given},
    )
    taken = set(names.values())
    for alert in sorted(given.keys() - names.keys()):
        names[alert] = next(name for name in _own(alert) if name not in taken)
        taken.add(names[alert])
    return names


def _inherited(fresh: Mapping[str, Rests], left: Mapping[str, Before]) -> dict[str, str]:
    """Alerts that go on under the name of one that is no more: that which most of its reports went to, each once."""
    bonds = []
    for alert, rests in fresh.items():
        for name, before in left.items():
            shared = len(rests & before.evidence)
            if shared and shared * 2 >= min(len(rests), len(before.evidence)):
                bonds.append((-shared, alert, name))
    found: dict[str, str] = {}
    for _, alert, name in sorted(bonds):
        if alert not in found and name not in found.values():
            found[alert] = name
    return found


def _own(alert: str) -> Iterator[str]:
    """Its own id; where another goes by that by now, ones made from it."""
    yield alert
    number = 1
    while True:
        yield identity("alert-again", alert, number)
        number += 1


def copies_before(
    connection: Connection, alerts: Collection[str], keys: Collection[str]
) -> dict[str, dict[str, Before]]:
    """What each agency was told of these alerts, and of all that rests on ``keys``, by the copies' names."""
    named = {*alerts, *_UNDER(connection, keys=keys).scalars(), *_OF_MATTERS(connection, alerts=alerts).scalars()}
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _KEYS(connection, alerts=named):
        held[row.agency, row.alert].add(row.key)
    before: dict[str, dict[str, Before]] = defaultdict(dict)
    for row in _TOLD(connection, alerts=named):
        before[row.agency][row.alert] = Before(
            keys=frozenset(held[row.agency, row.alert]),
            matter=row.matter,
            version=row.version,
            digest=row.digest,
            body=row.body,
        )
    return before


_UNDER = Statement(lambda any_of: select(ToldKey.alert).where(any_of(ToldKey.key, "keys")))
_OF_MATTERS = Statement(lambda any_of: select(Told.alert).where(any_of(Told.matter, "alerts")))
_KEYS = Statement(lambda any_of: select(*ToldKey.__table__.columns).where(any_of(ToldKey.alert, "alerts")))
_TOLD = Statement(lambda any_of: select(*Told.__table__.columns).where(any_of(Told.alert, "alerts")))
