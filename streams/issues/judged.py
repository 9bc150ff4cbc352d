"""What somebody judged not an issue: for some time, more of the same person, place, cell or term is not raised again.

A pure function of findings and of what people said. It is worked out among the alerts of one view, so that what an
agency is not told rests on judgements of copies that it has itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, cos, hypot, radians

from streams.issues.alerts import Raised, Saying, Word, raise_alert
from streams.issues.rules import SuppressRule, rules
from streams.issues.values import Finding
from streams.issues.words import day

NOT_AN_ISSUE = "not-an-issue"
# Their scope names a kind of trouble and at most a district: what is the same matter, the ground says.
OF_GROUND = frozenset({"near-repeat", "cluster"})
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An alert that stands judged not an issue: when that was, and for what is raised when it holds."""

    alert: str
    group: tuple[Finding, ...]
    at: datetime
    since: datetime
    until: datetime


def raise_all(
    groups: Mapping[str, Sequence[Finding]], said: Mapping[str, Sequence[Saying]], clock: datetime | None
) -> list[Raised]:
    """The alerts that ``groups`` make, by their ids; closed where the same was judged not an issue before."""
    judged = list(_judged(groups, said, rules().suppress))
    return [
        raise_alert(group, said.get(alert, ()), clock, _word(alert, group, said.get(alert, ()), judged))
        for alert, group in groups.items()
    ]


def _judged(
    groups: Mapping[str, Sequence[Finding]], said: Mapping[str, Sequence[Saying]], rule: SuppressRule
) -> Iterator[Judged]:
    for alert, group in groups.items():
        last = max(said.get(alert, ()), key=lambda one: one.at, default=None)
        if last is None or last.state != NOT_AN_ISSUE:
            continue
        over = last.at > max(finding.over_at for finding in group)  # then what stood beside it since was seen with it
        yield Judged(
            alert=alert,
            group=tuple(finding for finding in group if not finding.faint),
            at=last.at,
            since=last.at if over else min(finding.raised_at for finding in group),
            until=last.at + timedelta(days=rule.days),
        )


def _word(alert: str, group: Sequence[Finding], said: Sequence[Saying], judged: Sequence[Judged]) -> Word | None:
    """What the latest judgement of the same matter means for an alert; what was said of the alert itself stands."""
    lead, raised_at = group[0], min(finding.raised_at for finding in group if not finding.faint)
    holding = [one for one in judged if _holds_for(one, lead) and one.since <= raised_at <= one.until]
    if said:
        holding = [one for one in judged if one.alert == alert]
    last = max(holding, key=lambda one: (one.at, one.alert), default=None)
    return None if last is None else _sentence(last, lead, own=last.alert == alert)


def _holds_for(judged: Judged, lead: Finding) -> bool:
    """Whether a judgement is of what ``lead`` speaks of; a victim may ask for a review whatever was said of less."""
    if lead.kind in rules().suppress.own_word and lead.kind != judged.group[0].kind:
        return False
    return any(alike(lead, finding) for finding in judged.group)


def alike(one: Finding, other: Finding) -> bool:
    """Whether two findings speak of the same person, place, cell, term or ground, whenever that was."""
    if one.scope != other.scope:
        return False
    return one.kind not in OF_GROUND or other.kind not in OF_GROUND or _same_ground(one, other)


def _same_ground(one: Finding, other: Finding) -> bool:
    """Whether the middle of one's circle lies within the other's."""
    a, b = one.area or {}, other.area or {}
    if any(area.get(name) is None for area in (a, b) for name in ("lat", "lon", "radius_m")):
        return False
    north = (a["lat"] - b["lat"]) * METRES_A_DEGREE
    east = (a["lon"] - b["lon"]) * METRES_A_DEGREE * cos(radians(a["lat"]))
    reach: float = max(a["radius_m"], b["radius_m"], rules().near_repeat.metres)
    return hypot(north, east) <= reach


def _sentence(judged: Judged, lead: Finding, *, own: bool) -> Word | None:
    rule = rules().suppress
    known = _known_then(judged, lead)
    enough = ceil(known * rule.times)
    was = f"Judged not an issue on {day(judged.at)}, when {known} {'was' if known == 1 else 'were'} known"
    if lead.observed >= enough:
        return Word(holds=False, at=judged.at, text=f"{was}; raised again, for now there are {lead.observed}.")
    if own:
        return None  # its state says so
    text = f"{was}: the same is not raised again until {day(judged.until)}, unless there are {enough} or more."
    return Word(holds=True, at=judged.at, text=text)


def _known_then(judged: Judged, lead: Finding) -> int:
    """How many there were when it was judged, by the findings that spoke of the same."""
    same = [finding for finding in judged.group if alike(lead, finding)] or list(judged.group)
    then = [finding for finding in same if finding.raised_at <= judged.at] or same
    return max(_known_by(finding, judged.at) for finding in then)


def _known_by(finding: Finding, at: datetime) -> int:
    heard = {one.incident for one in finding.evidence if one.reported_at <= at}
    return max(1, min(finding.observed, len(heard))) if finding.incidents else finding.observed
