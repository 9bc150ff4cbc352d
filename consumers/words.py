"""How an alert's parts are said to people, on a line and on a page."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

SEVERITIES = ("low", "medium", "high")
UK = ZoneInfo("Europe/London")
# Marks that turn the direction of writing can make a line say something else than it does.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """``text`` with every character that could command a terminal, or hide, shown as a sign of its own."""
    if text.isascii() and text.isprintable():  # as nearly all of it is, and a page has thousands of pieces
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\n":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    if character in _TURNING or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    return character


def rank(severity: object) -> int:
    """Where a severity stands, low first; what is no severity stands below all."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def area_of(alert: Mapping[str, Any]) -> str:
    """The name of the alert's area, or of its place; empty where it has neither."""
    for part in ("area", "place"):
        found = alert.get(part)
        if isinstance(found, Mapping):
            for name in ("name", "text", "postcode"):
                if found.get(name):
                    return str(found[name])
    return ""


def why_of(alert: Mapping[str, Any]) -> list[str]:
    """The sentences that say why."""
    why = alert.get("why")
    if isinstance(why, str):
        return [why] if why else []
    return [str(sentence) for sentence in why] if isinstance(why, list | tuple) else []


def when(moment: object) -> str:
    """A time as people in the United Kingdom write it, such as ``Tue 3 March 2026, 10:15``."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return moment if isinstance(moment, str) else ""
    if not isinstance(moment, datetime):
        return ""
    local = moment.astimezone(UK)
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"
