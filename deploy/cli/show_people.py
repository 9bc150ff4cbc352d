"""Pairs and entities laid out for people to read, in at most 100 columns."""

import sys
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.words import printable, when
from streams.clusters.decision_log import Decision
from streams.matching.explained import Explanation, Link
from streams.matching.said import TITLES, Said
from streams.matching.whatif import MOST, Change

WIDTH, SAYS, BAR = 100, 56, 22
_BRIEF = frozenset(TITLES) - {"summary", "described as"}
_WORDS = {"told": "people said: same", "barred": "people said: never", "review": "for review", "same": "joined"}


def console() -> Console:
    """Where people read; on a terminal as wide as it is, but no wider than is easy to read."""
    wide = Console().width if sys.stdout.isatty() else WIDTH
    return Console(highlight=False, width=min(wide, WIDTH))


def show_pair(out: Console, a: Said, b: Said) -> None:
    """Two items side by side, as their reports write them."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold", expand=True)
    table.add_column("", style="dim", no_wrap=True)
    for item in (a, b):
        table.add_column(Text(printable(item.name)), ratio=1)
    table.add_row("reported", when(a.reported_at), when(b.reported_at))
    for title in TITLES:
        if title in a.facts or title in b.facts:
            one, other = (printable(item.facts.get(title, "")) for item in (a, b))
            table.add_row(title, Text(one or "–"), Text(other or "–", "bold" if one and other and one != other else ""))
    out.print(table)


def show_evidence(out: Console, bits: float, likely: float | None, evidence: Iterable[Mapping[str, Any]]) -> None:
    """A waterfall: what each claim adds or takes away, where that leads, and how likely that is if it can be said."""
    claims = sorted(evidence, key=lambda claim: -claim["bits"])
    widest = max([1.0, bits, sum(claim["bits"] for claim in claims if claim["bits"] > 0)])
    total = 0.0
    for claim in claims:
        before, total = total, total + claim["bits"]
        low, high = (max(0, round(BAR * mark / widest)) for mark in sorted((before, total)))
        bar = " " * low + ("█" if claim["bits"] >= 0 else "░") * max(1, high - low)
        says, *more = textwrap.wrap(printable(claim["says"]), SAYS) or [""]
        line = f"  {says:{SAYS}} {claim['bits']:+6.1f}  {total:6.1f}  "
        out.print(Text(line).append(bar, "green" if claim["bits"] >= 0 else "red"), soft_wrap=True)
        for rest in more:
            out.print(Text(f"    {rest}"), soft_wrap=True)
    told = "" if likely is None else f", {percent(likely)}"
    out.print(Text(f"  {'together':{SAYS}} {'':6}  {bits:6.1f}  bits{told}", "bold"), soft_wrap=True)


def percent(likely: float) -> str:
    """A probability with as many digits as it takes to tell it from sure."""
    share = likely * 100
    if share > 99.99:
        return "over 99.99% likely"
    return f"{share:.2f}% likely" if share > 99 or share < 1 else f"{share:.0f}% likely"


def show_explanation(out: Console, found: Explanation, *, whole: bool) -> None:
    """An entity: who is in it, what ties it, what was left apart and what would change it."""
    names = {said.item: said.name for said in (*found.members, *found.outside.values())}
    count = len(found.members)
    out.print(Text(f"{found.kind} {found.entity}: {count} {_mentions(found.kind, count)}", "bold"))
    if found.asked != found.entity:
        out.print(f"(asked for as {found.asked}, which became part of it)")
    for sentence in found.account:
        say(out, sentence, 2)
    for member in found.members:
        facts = " · ".join(member.facts[title] for title in TITLES if title in _BRIEF & member.facts.keys())
        out.print(Text(f"  {printable(member.name)}", "cyan"))
        say(out, facts, 4)
        if found.account and "summary" in member.facts:
            say(out, f"“{member.facts['summary']}”", 4, "dim")
    if found.ties:
        out.print(Text("\nWhat ties it", "bold"))
        for link in (*found.ties, *(found.others if whole else ())):
            _show_link(out, link, names)
        if found.others and not whole:
            out.print(f"\n  and {len(found.others)} more between them (--all shows each)")
    _show_apart(out, found, names, whole=whole)
    if found.kind == "person" and count > MOST:
        out.print(f"\nWith more than {MOST} mentions it is not tried what each fact does.", style="dim")
    told = [*_sentences(found.changes, names, found.kind), *_confirmations(found, names)]
    if told:
        out.print(Text("\nWhat would change it", "bold"))
        for sentence in told:
            say(out, sentence, 2)


def _show_link(out: Console, link: Link, names: Mapping[str, str]) -> None:
    out.print(Text(f"\n  {_between(link, names)}", "cyan").append(f"  {_WORDS.get(link.verdict, '')}", "dim"))
    if link.evidence:
        show_evidence(out, link.bits, link.probability, link.evidence)
    for word in link.people:
        text = f"  {word.judge} on {when(word.at)}: {word.verdict}" + (f", {word.why}" if word.why else "")
        out.print(Text(printable(text), "yellow"))


def _show_apart(out: Console, found: Explanation, names: Mapping[str, str], *, whole: bool) -> None:
    best = {left.entity: left for left in reversed(found.apart)}
    shown = found.apart if whole else tuple(left for left in found.apart if best[left.entity] is left)
    if not shown:
        return
    out.print(Text("\nWhat was left apart", "bold"))
    for left in shown:
        out.print(Text(f"  {_between(left.link, names)}", "cyan").append(f"  {found.kind} {left.entity}", "dim"))
        say(out, left.why, 4)
    if len(shown) < len(found.apart):
        out.print(f"  and {len(found.apart) - len(shown)} more to the same (--all shows each)")


def _sentences(changes: Sequence[Change], names: Mapping[str, str], kind: str) -> Iterable[str]:
    for change in changes:
        without = " or ".join(names[item] for item in change.without)
        leave = ", ".join(names[item] for item in change.leave)
        yield f"Without the {change.fact} in {without} there would be {change.lacks}: {leave} would leave this {kind}."


def _confirmations(found: Explanation, names: Mapping[str, str]) -> Iterable[str]:
    barred = {left.entity for left in found.apart if left.link.verdict == "barred"}
    asked: set[str] = set()
    for left in found.apart:
        if left.entity not in barred | asked:
            asked.add(left.entity)
            yield f'If people say "same" of {_between(left.link, names)}: {found.kind} {left.entity} would join.'


def _between(link: Link, names: Mapping[str, str]) -> str:
    return " — ".join(printable(names.get(item, item)) for item in (link.a, link.b))


def _mentions(kind: str, count: int) -> str:
    word = "mention" if kind == "person" else "report"
    return word if count == 1 else f"{word}s"


def show_decisions(
    out: Console, entries: Sequence[Decision], names: Mapping[str, str], again: Collection[tuple[str, str]]
) -> None:
    """The log of what people decided, the latest last."""
    for entry in entries:
        said = entry.verdict or f"took back what {entry.of} had said"
        style = "dim strike" if entry.undone else ""
        pair = f"{names.get(entry.a, entry.a)} — {names.get(entry.b, entry.b)}"
        line = f"{when(entry.at)}  {entry.judge}: {said} of {pair}" if entry.verdict else ""
        line = line or f"{when(entry.at)}  {entry.judge} {said} of {pair}"
        waits = entry.verdict and not entry.undone and (entry.a, entry.b) in again
        mark = "  (undone)" if entry.undone else "  (to be looked at again: a report was amended)" if waits else ""
        out.print(Text(printable(line), style).append(mark, "yellow"))
        if entry.why:
            say(out, entry.why, 4, "dim")


def say(out: Console, text: str, deep: int, style: str = "") -> None:
    """Print a sentence, each of its lines as deep as the first."""
    lines = textwrap.wrap(printable(text), out.width, initial_indent=" " * deep, subsequent_indent=" " * deep)
    out.print(Text("\n".join(lines), style))
