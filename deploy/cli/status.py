"""``tocsin status``: how things stand, for whoever is there."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from deploy.cli.options import AsJson, Broker, Secure, Store, partnership_of, settings_with

if TYPE_CHECKING:
    from deploy.seeing.standing import Standing
    from deploy.seeing.store_figures import StoreFigures


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Care")(status)


def status(store: Store = None, broker: Broker = None, secure: Secure = None, as_json: AsJson = False) -> None:
    """Say how things stand: when each agency was last heard from, what waits, what runs, and what to do."""
    from deploy.seeing.advice import advice
    from deploy.seeing.standing import how_it_stands

    settings = settings_with(store=store, broker=broker, secure=secure)
    standing = how_it_stands(settings, partnership_of(settings))
    todo = advice(standing)
    typer.echo(json.dumps(as_facts(standing, todo)) if as_json else "\n".join(as_lines(standing, todo)))
    if todo:
        raise typer.Exit(1)


def as_facts(standing: "Standing", todo: list[str]) -> dict[str, Any]:
    """The same for programs."""
    figures, workers = standing.store, standing.broker.workers if standing.broker else None
    return {
        "at": standing.at.isoformat(),
        "store": {"ok": figures is not None, "says": standing.store_says},
        "broker": {"ok": standing.broker is not None, "says": standing.broker_says, "workers": workers},
        "unread": standing.lag,
        "agencies": {agency: _of_agency(figures, agency) for agency in standing.agencies} if figures else {},
        "waiting": dict(figures.waiting) if figures else {},
        "owed": {"messages": figures.owed, "oldest_s": round(figures.owed_for_s, 1)} if figures else {},
        "todo": todo,
    }


def _of_agency(figures: "StoreFigures", agency: str) -> dict[str, Any]:
    heard = figures.heard.get(agency)
    return {
        "last": heard and heard.isoformat(),
        "outcomes": {what: number for (of, what), number in sorted(figures.outcomes.items()) if of == agency},
        "rejected": {code: number for (of, code), number in sorted(figures.refused.items()) if of == agency},
        "lost": figures.lost.get(agency, 0),
    }


def as_lines(standing: "Standing", todo: list[str]) -> Iterator[str]:
    """A screen that needs no engineer."""
    yield f"How it stands, {standing.at.astimezone():%d %B %Y, %H:%M}"
    yield ""
    yield f"{'ok' if standing.store else 'NO':4}store    {standing.store_says}"
    yield f"{'ok' if standing.broker else 'NO':4}broker   {standing.broker_says}{_workers(standing)}"
    if standing.store is not None:
        yield from _waits(standing, standing.store)
        yield ""
        yield from _agencies(standing, standing.store)
    yield ""
    yield "What to do" if todo else "Nothing needs doing."
    yield from (f"{number}. {sentence}" for number, sentence in enumerate(todo, 1))


def _workers(standing: "Standing") -> str:
    if standing.broker is None or standing.broker.workers is None:
        return ""
    return f"; workers at work: {standing.broker.workers}"


def _waits(standing: "Standing", figures: "StoreFigures") -> Iterator[str]:
    unread = f"{sum(standing.lag.values())} records to be read" if standing.broker else "unread records unknown"
    steps = sum(keys for stage, keys in figures.waiting.items())
    yield f"    waiting  {unread}, {steps} tasks to be done, {figures.owed} messages to be told"


def _agencies(standing: "Standing", figures: "StoreFigures") -> Iterator[str]:
    wide = max(map(len, standing.agencies)) + 2
    yield f"    {'agency':<{wide}}{'last heard from':<20}{'unread':>8}{'taken':>9}{'refused':>9}   refused why"
    for agency in standing.agencies:
        outcomes = {what: number for (of, what), number in figures.outcomes.items() if of == agency}
        refused = outcomes.pop("rejected", 0)
        codes = {code: number for (of, code), number in figures.refused.items() if of == agency}
        why = ", ".join(f"{code} {number}" for code, number in sorted(codes.items(), key=lambda item: -item[1])[:3])
        heard = ago(figures.heard.get(agency), standing.at)
        unread = sum(records for topic, records in standing.lag.items() if f".{agency}." in topic)
        yield f"    {agency:<{wide}}{heard:<20}{unread:>8}{sum(outcomes.values()):>9}{refused:>9}   {why}".rstrip()


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in the words one would use."""
    if then is None:
        return "never"
    gone = now - then
    for unit, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if gone >= unit:
            number = gone // unit
            return f"{number} {word}{'' if number == 1 else 's'} ago"
    return "just now"
