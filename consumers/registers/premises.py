"""Licensed premises: the public register's facts, what the partnership adds, and the alerts about the same place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from consumers.copies import Copy
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Held
from schemas.kinds import vocabulary
from schemas.work import Premises


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Premises with the agency's own alerts about that place; ``due``: what wants looking at soon, as sentences."""

    kept: Kept
    alerts: tuple[Copy, ...]
    due: tuple[str, ...]


@lru_cache(maxsize=1)
def accreditations() -> Mapping[str, str]:
    """What premises can be accredited for, in words."""
    return {name: str(title) for name, title in vocabulary("registers")["accreditation"].items()}


def premises_of(connection: Connection, held: Mapping[str, Held], today: date) -> list[Entry]:
    """All premises, by name: the register is a public one. The alerts beside them are the reader's own."""
    copies = [one.copy for one in held.values() if isinstance(one.copy.get("place"), Mapping)]
    entries = [
        Entry(
            kept=one,
            alerts=tuple(copy for copy in copies if is_there(copy["place"], one.record)),
            due=tuple(_due(one.record, today)),
        )
        for one in all_kept(connection, "premises")
    ]
    return sorted(entries, key=lambda entry: (entry.kept.record.name.casefold(), entry.kept.id))


def is_there(place: Mapping[str, Any], premises: Premises) -> bool:
    """Whether an alert's place is these premises: by the property number, or by name where it has none."""
    if premises.uprn and place.get("uprn"):
        return str(place["uprn"]).lstrip("0") == premises.uprn.lstrip("0")
    said = [str(place.get(part) or "").casefold() for part in ("name", "text")]
    return any(text == premises.name.casefold() or text.startswith(f"{premises.name.casefold()},") for text in said)


def _due(premises: Premises, today: date) -> list[str]:
    soon = today + timedelta(days=vocabulary("registers")["soon_days"])
    said = []
    if premises.accredited_until is not None and premises.accredited_until <= soon:
        over = "ran out" if premises.accredited_until < today else "runs out"
        said.append(f"Accreditation {over} on {premises.accredited_until:%-d %B %Y}.")
    if premises.review is not None and premises.review <= soon:
        said.append(f"To be looked at by {premises.review:%-d %B %Y}.")
    return said
