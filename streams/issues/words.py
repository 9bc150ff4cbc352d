"""Sentences a person can check: plain words for categories, numbers, days and agencies."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.kinds import CATEGORIES, DETAILS
from streams.issues.calendar import local_day

_ORDINALS = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def ordinal(number: int) -> str:
    """``Third``; from the eleventh on ``11th``."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def plain(slug: str) -> str:
    """A category's or detail's slug as words."""
    title = DETAILS[slug].title if slug in DETAILS else CATEGORIES.get(slug, slug.replace("-", " "))
    return title[:1].lower() + title[1:]


def matter(category: str | None, detail: str | None) -> str:
    """What it is about: the detail where there is one, else the category."""
    slug = detail or category
    return plain(slug) if slug else "incidents of several kinds"


def several(count: int, one: str, many: str | None = None) -> str:
    """``1 incident``, ``3 incidents``."""
    return f"{count} {one}" if count == 1 else f"{count} {many or one + 's'}"


def day(moment: datetime) -> str:
    """``4 March 2024``, as the calendar here has it."""
    local = local_day(moment)
    return f"{local.day} {local:%B %Y}"


def span(first: datetime, last: datetime) -> str:
    """``from 4 to 9 March 2024``, or ``on 4 March 2024``."""
    one, other = local_day(first), local_day(last)
    if one == other:
        return f"on {day(first)}"
    if (one.year, one.month) == (other.year, other.month):
        return f"from {one.day} to {day(last)}"
    return f"from {one.day} {one:%B}{'' if one.year == other.year else f' {one.year}'} to {day(last)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def told_by(agencies: Iterable[str], reports: int) -> str:
    """Who told it: ``They were told by 2 agencies (housing and police) in 4 reports; each incident counts once.``"""
    names = sorted(set(agencies))
    who = f"one agency ({names[0]})" if len(names) == 1 else f"{len(names)} agencies ({listed(names)})"
    return f"They were told by {who} in {several(reports, 'report')}; each incident counts once."


def kinds(matters: Iterable[tuple[str, str | None]]) -> str:
    """What they were: ``They were 2 harassment and 1 criminal damage or arson.``"""
    counts = Counter(matter(category, detail) for category, detail in matters)
    parts = [f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return f"By kind: {listed(parts)}."


def number(value: float) -> str:
    """A number as a person would say it: two figures, no noise."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
