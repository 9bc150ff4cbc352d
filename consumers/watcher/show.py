"""Alerts as lines: coloured for people, JSON for programs."""

import json
from typing import TextIO

from rich.console import Console
from rich.text import Text

from consumers.watcher.sight import News, Sighting
from consumers.words import area_of, printable, when, why_of

STYLES = {"high": "bold white on red", "medium": "bold black on yellow", "low": "black on cyan"}
INDENT = " " * 8


class Lines:
    """Alerts for people: what and where on one line, why below it."""

    def __init__(self, out: TextIO) -> None:
        self._console = Console(file=out, highlight=False, soft_wrap=True)

    def show(self, seen: Sighting) -> None:
        """Print an alert."""
        alert = seen.alert
        if seen.news is News.WITHDRAWN:
            said = printable(str(alert.get("title") or f"an alert told earlier ({seen.id})"))
            self._console.print(Text.assemble((" GONE   ", "dim"), ("withdrawn  ", "dim"), (said, "dim strike")))
            return
        severity = str(alert.get("severity", ""))
        line = Text.assemble(
            (printable(severity.upper()[:6]).center(6), STYLES.get(severity, "")),
            "  ",
            (printable(str(alert.get("kind", ""))), "cyan"),
            "  ",
            (printable(str(alert.get("title", ""))), "bold"),
        )
        if area := area_of(alert):
            line.append(f"  {printable(area)}", "green")
        if seen.news is News.CHANGED:
            line.append("  (changed)", "yellow")
        self._console.print(line)
        for sentence in why_of(alert):
            self._console.print(Text(INDENT + printable(sentence)))
        self._console.print(Text(INDENT + " · ".join(_facts(seen)), "dim"))


class JsonLines:
    """Alerts for programs: the copy as it was given, or its id and ``withdrawn``."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, seen: Sighting) -> None:
        """Print an alert."""
        body = {"id": seen.id, "withdrawn": True} if seen.news is News.WITHDRAWN else seen.alert
        self._out.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._out.flush()


def _facts(seen: Sighting) -> list[str]:
    alert = seen.alert
    evidence = alert.get("evidence")
    facts = [when(alert.get("raised_at"))]
    if isinstance(evidence, list) and evidence:
        facts.append(f"{len(evidence)} report{'s' if len(evidence) != 1 else ''}")
    facts += [f"state {alert['state']}"] if alert.get("state", "open") != "open" else []
    facts.append(f"id {seen.id}")
    return [printable(str(fact)) for fact in facts if fact]
