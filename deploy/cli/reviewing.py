"""What ``tocsin review`` and ``tocsin decide`` do: show, ask, write down, and let the stages act on it."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer
from sqlalchemy import Engine

from deploy.cli.options import fail, partnership_of
from deploy.cli.show_people import console, show_evidence, show_pair
from schemas.settings import Settings
from streams.carry_on import carry_on
from streams.clusters.decision_log import Decision
from streams.clusters.decisions import VERDICTS, Refused, decide, set_apart, undo
from streams.clusters.open_pairs import OpenPair, open_pairs
from streams.linked import NotNamed, item_named, kind_named, names_of
from streams.matching.explain import doubt_of
from streams.matching.said import Said, said
from streams.store import reading, writing

_ANSWERS = {word[: len(word) if whole else 1]: word for word in (*VERDICTS, "skip", "quit") for whole in (0, 1)}
_ANSWERS |= {"s": "same", "k": "skip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open pair, what its two reports say, how likely it is one where that can be said, and why people are asked."""

    pair: OpenPair
    a: Said
    b: Said
    likely: float | None
    doubt: str


def review_lines(engine: Engine, kind: str, judge: str, limit: int, *, blind: bool) -> Iterator[dict[str, Any]]:
    """The next pairs to be judged, for programs; ``blind`` leaves out what the machine makes of them."""
    for asked in _next(engine, kind, judge, limit):
        pair = asked.pair
        line = {"a": _line(asked.a), "b": _line(asked.b), "again": pair.again}
        if not blind:
            line |= {"bits": pair.bits, "probability": asked.likely, "doubt": asked.doubt}
            line["evidence"] = [dict(claim) for claim in pair.evidence]
        yield line


def review_all(engine: Engine, settings: Settings, kind: str, judge: str, *, blind: bool, limit: int | None) -> None:
    """Show one pair after the other and ask, until there is none left or whoever is asked has had enough."""
    skipped: set[tuple[str, str]] = set()
    while limit is None or limit > 0:
        found = _next(engine, kind, judge, 1, skipped)
        if not found:
            typer.echo("Nothing is left to look at." if not skipped else "Nothing is left but what you skipped.")
            return
        answer = _ask(found[0], blind=blind)
        if answer == "quit":
            return
        pair = found[0].pair
        if answer == "skip":
            skipped.add((pair.a, pair.b))
        else:
            why = _reason(needed=answer != "unsure")
            if blind:
                show_evidence(console(), pair.bits, found[0].likely, pair.evidence)
            _act(engine, settings, kind, answer, [pair.a, pair.b], judge=judge, why=why, as_json=False)
        limit = None if limit is None else limit - 1


def carry_out(
    engine: Engine,
    settings: Settings,
    kind: str,
    act: str,
    named: Sequence[str],
    *,
    judge: str,
    why: str,
    as_json: bool,
) -> None:
    """Do what was typed; a wrong name or a decision that cannot be taken ends the command in a sentence."""
    try:
        items = [item_named(kind, name) for name in named]
        _act(engine, settings, kind, act, items, judge=judge, why=why, as_json=as_json)
    except (NotNamed, Refused) as refused:
        fail(str(refused))
        raise typer.Exit(2) from None


def _act(
    engine: Engine,
    settings: Settings,
    kind: str,
    act: str,
    items: Sequence[str],
    *,
    judge: str,
    why: str,
    as_json: bool,
) -> None:
    at = datetime.now(UTC)
    with writing(engine) as connection:
        if act == "apart":
            made = set_apart(connection, kind, items[0], items[1:], judge, why, at)
        elif act == "undo":
            made = [undo(connection, kind, items[0], items[1], judge, why, at)]
        else:
            made = [decide(connection, kind, items[0], items[1], act, judge, why, at)]
    done = carry_on(engine, partnership_of(settings), settings.batch)
    _tell(engine, kind, made, done=done, as_json=as_json)


def _tell(engine: Engine, kind: str, made: Sequence[Decision], *, done: bool, as_json: bool) -> None:
    items = {end for entry in made for end in (entry.a, entry.b)}
    with reading(engine) as connection:
        names, now = names_of(connection, kind, items), said(connection, kind, items)
    for entry in made:
        a, b = names[entry.a], names[entry.b]
        entities = {name: now[item].entity for item, name in ((entry.a, a), (entry.b, b)) if item in now}
        if as_json:
            typer.echo(json.dumps(decision_line(entry, names) | {kind: entities, "done": done}, ensure_ascii=False))
            continue
        came = (
            f"one {kind}, {entities[a]}" if len(set(entities.values())) == 1 and len(entities) == 2 else f"two {kind}s"
        )
        if entry.verdict == "unsure":
            typer.echo(f"{a} and {b}: written down, and left as they are ({came})")
        else:
            typer.echo(f"{a} and {b} are now {came}")
        if entry.verdict:
            of = "" if kind == "person" else f" --kind {kind}"
            typer.echo(f"  to take it back: tocsin decide undo {a} {b}{of} --why …")
    if not done:
        fail("a worker is busy and has not come to it yet; it will")


def decision_line(entry: Decision, names: dict[str, str], again: Collection[tuple[str, str]] = ()) -> dict[str, Any]:
    """An entry of the log, for programs."""
    return {
        "at": entry.at.isoformat().replace("+00:00", "Z"),
        "by": entry.judge,
        "a": names[entry.a],
        "b": names[entry.b],
        "verdict": entry.verdict,
        "took_back": entry.of,
        "before": entry.before,
        "after": entry.after,
        "why": entry.why,
        "undone": entry.undone,
        "look_again": bool(entry.verdict) and not entry.undone and (entry.a, entry.b) in again,
    }


def _next(engine: Engine, kind: str, judge: str, most: int, skipped: Collection[tuple[str, str]] = ()) -> list[Asked]:
    """The next open pairs."""
    with reading(engine) as connection:
        pairs = open_pairs(connection, kind, judge, most, skipped)
        facts = said(connection, kind, {end for pair in pairs for end in (pair.a, pair.b)})
        rules = kind_named(connection, kind)
        return [
            Asked(
                pair=pair,
                a=facts[pair.a],
                b=facts[pair.b],
                likely=round(rules.likely(pair.bits), 6) if rules.likely else None,
                doubt=doubt_of(connection, rules, pair.a, pair.b),
            )
            for pair in pairs
        ]


def _ask(asked: Asked, *, blind: bool) -> str:
    out, pair = console(), asked.pair
    out.print()
    show_pair(out, asked.a, asked.b)
    out.print()
    if pair.again:
        out.print("It was judged before, and a report was amended since: see tocsin decisions.", style="yellow")
    if not blind:
        show_evidence(out, pair.bits, asked.likely, pair.evidence)
        if asked.doubt:
            out.print(f"  Why you are asked: {asked.doubt}")
    while True:
        answer = typer.prompt("same, never, unsure, skip or quit").strip().lower()
        if answer in _ANSWERS:
            return _ANSWERS[answer]


def _reason(*, needed: bool) -> str:
    while True:
        why = str(typer.prompt("why", default="", show_default=False)).strip()
        if why or not needed:
            return why


def _line(item: Said) -> dict[str, Any]:
    reported = item.reported_at.isoformat().replace("+00:00", "Z")
    return {"item": item.name, "entity": item.entity, "reported_at": reported, "facts": dict(item.facts)}
