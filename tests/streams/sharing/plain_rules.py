"""The rules of sharing once more: slow, obvious, written from the issue's words and not from the code.

Each rule is a sentence that can only say no. Nothing here imports what it is held against.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Body = dict[str, Any]
EVERYTHING = {"person", "place", "area", "agencies", "evidence"}
EVERY_ROLE = {"suspect", "convicted", "victim", "witness", "reporter", "subject", "associate"}


@dataclass
class World:
    """What decides: who there is, what they agreed, the last day that is over, and what was opened to whom."""

    cleared: dict[str, set[str]]
    agreements: list[Body]
    closed: date | None = None
    opened: set[tuple[str, str]] = field(default_factory=set)  # (agency:id, to whom)


@dataclass
class May:
    """What of a report may be known."""

    fields: set[str]
    roles: set[str]


def day_of(body: Body) -> date:
    """The day here on which a report was made."""
    return datetime.fromisoformat(body["reported_at"]).astimezone(ZoneInfo("Europe/London")).date()


def known(agency: str, body: Body, world: World) -> May | None:
    """What ``agency`` may know of a report; None: not even that there is one."""
    if agency not in world.cleared:
        return None  # who is not of the partnership knows nothing
    if agency == body["agency"]:
        return May(set(EVERYTHING), set(EVERY_ROLE))  # an agency knows what it sent
    if (f"{body['agency']}:{body['id']}", agency) in world.opened:
        return May(set(EVERYTHING), set(EVERY_ROLE))  # its owner opened it to whoever asked
    if not marking_allows(agency, body, world):
        return None
    in_force = [a for a in world.agreements if applies(a, agency, body, world) and not a.get("pointer")]
    grading = body.get("grading") or {}
    conditions = grading.get("handling") == "C"
    if conditions:  # conditions are the originator's to lift; S1 says that it may be sanitised
        in_force = [a for a in in_force if a.get("sanitised") and grading.get("sanitisation") == "S1"]
    if not in_force:
        return None  # none in force: nothing passes
    fields = {word for a in in_force for word in a["fields"]}
    roles = {role for a in in_force for role in a["roles"]}
    return May(fields & {"area"}, set()) if conditions else May(fields, roles)


def pointed(agency: str, body: Body, world: World) -> bool:
    """Whether ``agency`` may be told that there is something, and whom to ask, and no more."""
    if agency not in world.cleared or known(agency, body, world) is not None:
        return False
    conditions = (body.get("grading") or {}).get("handling") == "C"
    pointers = [a for a in world.agreements if a.get("pointer") and applies(a, agency, body, world)]
    return bool(pointers) and not conditions and marking_allows(agency, body, world)


def marking_allows(agency: str, body: Body, world: World) -> bool:
    """Whether the report's own marking lets ``agency`` know, leaving conditions aside."""
    audience = body.get("restricted_to")
    if audience is not None and agency not in audience:
        return False  # it names those who may know
    if body.get("classification") == "OFFICIAL-SENSITIVE" and "OFFICIAL-SENSITIVE" not in world.cleared[agency]:
        return False  # not cleared for it
    named = audience is not None and agency in audience
    return named or all(word in world.cleared[agency] for word in body.get("sensitive", ()))


def applies(agreement: Body, agency: str, body: Body, world: World) -> bool:
    """Whether an agreement lets ``agency`` be told of such a report of that agency, made then, now."""
    if body["agency"] not in agreement["from"] or agency not in agreement["to"]:
        return False
    if "*" not in agreement["categories"] and body["category"] not in agreement["categories"]:
        return False
    details = agreement.get("details", ["*"])
    if "*" not in details and body.get("detail") not in details:
        return False
    made = day_of(body)
    last = agreement.get("valid_to") or date.max
    if not agreement["valid_from"] <= made <= last:
        return False  # it was not in force when the report was made
    held = min(last, made + timedelta(days=agreement["keep_days"]))
    return world.closed is None or world.closed < held  # it has ended, or what was told may be held no longer
