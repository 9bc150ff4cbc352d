"""The commands on what was refused: how much and why, what it was, and judging it anew."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.brokers import broker_when_asked
from deploy.cli.options import AsJson, Broker, Store, fail, known_agency, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from deploy.broker.embedded import RunningBroker
    from schemas.settings import Settings
    from streams.intake.refusals import Refusal
    from streams.ledger import Record

rejected = typer.Typer(no_args_is_help=True, help="Records that were refused: how many and why, one by one, anew.")
Of = Annotated[str | None, typer.Option("--agency", help="Only this agency's.")]
Code = Annotated[str | None, typer.Option("--code", help="Only those refused for this, such as unknown-field.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the log.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(rejected, name="rejected", rich_help_panel="Reports and alerts")


@rejected.command("list")
def rejected_list(
    agency: Of = None,
    code: Code = None,
    last: Annotated[int, typer.Option("--last", min=0, help="How many of them to name, the newest.")] = 20,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Count what was refused by agency and reason, and name the newest; nothing of what they say is shown."""
    from streams.intake.refusals import reasons_counted, refusals
    from streams.store import reading

    with _opened(store, None, agency) as (engine, _), reading(engine) as connection:
        counts = [one for one in reasons_counted(connection, agency) if code in (None, one.code)]
        named = refusals(connection, agency, code, last)
    if as_json:
        facts = [{"agency": c.agency, "code": c.code, "records": c.records, "last": _iso(c.last)} for c in counts]
        typer.echo(json.dumps({"counts": facts, "records": [_facts(one) for one in named]}, ensure_ascii=False))
        return
    for count in counts:
        typer.echo(f"{count.agency or 'no agency'}: {count.records} {count.code}, the last {_iso(count.last)}")
    for one in named:
        typer.echo(f"{_iso(one.at)}  {one.place}  {one.report_id or 'no id'}  {one.code}: {'; '.join(one.reasons)}")
    if not counts:
        typer.echo("nothing was refused")


@rejected.command("show")
def rejected_show(
    place: Annotated[str, typer.Argument(help="Which, as `rejected list` names it: topic/partition/offset.")],
    why: Why = "",
    by: By = None,
    store: Store = None,
) -> None:
    """Write the bytes of a refused record as they were sent; who looked, and why, is logged."""
    from streams.intake.refusals import body_of, refusal_at
    from streams.keeping.log import COMMANDS, log
    from streams.store import writing

    who = _who(by, why)
    with _opened(store) as (engine, _), writing(engine) as connection:
        refusal = refusal_at(connection, place)
        body = body_of(connection, refusal) if refusal else None
        if refusal is not None:
            said = {"at": datetime.now(UTC), "actor": who, "act": "consultation", "subject": f"rejected:{place[:180]}"}
            log(connection, COMMANDS, [said | {"detail": {"command": "rejected show"}, "why": why}])
    if refusal is None:
        fail(f"no refused record stands at {place}")
        raise typer.Exit(1)
    if body is None:
        fail("its bytes are not kept: there were none, or it was marked above what may be held")
        raise typer.Exit(1)
    typer.echo(body, nl=False)


@rejected.command("replay")
def rejected_replay(
    places: Annotated[list[str] | None, typer.Argument(help="Which, as topic/partition/offset; none: all.")] = None,
    agency: Of = None,
    code: Code = None,
    why: Why = "",
    by: By = None,
    store: Store = None,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Judge refused records by the rules of now, as if they had first come today; those that pass are taken.

    For after the rules were wrong. It reads them again on their topic, for who sent a record is judged by its key and
    headers too; what is no longer there, its sender must send again.
    """
    from streams.carry_on import carry_on
    from streams.intake.judged_anew import TAKEN

    who = _who(by, why)
    with _opened(store, broker, agency) as (engine, settings), broker_when_asked(settings) as find:
        outcomes = dict(_replayed(engine, settings, find, _wanted(engine, places, agency, code), who, why))
        if TAKEN in outcomes.values():
            carry_on(engine, partnership_of(settings), settings.batch)
    if as_json:
        typer.echo(json.dumps(outcomes))
    else:
        for place, what in outcomes.items():
            typer.echo(f"{place}: {what}")
        typer.echo(f"{sum(what == TAKEN for what in outcomes.values())} of {len(outcomes)} taken")


def _wanted(engine: "Engine", places: list[str] | None, agency: str | None, code: str | None) -> "list[Refusal]":
    from streams.intake.refusals import refusal_at, refusals
    from streams.store import reading

    with reading(engine) as connection:
        if not places:
            return refusals(connection, agency, code)
        found = {place: refusal_at(connection, place) for place in places}
    for place, refusal in found.items():
        if refusal is None:
            fail(f"no refused record stands at {place}")
            raise typer.Exit(1)
    return [refusal for refusal in found.values() if refusal is not None]


def _replayed(
    engine: "Engine",
    settings: "Settings",
    find: "Callable[[], RunningBroker]",
    refusals: "list[Refusal]",
    who: str,
    why: str,
) -> Iterator[tuple[str, str]]:
    from streams.intake.judged_anew import judge_anew

    partnership = partnership_of(settings)
    for refusal, record in _records(engine, find, refusals):
        if record is None:
            yield refusal.place, "no longer on its topic: its sender must send it again"
        else:
            at = datetime.now(UTC)
            yield refusal.place, judge_anew(engine, record, partnership, by=who, why=why, at=at)


def _records(
    engine: "Engine", find: "Callable[[], RunningBroker]", refusals: "list[Refusal]"
) -> "Iterator[tuple[Refusal, Record | None]]":
    """The records as they were read: from their topics; of files, which have no keys and headers, from the store."""
    from consumers.broker import BrokerTrouble
    from deploy.broker.records import records_at

    standing = [one for one in refusals if one.source.startswith("tocsin.") and "@" not in one.source]
    for refusal in refusals:
        if refusal not in standing:
            yield refusal, _of_file(engine, refusal)
    if not standing:
        return
    running = find()
    places = [(one.source, one.partition, one.offset) for one in standing]
    try:
        yield from zip(standing, records_at(running.bootstrap, running.access.login, places), strict=True)
    except BrokerTrouble as trouble:
        fail(str(trouble))
        raise typer.Exit(2) from None


def _of_file(engine: "Engine", refusal: "Refusal") -> "Record | None":
    from streams.intake.refusals import body_of
    from streams.ledger import Record
    from streams.store import reading

    if not refusal.source.startswith("file:"):  # of a topic that was made anew
        return None
    with reading(engine) as connection:
        body = body_of(connection, refusal)
    return Record(
        source=refusal.source,
        partition=refusal.partition,
        offset=refusal.offset,
        key=None,
        value=body,
        taken_at=refusal.at,
        agency=None,
    )


@contextmanager
def _opened(
    store: str | None, broker: str | None = None, agency: str | None = None
) -> "Iterator[tuple[Engine, Settings]]":
    from deploy.store import ready_store

    settings = settings_with(store=store, broker=broker)
    if agency is not None:
        known_agency(agency, partnership_of(settings))
    engine = ready_store(settings)
    try:
        yield engine, settings
    finally:
        engine.dispose()


def _who(by: str | None, why: str) -> str:
    if not why.strip():
        fail("say why with --why: it stands in the log")
        raise typer.Exit(2)
    return judge_named(by)


def _facts(one: "Refusal") -> dict[str, Any]:
    named = {name: getattr(one, name) for name in ("agency", "version", "code")}
    return {"place": one.place, "at": _iso(one.at), "id": one.report_id, **named, "reasons": list(one.reasons)}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
