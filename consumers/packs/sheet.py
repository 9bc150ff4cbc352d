"""A pack as plain values, in the words that both the PDF and the Word file print."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from consumers.packs.agreed import Agreed
from consumers.packs.counted import SMALLEST, Row
from consumers.packs.drawing import columns
from consumers.packs.pack import Pack
from consumers.packs.plan import plan

FEW = f"fewer than {SMALLEST}"
NOT_HELD = "not held"
MINUTES_NOTE = "typed into the Word file they go back in as tasks: tocsin task import PACK.docx."
MINUTES = ("Item", "What is to be done", "Agency", "Team", "Priority", "Review")


def sheet_of(pack: Pack) -> dict[str, Any]:
    """Everything that is printed; each part is empty where there is nothing of it."""
    meeting = pack.meeting
    return {
        "title": meeting.title,
        "marking": pack.marking,
        "period": f"{day_said(pack.first)} to {day_said(pack.last)}",
        "day": day_said(pack.day),
        "date": [pack.day.year, pack.day.month, pack.day.day],
        "who": ", ".join(pack.who),
        "rules": _rules(pack),
        "severities": [[name, count] for name, count in pack.severities],
        "items": [{**asdict(item), "spot": None} for item in pack.items],
        "more": pack.more,
        "closed": list(pack.closed),
        "notices": list(pack.notices),
        "chart": columns(pack.counts.periods) if len(pack.counts.periods) > 1 else "",
        "chart_said": _chart_said(pack),
        "plan": plan(pack.items, pack.ground),
        "plan_said": f"Where the items are: {_where(pack)}",
        "categories": _rows(pack.counts.categories, pack.counts.compared),
        "areas": _rows(pack.counts.areas, pack.counts.compared),
        "columns": ["This period", "Period before", "Change"],
        "tasks": [_task(task) for task in pack.tasks],
        "tasks_head": ["Task", "Who", "Looked at again"],
        "minutes": meeting.minutes,
        "minutes_note": MINUTES_NOTE,
        "minutes_head": list(MINUTES),
    }


def day_said(day: date) -> str:
    """A day as it is written on paper, such as ``Monday 23 November 2026``."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _rules(pack: Pack) -> list[str]:
    """How this pack is to be read and handled."""
    held = "Persons are named in it." if pack.named else "Of the items none names a person."
    return [
        f"It holds what everyone who sits at this meeting may know, and nothing else. {held}",
        "An item says that something may be building up. People decide what is done, and it scores no person.",
        "Hand it to nobody who does not sit there; destroy it when the minutes are agreed.",
    ]


def _rows(rows: Sequence[Row], compared: bool) -> list[list[str]]:
    if not compared:
        return [[row.name, _count(row.now), NOT_HELD, ""] for row in rows]
    return [[row.name, _count(row.now), _count(row.before), _change(row)] for row in rows]


def _task(task: Agreed) -> list[str]:
    when = f"{task.review.day} {task.review:%b %Y}" if task.review else "not said"
    return [task.what, task.who, f"{when}, OVERDUE" if task.overdue else when]


def _count(count: int | None) -> str:
    return FEW if count is None else f"{count:,}"


def _change(row: Row) -> str:
    """The difference in numbers; in per cent it would make much of little."""
    if row.now is None or row.before is None:
        return ""
    difference = row.now - row.before
    return "none" if difference == 0 else f"{difference:+,}".replace("-", "−")


def _chart_said(pack: Pack) -> str:
    if not pack.counts.periods:
        return ""
    return "Incidents by period: " + "; ".join(f"{name}: {count}" for name, count in pack.counts.periods) + "."


def _where(pack: Pack) -> str:
    return "; ".join(f"{item.number}, {item.where}" for item in pack.items if item.spot is not None) + "."
