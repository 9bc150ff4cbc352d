"""``tocsin brief``: the meeting pack."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import Store, fail, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAMES_WHY = "names of persons go out only for a stated reason: say --why"


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Reports and alerts")(brief)


def brief(
    cadence: Annotated[str, typer.Option("--cadence", help="weekly, fortnightly or monthly.")],
    out: Annotated[Path, typer.Option("--out", help="File to write: a PDF, or with .docx a Word file.")],
    whom: Annotated[
        str | None, typer.Option("--for", help="A meeting, an agency, or several with commas. Default: its meeting.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="The meeting's day, YYYY-MM-DD. Default: today.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Name persons; needs --why.")] = False,
    why: Annotated[str | None, typer.Option("--why", help="Why persons are named; goes to the log.")] = None,
    by: By = None,
    store: Store = None,
) -> None:
    """Write the pack of a meeting: what everyone who sits there may know, numbered and marked on every page."""
    from consumers.packs import NoSuchMeeting, give, make_pack, meeting_for, pdf_of, word_of
    from consumers.words import UK
    from deploy.stages import stages_of
    from deploy.store import ready_store
    from streams.issues.words import several
    from streams.keeping.log import COMMANDS, log
    from streams.store import reading, writing

    def keep(connection: "Connection", lines: Sequence[Mapping[str, Any]]) -> None:
        log(connection, COMMANDS, lines)

    if names and not (why or "").strip():
        fail(NAMES_WHY)
        raise typer.Exit(2)
    settings = settings_with(store=store)
    partnership, now = partnership_of(settings), datetime.now(UTC)
    try:
        meeting = meeting_for(cadence, whom, partnership)
        day = date.fromisoformat(on) if on else now.astimezone(UK).date()
    except (NoSuchMeeting, ValueError) as wrong:
        fail(str(wrong))
        raise typer.Exit(2) from None
    engine = ready_store(settings)
    try:
        with reading(engine) as connection:
            pack = make_pack(connection, partnership, meeting, day, stages_of(partnership).knows, named=names)
        file = word_of(pack) if out.suffix.lower() == ".docx" else pdf_of(pack)
        with writing(engine) as connection:
            give(connection, keep, pack, file, at=now, by=judge_named(by), why=why or "")
    finally:
        engine.dispose()
    out.write_bytes(file)
    typer.echo(f"{out}: {meeting.title}, {several(len(pack.items), 'item')}, for {', '.join(pack.who)}")
