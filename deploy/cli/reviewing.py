"""What ``tocsin review`` and ``tocsin decide`` do: show, ask, write down, and let the stages act on it."""

import json
from collections.abc import Collection, Iterator, Sequence
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
from streams.matching.people.weights import probability
from streams.matching.said import Said, said
from streams.store import reading, writing

_ANSWERS = {word[: len(word) if whole else 1]: word for word in (*VERDICTS, "skip", "quit") for whole in (0, 1)}
_ANSWERS |= {"s": "same", "k": "skip"}


def review_lines(engine: Engine, kind: str, judge: str, limit: int) -> Iterator[dict[str, Any]]:
    """The next pairs to be judged, for programs."""
    for pair, a, b, doubt in _next(engine, kind, judge, limit):
        yield {
            "a": _line(a),
            "b": _line(b),
            "bits": pair.bits,
            "probability": round(probability(pair.bits), 6) if kind == "person" else None,
            "evidence": [dict(claim) for claim in pair.evidence],
            "again": pair.again,
            "doubt": doubt,
        }


def review_all(engine: Engine, settings: Settings, kind: str, judge: str, *, blind: bool, limit: int | None) -> None:
    """Show one pair after the other and ask, until there is none left or whoever is asked has had enough."""
    skipped: set[tuple[str, str]] = set()
    while limit is None or limit > 0:
        found = _next(engine, kind, judge, 1, skipped)
        if not found:
            typer.echo("Nothing is left to look at." if not skipped else "Nothing is left but what you skipped.")
            return
        answer = _ask(kind, *found[0], blind=blind)
        if answer == "quit":
            return
        pair = found[0][0]
        if answer == "skip":
            skipped.add((pair.a, pair.b))
        else:
            why = _reason(needed=answer != "unsure")
            if blind:
                show_evidence(console(), kind, pair.bits, pair.evidence)
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


def _next(
    engine: Engine, kind: str, judge: str, most: int, skipped: Collection[tuple[str, str]] = ()
) -> list[tuple[OpenPair, Said, Said, str]]:
    """The next open pairs, each with what its reports say and why it is left to people."""
    with reading(engine) as connection:
        pairs = open_pairs(connection, kind, judge, most, skipped)
        facts = said(connection, kind, {end for pair in pairs for end in (pair.a, pair.b)})
        rules = kind_named(connection, kind)
        doubts = [doubt_of(connection, rules, pair.a, pair.b) for pair in pairs]
    return [(pair, facts[pair.a], facts[pair.b], doubt) for pair, doubt in zip(pairs, doubts, strict=True)]


def _ask(kind: str, pair: OpenPair, a: Said, b: Said, doubt: str, *, blind: bool) -> str:
    out = console()
    out.print()
    show_pair(out, a, b)
    out.print()
    if pair.again:
        out.print("It was judged before, and a report was amended since: see tocsin decisions.", style="yellow")
    if not blind:
        show_evidence(out, kind, pair.bits, pair.evidence)
        if doubt:
            out.print(f"  Why you are asked: {doubt}")
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
