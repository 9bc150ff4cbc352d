"""One report by form: what was typed, as the report that is sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from consumers.publisher.validate import problems_with
from consumers.words import UK
from schemas.identity import identity

# The form's fields, and where each stands in a report.
TEXTS = {
    "category": "category",
    "detail": "detail",
    "summary": "summary",
    "classification": "classification",
}
# The boxes of what the report's own rules find wrong; what has none stands by the reference, the last of them.
BOXES = {
    "occurred.from": "from-day", "occurred.to": "to-day", "category": "category", "summary": "summary",
    "people[0].born": "born-1", "people[1].born": "born-2",
}  # fmt: skip
# What a form's reader is told in other words than a publisher's.
SAID = {
    "occurred.from is more than five minutes after reported_at": "That is still to come.",
    "occurred.to is before occurred.from": "It ends before it begins.",
}
MOMENT = "%d/%m/%Y %H:%M"
LAST = time(23, 59, 59)


class NotWhole(Exception):
    """The form makes no report; ``errors`` says what is wrong by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


def report_of(typed: Callable[[str], str], agency: str, now: datetime) -> dict[str, Any]:
    """The report that the form's fields make; raises ``NotWhole``. ``now`` is when it is reported.

    Without a reference of the agency's own it is named by what it says, so that the form sent twice is one report.
    """
    errors: dict[str, str] = {}
    report: dict[str, Any] = {"agency": agency}
    report |= {path: value for name, path in TEXTS.items() if (value := typed(name).strip())}
    began, ended = _span(typed, "from", errors), _span(typed, "to", errors)
    if began is None and "from-day" not in errors:
        errors["from-day"] = "Say when it happened, or began."
    if began is not None:
        report["occurred"] = {"from": began[0].isoformat(), "to": (ended or began)[1].isoformat()}
    if place := _some(typed, {"text": "place", "postcode": "postcode"}):
        report["place"] = place
    report["people"] = [person for number in ("1", "2") if (person := _person(typed, number, errors))]
    report["vehicles"] = [{"vrm": typed("vrm").strip()}] if typed("vrm").strip() else []
    report = {name: value for name, value in report.items() if value != []}
    report["id"] = typed("reference").strip() or f"by-hand-{identity('by-hand', repr(sorted(report.items())))}"
    report["reported_at"] = now.astimezone(UK).replace(second=0, microsecond=0).isoformat()
    if not typed("category").strip():
        errors["category"] = "Choose what kind of trouble it was."
    if not errors:
        errors = _by_box(problems_with(report, agency))
    if errors:
        raise NotWhole(errors)
    return report


def _by_box(wrong: Sequence[str]) -> dict[str, str]:
    """What the report's rules find wrong, each by the box it was typed in."""
    found: dict[str, str] = {}
    for problem in wrong:
        path, _, rest = problem.partition(" ")
        box = BOXES.get(path, "reference")
        said = SAID.get(problem, f"It {rest}." if path in BOXES else problem)
        found[box] = f"{found[box]} {said}" if box in found else said
    return found


def _span(typed: Callable[[str], str], name: str, errors: dict[str, str]) -> tuple[datetime, datetime] | None:
    """The moment of three boxes and one, twice; without a time, that day's first and last second."""
    parts = [typed(f"{name}-{part}").strip() for part in ("day", "month", "year")]
    clock = typed(f"{name}-time").strip()
    if not any(parts) and not clock:
        return None
    try:
        moment = datetime.strptime(f"{'/'.join(parts)} {clock or '00:00'}", MOMENT).replace(tzinfo=UK)
    except ValueError:
        errors[f"{name}-day"] = "A day is written as 21 11 2026, a time as 22:15."
        return None
    return moment, moment if clock else datetime.combine(moment, LAST, UK)


def _person(typed: Callable[[str], str], number: str, errors: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = _some(typed, {"name": f"name-{number}", "born": f"born-{number}"})
    if phone := typed(f"phone-{number}").strip():
        said["phones"] = [phone]
    if description := typed(f"description-{number}").strip():
        said["description"] = description
    role = typed(f"role-{number}").strip()
    if said and not role:
        errors[f"role-{number}"] = "Say what part this person had in it."
    return {"role": role, **said} if said and role else {}


def _some(typed: Callable[[str], str], names: Mapping[str, str]) -> dict[str, str]:
    return {path: value for path, name in names.items() if (value := typed(name).strip())}
