"""Links between alerts: whoever holds a copy of both sees it, and nobody else learns that there is one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from consumers.copies import Copy
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Held, copies_called, holding, own_name
from schemas.work import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A link as it stands on one alert: the other one, as the reader calls it and holds it."""

    link: Kept
    name: str
    copy: Copy


def link_of(alert: str, other: str, why: str) -> Link:
    """A link of two alerts, the same whichever of them one stands at."""
    first, second = sorted((alert, other))
    return Link(alert=first, other=second, why=why)


def links_of(connection: Connection, agency: str, alert: str) -> list[Linked]:
    """What the agency's copy of an alert is linked with, by whomever, as far as it holds both; the oldest first.

    Once anybody has linked anything the same is asked for every alert: how long it takes says nothing of this one.
    """
    links = all_kept(connection, "link")
    if not links:
        return []
    held = holding(connection, agency)
    others = copies_called(connection, {end for one in links for end in (one.record.alert, one.record.other)})
    found = []
    for one in links:
        ends = {own_name(end, one.agency, agency, held, others) for end in (one.record.alert, one.record.other)}
        far = ends - {alert}
        if alert in ends and len(far) == 1 and (name := far.pop()) is not None:
            found.append(Linked(link=one, name=name, copy=held[name].copy))
    return found


def nearest(held: Mapping[str, Held], alert: str, but: Iterable[str], most: int) -> Sequence[tuple[str, Copy]]:
    """The other copies that an agency holds, those that have most in common with one of them first."""
    here, left_out = held[alert].copy, {alert, *but}
    rest = [(name, one.copy) for name, one in held.items() if name not in left_out]
    return sorted(rest, key=lambda pair: (*_unlike(here, pair[1]), pair[0]))[:most]


def _unlike(here: Copy, there: Copy) -> tuple[int, int, int, str]:
    shared = len({*here.get("evidence", ())} & {*there.get("evidence", ())})
    about = sum(_id(here, part) is not None and _id(here, part) == _id(there, part) for part in ("person", "place"))
    alike = sum(
        here.get(part) is not None and here.get(part) == there.get(part) for part in ("category", "detail", "kind")
    )
    same_area = _named(here) is not None and _named(here) == _named(there)
    closed = str(there.get("state")) == "closed"
    return (-about - bool(shared), -shared, -2 * same_area - alike + closed, str(there.get("title")))


def _id(copy: Copy, part: str) -> object:
    found = copy.get(part)
    return found.get("id") if isinstance(found, Mapping) else None


def _named(copy: Copy) -> object:
    area = copy.get("area")
    return area.get("name") if isinstance(area, Mapping) else None
