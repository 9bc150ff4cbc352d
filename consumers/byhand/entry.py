"""One report by form: what was typed, as the report that is sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
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
MOMENT = "%d/%m/%Y %H:%M"


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
    start, end = _moment(typed, "from", errors), _moment(typed, "to", errors)
    if start is None and "from-day" not in errors:
        errors["from-day"] = "Say when it happened, or began."
    if start is not None:
        report["occurred"] = {"from": start.isoformat(), "to": (end or start).isoformat()}
    if place := _some(typed, {"text": "place", "postcode": "postcode"}):
        report["place"] = place
    report["people"] = [person for number in ("1", "2") if (person := _person(typed, number, errors))]
    report["vehicles"] = [{"vrm": typed("vrm").strip()}] if typed("vrm").strip() else []
    report = {name: value for name, value in report.items() if value != []}
    report["id"] = typed("reference").strip() or f"by-hand-{identity('by-hand', repr(sorted(report.items())))}"
    report["reported_at"] = now.astimezone(UK).replace(second=0, microsecond=0).isoformat()
    if not typed("category").strip():
        errors["category"] = "Choose what kind of trouble it was."
    if not errors and (wrong := problems_with(report, agency)):
        errors["reference"] = "; ".join(wrong)
    if errors:
        raise NotWhole(errors)
    return report


def _moment(typed: Callable[[str], str], name: str, errors: dict[str, str]) -> datetime | None:
    """The day and time of three boxes and one; none where nothing is typed."""
    parts = [typed(f"{name}-{part}").strip() for part in ("day", "month", "year")]
    clock = typed(f"{name}-time").strip()
    if not any(parts) and not clock:
        return None
    try:
        return datetime.strptime(f"{'/'.join(parts)} {clock or '12:00'}", MOMENT).replace(tzinfo=UK)
    except ValueError:
        errors[f"{name}-day"] = "A day is written as 21 11 2026, a time as 22:15."
        return None


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
