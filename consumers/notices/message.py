"""What a notice says: never a person, nothing in its subject that somebody reported, and where to read on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.nameless import is_guarded, kind_and_matter, shows_person, title_of
from consumers.notices.rules import notice_rules
from consumers.words import area_of, printable, rank, when

Copy = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that still stands when it is sent: a copy, or what became of a report of one's own."""

    copy: Copy | None = None
    news: str = ""
    over_cap: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to be sent; the same ``id`` is the same message."""

    id: str
    subject: str
    body: str


def message_of(id: str, told: Sequence[Told], *, digest: bool, agency: str, page: str, cap: int) -> Message:
    """The message that tells these things, the gravest first."""
    alerts = sorted(
        (one.copy for one in told if one.copy is not None),
        key=lambda copy: (-rank(copy.get("severity")), str(copy["id"])),
    )
    news = [one.news for one in told if one.news]
    most = notice_rules().lines
    lines = [line for copy in alerts[:most] for line in (*_lines(copy, agency, page), "")]
    if len(alerts) > most:
        lines += [f"and {len(alerts) - most} more, on the page.", ""]
    if news:
        lines += ["On your own reports:", *(f"- {one}" for one in news[:most])]
        lines += [f"- and {len(news) - most} more"] if len(news) > most else []
        lines += [""]
    if held := sum(one.over_cap for one in told):
        lines += [f"{held} of these came while you had had your {cap} messages of the hour.", ""]
    if any(one.again for one in told):
        lines += ["You may have had this before: something broke off while it was being sent.", ""]
    lines += ["No person is named in a message. What is shown when you open one is what you may know then.", page]
    return Message(id=id, subject=_subject(alerts, len(news), digest=digest), body="\n".join(lines))


def _subject(alerts: Sequence[Copy], news: int, *, digest: bool) -> str:
    """Numbers, severities and kinds of alert: words of ours alone."""
    parts = []
    if len(alerts) == 1 and not digest:
        parts.append(f"{_severity(alerts[0])} alert, {str(alerts[0].get('kind', '')).replace('-', ' ')}")
    elif alerts:
        high = sum(copy.get("severity") == "high" for copy in alerts)
        parts.append(f"{len(alerts)} alert{'s' if len(alerts) > 1 else ''}{f', {high} high' if high else ''}")
    if news:
        parts.append(f"news on {news} of your reports" if news > 1 else "news on a report of yours")
    return f"Tocsin{' digest' if digest else ''}: {'; '.join(parts)}"


def _severity(copy: Copy) -> str:
    return {"high": "high", "medium": "medium"}.get(str(copy.get("severity")), "low")


def _lines(copy: Copy, agency: str, page: str) -> list[str]:
    where = "" if shows_person(copy) or is_guarded(copy) else area_of(copy)
    title = kind_and_matter(copy) if is_guarded(copy) or shows_person(copy) else title_of(copy)
    said = " · ".join(part for part in (f"raised {when(copy.get('raised_at'))}", printable(where)) if part)
    state = str(copy.get("state") or "open")
    return [
        f"[{_severity(copy)}] {printable(title)}",
        f"  {said}{'' if state == 'open' else f' · {state}'}",
        f"  {page.rstrip('/')}/agencies/{agency}/alerts/{copy['id']}",
    ]
