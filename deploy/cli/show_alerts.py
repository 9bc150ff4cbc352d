"""An alert laid out for people to read."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from consumers.words import area_of, printable, when
from deploy.cli.show_people import say

Facts = Mapping[str, Any]


def show_alert(out: Console, found: Facts) -> None:
    """Its fields, what each rule found, the reports it rests on, and what people said of it."""
    alert = found["alert"]
    out.print(Text(printable(alert["title"]), "bold"))
    for name, value in _fields(alert, withdrawn=found["withdrawn"]):
        out.print(Text(f"  {name:12}").append(printable(value)), soft_wrap=True)
    _headed(out, "What was found", found["found"])
    for one in found["found"]:
        _show_found(out, one)
    _headed(out, "Reports it rests on", found["reports"])
    for report in found["reports"]:
        kind = report["detail"] or report["category"]
        line = f"  {report['report']}  {when(report['reported_at'])}  {kind}, incident {report['incident'] or 'none'}"
        out.print(Text(printable(line)), soft_wrap=True)
    _headed(out, "What people said", found["said"])
    for word in found["said"]:
        reason = f": {word['reason']}" if word["reason"] else ""
        out.print(Text(printable(f"  {word['agency']} on {when(word['at'])}: {word['said']}{reason}"), "yellow"))
    _headed(out, "Suggested", alert["suggested"])
    for step in alert["suggested"]:
        say(out, step, 2)


def _headed(out: Console, title: str, follows: object) -> None:
    if follows:
        out.print(Text(f"\n{title}", "bold"))


def _fields(alert: Facts, *, withdrawn: bool) -> Iterable[tuple[str, str]]:
    state = "withdrawn: the reports no longer say so" if withdrawn else alert["state"]
    yield "kind", f"{alert['kind']}, {alert['severity']}, {state}, version {alert['version']}"
    yield "raised", f"{when(alert['raised_at'])}, updated {when(alert['updated_at'])}"
    yield "window", f"{when(alert['window']['from'])} to {when(alert['window']['to'])}"
    if area := area_of(alert):
        yield "area", area
    if alert["person"]:
        yield "person", f"{alert['person'].get('name', '')} ({', '.join(alert['person'].get('roles', ()))})"
    if alert["place"]:
        yield "place", str(alert["place"].get("text", alert["place"]["id"]))


def _show_found(out: Console, one: Facts) -> None:
    rule = one["rule"]
    out.print(Text(f"\n  {rule['name']} {rule['version']}", "cyan").append(f"  {_numbers(one)}", "dim"), soft_wrap=True)
    for sentence in one["why"]:
        say(out, sentence, 4)
    parts = ", ".join(f"{name} {value:g}" for name, value in one["score_parts"].items() if value)
    out.print(Text(f"    score {one['score']:g}" + (f": {parts}" if parts else ""), "dim"), soft_wrap=True)


def _numbers(one: Facts) -> str:
    """``observed 9, expected 2.1, up to 5, chance once in 400 days``."""
    said = [f"observed {one['observed']:g}"]
    said += [
        f"{word} {one[name]:g}"
        for name, word in (("expected", "expected"), ("upper", "up to"))
        if one[name] is not None
    ]
    if one["recurrence_days"] is not None:
        said.append(f"chance alone once in {one['recurrence_days']:.0f} days")
    return ", ".join(said)
