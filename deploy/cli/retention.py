"""The commands on how long things are kept: what is due, holds, reviews, disposal."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import AsJson, Broker, Store, fail, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from schemas.settings import Settings

retention = typer.Typer(no_args_is_help=True, help="How long things are kept, by purpose (retention.toml).")
Day = Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="On which day. Default: today.")]
What = Annotated[str, typer.Argument(help="A report (agency:id), a person's id, or what was written (work:id).")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the log.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(retention, name="retention", rich_help_panel="What is kept")


@contextmanager
def _opened(store: str | None, broker: str | None = None) -> "Iterator[tuple[Engine, Settings]]":
    from deploy.store import ready_store
    from streams.keeping.subject import NotHeld

    settings = settings_with(store=store, broker=broker)
    engine = ready_store(settings)
    try:
        yield engine, settings
    except NotHeld as error:
        fail(str(error))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()


def _day(day: datetime | None) -> datetime:
    return datetime.now(UTC) if day is None else day.replace(tzinfo=UTC)


@retention.command("due")
def retention_due(day: Day = None, store: Store = None, as_json: AsJson = False) -> None:
    """Say what is due to go, what stays though it is as old, and what is to be reviewed soon; changes nothing."""
    from streams.keeping.periods import periods
    from streams.keeping.retention import due, to_review
    from streams.store import reading

    with _opened(store) as (engine, _), reading(engine) as connection:
        found, soon = due(connection, _day(day), periods()), to_review(connection, _day(day), periods())
    facts: dict[str, Any] = {"reports": list(found.reports), "staying": found.staying, "to_review": soon}
    facts |= {"rejected": found.rejected, "audit_entries_up_to": found.entries}
    facts |= {"written": list(found.written.work), "written_of_others": found.written.others}
    facts["staying"] = found.staying | found.written.staying
    facts["to_review"] = [*soon, *found.written.to_review]
    if as_json:
        typer.echo(json.dumps(facts))
        return
    typer.echo(f"{len(found.reports)} reports are due, {found.rejected} refused records, {len(found.entries)} chains")
    others = ", ".join(f"{count} of {name}" for name, count in found.written.others.items() if count)
    typer.echo(
        f"{len(found.written.work)} things that people wrote down are due" + (f", and {others}" if others else "")
    )
    for ref, why in sorted(facts["staying"].items()):
        typer.echo(f"  {ref} stays: {why}")
    for ref in facts["to_review"]:
        typer.echo(f"  {ref} is to be reviewed")


@retention.command("review")
def retention_review(
    ref: Annotated[str, typer.Argument(help="The report (agency:id), or what was written (work:id).")],
    keep_until: Annotated[datetime, typer.Option("--keep-until", formats=["%Y-%m-%d"], help="Until which day.")],
    why: Why = "",
    by: By = None,
    store: Store = None,
) -> None:
    """Write down that something was reviewed and is kept until another day; without, it goes when it is due."""
    from streams.keeping.retention import keep_after_review
    from streams.store import writing

    who = _who(by, why)
    with _opened(store) as (engine, _), writing(engine) as connection:
        keep_after_review(connection, ref, keep_until.replace(tzinfo=UTC), who, why, datetime.now(UTC))
    typer.echo(f"{ref} is kept until {keep_until:%Y-%m-%d}")


@retention.command("hold")
def retention_hold(what: What, why: Why = "", by: By = None, store: Store = None) -> None:
    """Stop the disposal and erasure of a report, or of all that name a person, until it is released."""
    from streams.keeping.retention import hold
    from streams.store import writing

    who = _who(by, why)
    with _opened(store) as (engine, _), writing(engine) as connection:
        hold(connection, what, who, why, datetime.now(UTC))
    typer.echo(f"{what} is held")


@retention.command("release")
def retention_release(what: What, why: Why = "", by: By = None, store: Store = None) -> None:
    """Let a hold go."""
    from streams.keeping.retention import release
    from streams.store import writing

    who = _who(by, why)
    with _opened(store) as (engine, _), writing(engine) as connection:
        stood = release(connection, what, who, why, datetime.now(UTC))
    if not stood:
        fail(f"{what} is not held")
        raise typer.Exit(1)
    typer.echo(f"{what} is released")


@retention.command("dispose")
def retention_dispose(
    day: Day = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would go.")] = False,
    by: By = None,
    topics: Annotated[bool, typer.Option("--topics/--no-topics", help="Off the broker's topics too.")] = True,
    store: Store = None,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Dispose of what is due, by the way that erasing takes; a dry run unless --yes is given."""
    from deploy.disposing import dispose
    from streams.keeping.periods import periods
    from streams.keeping.retention import due
    from streams.store import reading

    who, on = judge_named(by), _day(day)
    if on > datetime.now(UTC):
        fail("that day is not over: what is due then is not due now")
        raise typer.Exit(2)
    with _opened(store, broker) as (engine, settings):
        with reading(engine) as connection:
            found = due(connection, on, periods())
        facts: dict[str, Any] = {"reports": len(found.reports), "rejected": found.rejected, "done": yes}
        facts["written"] = {"work": len(found.written.work), **found.written.others}
        told: list[str] = []
        if yes:
            done = dispose(engine, settings, partnership_of(settings), found, on, who, topics=topics)
            told, facts["entries"], facts["proven"] = done.told, done.entries, done.proven
            facts["written"] = done.written
    if as_json:
        typer.echo(json.dumps(facts | {"not_done": told}))
    else:
        typer.echo(", ".join(f"{name} {value}" for name, value in facts.items()))
        for sentence in told:
            fail(sentence)
        if not yes:
            typer.echo("nothing was done: --yes does it, and there is no way back")
    if not facts.get("proven", True):
        raise typer.Exit(1)


def _who(by: str | None, why: str) -> str:
    if not why.strip():
        fail("say why with --why: it stands in the log")
        raise typer.Exit(2)
    return judge_named(by)
