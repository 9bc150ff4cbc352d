"""The account of an incident in sentences, for people to read before they look at what ties it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from schemas.tables import Incident, PlaceValue

HERE = ZoneInfo("Europe/London")


def in_words(connection: Connection, incident: str) -> tuple[str, ...]:
    """Who tells it, when and where it was, and what it goes by; nothing where there is no such incident."""
    row = connection.execute(select(*Incident.__table__.columns).where(Incident.id == incident)).one_or_none()
    if row is None:
        return ()
    body = connection.execute(select(PlaceValue.body).where(PlaceValue.id == row.place_item)).scalar_one_or_none()
    return tuple(_sentences(row, _capitalised(str((body or {}).get("label", "")))))


def span(first: datetime, last: datetime) -> str:
    """A span of time by the clock of here, whatever offset it was sent with."""
    one, other = first.astimezone(HERE), last.astimezone(HERE)
    if one == other:
        return f"about {one:%Y-%m-%d %H:%M}"
    return f"{one:%Y-%m-%d %H:%M} to {other:{'%H:%M' if one.date() == other.date() else '%Y-%m-%d %H:%M'}}"


def _sentences(row: Any, where: str) -> Iterator[str]:
    whole = row.account or {}
    others = whole.get("corroborated_by", [])
    passed_on = sorted(set(row.agencies) - set(others))
    several = len(row.reports) > 1
    borne_out = f", borne out by {_listed(others)}" if others else ", and by nobody else"
    yield f"Told{f' in {len(row.reports)} reports:' if several else ''} by {_listed(passed_on)}{borne_out}."
    when = span(row.occurred_from, row.occurred_to)
    yield f"When: {when}{', as it is told most narrowly' if several else ''}{_at_most(row, whole)}."
    if where:
        yield f"Where: {where}{', as it is told most exactly' if several else ''}."
    kinds = [_kind(kind["category"], kind["detail"]) for kind in whole.get("kinds", [])]
    now = _kind(row.category, row.detail)
    also = [kind for kind in kinds if kind != now and kind != row.category]
    yield f"What: {now}{f'; also told as {_listed(also)}' if also else ''}."


def _at_most(row: Any, whole: dict[str, Any]) -> str:
    told = whole.get("told")
    if not told:
        return ""
    first, last = (datetime.fromisoformat(told[end]) for end in ("from", "to"))
    if (first, last) == (row.occurred_from, row.occurred_to):
        return ""
    return f"; {span(first, last)} by all that is told"


def _capitalised(label: str) -> str:
    """A place's label as people write it; its normal form has lost the capitals of all but the postcode."""
    return " ".join(word if any(map(str.isupper, word)) else word.capitalize() for word in label.split())


def _kind(category: str, detail: str | None) -> str:
    return f"{category} ({detail})" if detail else category


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
