"""Commands that move reports and alerts: in by publish and replay, out by watch and export."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.brokers import broker_when_asked, login_of
from deploy.cli.options import (
    Agency,
    AsJson,
    Broker,
    Login,
    Out,
    Store,
    fail,
    known_agency,
    partnership_of,
    settings_with,
)
from deploy.cli.people import By, judge_named
from schemas.files import NotReadable

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files, .gz too.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    for command in (publish, watch, replay, export):
        app.command(rich_help_panel="Reports and alerts")(command)


def publish(
    files: Files,
    agency: Agency,
    form: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv or police-uk; default: by the file's name.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="For csv: which column is what, as TOML.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read the files and say what is wrong.")] = False,
    broker: Broker = None,
    login: Login = None,
    as_json: AsJson = False,
) -> None:
    """Push files of reports to the agency's topic; one that was interrupted goes on where it stopped."""
    from consumers.publisher.command import publish_command

    settings = settings_with(broker=broker, login=login)
    known_agency(agency, partnership_of(settings))
    with broker_when_asked(settings) as find:
        raise typer.Exit(
            publish_command(
                settings,
                lambda: find().bootstrap,
                files=files,
                agency=agency,
                format=form,
                mapping=mapping,
                check=check,
                as_json=as_json,
                login=lambda: login_of(agency, find(), settings),
            )
        )


def watch(
    agency: Agency,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind of alert; may be given again.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Only this category; may be given again.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Only areas with this in their name.")] = None,
    min_severity: Annotated[str, typer.Option(help="low, medium or high.")] = "low",
    since: Annotated[
        str | None, typer.Option(help="From when: 2h, 7d, or an ISO time. Default: where you were.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Whose place to keep. Default: your login's name.")] = None,
    broker: Broker = None,
    login: Login = None,
    as_json: AsJson = False,
) -> None:
    """Follow the agency's alerts as they come; Ctrl-C ends it and keeps the place."""
    from consumers.watcher.command import watch_command

    settings = settings_with(broker=broker, login=login)
    known_agency(agency, partnership_of(settings))
    with broker_when_asked(settings) as find:
        raise typer.Exit(
            watch_command(
                find().bootstrap,
                agency=agency,
                name=name,
                kinds=kind or (),
                categories=category or (),
                areas=area or (),
                min_severity=min_severity,
                since=since,
                as_json=as_json,
                login=login_of(agency, find(), settings),
            )
        )


def replay(
    files: Files,
    store: Store = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Owe nothing to topics: for measuring.")] = False,
) -> None:
    """Take files of reports through every stage, in file order, with no broker."""
    from deploy.cli.progress import bar
    from deploy.store import ready_store
    from streams.collecting import collect_seldom
    from streams.replay import replay as replay_files

    settings = settings_with(store=store)
    engine = ready_store(settings)
    collect_seldom()
    done = None
    try:
        with bar("replaying", "reports") as progress:
            done = replay_files(
                engine,
                partnership_of(settings),
                files,
                batch=settings.batch,
                read_at=datetime.now(UTC),
                tell=not quiet,
                progress=progress,
            )
    except NotReadable as error:
        fail(f"{error}; what stands before it is taken, and is not taken twice when the file is replayed again")
    finally:
        engine.dispose()
    if done is None:
        raise typer.Exit(2)
    typer.echo(f"{done.lines} lines read", err=True)
    for (stage, how), count in sorted(done.aside.items()):
        fail(f"{count} set aside, for the stage {stage} fails on {'it' if count == 1 else 'each'}: {how}")
    if done.aside:
        fail("they are missing from all that is derived; once the stage is mended, replay the files again")
        raise typer.Exit(1)


def export(
    what: Annotated[str, typer.Argument(help="reports, incidents, people, places, alerts or receipts")],
    why: Annotated[str, typer.Option("--why", help="Why; it stands in the log with who exported.")] = "",
    to: Annotated[
        str | None, typer.Option("--to", help="For whom it is, if it leaves: logged as a disclosure.")
    ] = None,
    by: By = None,
    store: Store = None,
    out: Out = None,
) -> None:
    """Write what the store holds as JSON lines; who did, and why, stands in the log."""
    from deploy.exporting import Asked, write_lines
    from deploy.store import ready_store
    from streams.export import EXPORTS

    if what not in EXPORTS:
        fail(f"no export {what!r}; there are: {', '.join(EXPORTS)}")
        raise typer.Exit(2)
    engine = ready_store(settings_with(store=store))
    try:
        with out.open("w", encoding="utf-8") if out else nullcontext(sys.stdout) as opened:
            write_lines(engine, what, opened, Asked(by=judge_named(by), why=why, to=to, out=out is not None))
    finally:
        engine.dispose()
