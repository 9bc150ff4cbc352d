"""Cutting an alert to what one agency may see of it: fields out, the place blurred, small counts not told.

The alert comes here as the reports it may know make it. What is left out here is left out by the marking of reports it
knows, or by an agreement it is party to: so the copy may say that there is something it does not say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.agreements import WHAT
from schemas.kinds import vocabulary
from streams.issues.alerts import Raised
from streams.issues.calendar import local_day
from streams.issues.ground import View
from streams.issues.values import Telling
from streams.issues.words import listed, matter, several, span
from streams.sharing.rules import OWN
from streams.sharing.sight import Sight
from streams.sharing.snapping import Snap

_RULES = vocabulary("sharing")
SMALL: int = _RULES["small_count"]
_SAID: Mapping[str, str] = _RULES["left_out"]
_NO_PLACE = frozenset({"place"})


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A copy for one agency, and when it may no longer hold it; None: it is all its own."""

    raised: Raised
    body: dict[str, Any]
    lapses: datetime | None
    under: tuple[str, ...]


def cut(raised: Raised, agency: str, view: View, seen: Sight, snap: Snap) -> Cut:
    """What ``agency`` is given of an alert."""
    tellings = view.ground.heard.tellings
    rests = [tellings[one.ref] for one in raised.evidence if one.ref in tellings]
    grants = {one.ref: seen.of(one).get(agency, OWN) for one in rests}
    ends = [end for one in rests if (end := seen.lapses(one, agency)) is not None]
    weeks = [week for week in view.weeks if f"week:{week}" in raised.keys]
    ends += [end for week in weeks if (end := seen.sees_all_until(agency, view.ground.taught[week])) is not None]
    denied = {word for grant in grants.values() for word in WHAT - grant.fields}
    return Cut(
        raised=raised,
        body=_kept_until(_without(raised.body, denied, rests, agency, snap), min(ends, default=None)),
        lapses=min(ends, default=None),
        under=tuple(sorted({a.id for grant in grants.values() for a in grant.under})),
    )


def _kept_until(body: dict[str, Any], end: datetime | None) -> dict[str, Any]:
    if end is None:
        return body
    return {**body, "handling": {**body["handling"], "keep_until": local_day(end).isoformat()}}


def _without(
    body: dict[str, Any], denied: set[str], rests: Iterable[Telling], agency: str, snap: Snap
) -> dict[str, Any]:
    sensitive = bool(body["handling"]["sensitive"])
    if sensitive:
        denied = denied | _NO_PLACE
        body = _uncounted(body)
    if not denied:
        return dict(body)
    if not sensitive or denied > _NO_PLACE:
        body = _plainly(body)
    return {
        **body,
        "place": None if "place" in denied else body["place"],
        "person": None if "person" in denied else body["person"],
        "area": _area(body["area"], denied, sensitive=sensitive, snap=snap),
        "evidence": _own(body["evidence"], rests, agency) if "evidence" in denied else body["evidence"],
        "agencies": {**body["agencies"], "names": None} if "agencies" in denied else body["agencies"],
        "handling": {**body["handling"], "left_out": _left_out(denied)},
    }


def _area(area: dict[str, Any] | None, denied: set[str], *, sensitive: bool, snap: Snap) -> dict[str, Any] | None:
    if area is None or "area" in denied:
        return None
    if sensitive or area["lat"] is None:
        return {**area, "lat": None, "lon": None, "radius_m": None}
    return {**area, **snap(area["lat"], area["lon"])} if "place" in denied else area


def _own(evidence: Iterable[str], rests: Iterable[Telling], agency: str) -> list[str]:
    mine = {one.ref for one in rests if one.agency == agency}
    return [ref for ref in evidence if ref in mine]


def _left_out(denied: Iterable[str]) -> str:
    return f"Not told here: {listed([_SAID[word] for word in sorted(denied)])}."


def _plainly(body: dict[str, Any]) -> dict[str, Any]:
    """With a title and a reason of kind, number and time alone, where the detector's own sentences say more."""
    what = f"{several(body['observed'], 'incident')} of {matter(body['category'], body['detail'])}"
    first, last = (datetime.fromisoformat(body["window"][end]) for end in ("from", "to"))
    return {**body, "title": what, "why": [f"{what} {span(first, last)}."]}


def _uncounted(body: dict[str, Any]) -> dict[str, Any]:
    """Without a count small enough to show whose it is: that there were some, fewer than so many."""
    if body["observed"] >= SMALL:
        return body
    first, last = (datetime.fromisoformat(body["window"][end]) for end in ("from", "to"))
    what = f"Fewer than {SMALL} incidents of {matter(body['category'], body['detail'])}"
    return {
        **body,
        "observed": 0,
        "expected": None,
        "recurrence_days": None,
        "score_parts": {},
        "title": what,
        "why": [f"{what} {span(first, last)}; so few are not counted here."],
    }
