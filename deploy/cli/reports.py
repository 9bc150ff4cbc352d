"""Commands that move reports and alerts: in by publish and replay, out by watch and export."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.options import Agency, AsJson, Broker, Out, Store, fail, known_agency, partnership_of, settings_with

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files, .gz too.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    for command in (publish, watch, replay, export):
        app.command(rich_help_panel="Reports and alerts")(command)


def replay(
    files: Files,
    store: Store = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Owe nothing to topics: for measuring.")] = False,
) -> None:
    """Take files of reports through every stage, in file order, with no broker."""
    from deploy.cli.progress import bar
    from deploy.logs import set_up_logs
    from deploy.store import ready_store
    from streams.replay import replay as replay_files

    settings = settings_with(store=store)
    set_up_logs(settings)
    engine = ready_store(settings)
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
    finally:
        engine.dispose()
    typer.echo(f"{done.lines} lines read", err=True)


def export(
    what: Annotated[str, typer.Argument(help="reports, incidents, people, places, alerts or receipts")],
    store: Store = None,
    out: Out = None,
) -> None:
    """Write what the store holds as JSON lines."""
    from deploy.store import ready_store
    from streams.export import EXPORTS, export_lines
    from streams.store import reading

    if what not in EXPORTS:
        fail(f"no export {what!r}; there are: {', '.join(EXPORTS)}")
        raise typer.Exit(2)
    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            lines = export_lines(connection, what)
            if out is None:
                for line in lines:
                    typer.echo(line)
            else:
                with out.open("w", encoding="utf-8") as opened:
                    opened.writelines(line + "\n" for line in lines)
    finally:
        engine.dispose()
