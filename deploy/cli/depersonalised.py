"""``tocsin depersonalised``: the quarterly exchange under section 17A of the Crime and Disorder Act 1998."""

import csv
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.cli.options import Out, Store, fail, settings_with
from deploy.cli.people import By, judge_named


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="What is kept")(depersonalised)


def depersonalised(
    quarter: Annotated[str, typer.Option("--quarter", help="Which, such as 2026Q3; it must be over.")],
    out: Out = None,
    by: By = None,
    store: Store = None,
) -> None:
    """Write a quarter's counts as CSV: no ids, names or days, places by postcode sector, small counts not told."""
    from deploy.store import ready_store
    from streams.issues.calendar import local_day
    from streams.keeping.depersonalised import HEADER, NotAQuarter, quarter_named, rows
    from streams.keeping.log import COMMANDS, log
    from streams.store import reading, writing

    now = datetime.now(UTC)
    try:
        wanted = quarter_named(quarter, local_day(now))
    except NotAQuarter as error:
        fail(str(error))
        raise typer.Exit(2) from None
    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            lines = list(rows(connection, wanted))
        said = {"at": now, "actor": judge_named(by), "act": "disclosure", "subject": f"depersonalised:{wanted.name}"}
        with writing(engine) as connection:
            log(connection, COMMANDS, [said | {"detail": {"lines": len(lines)}, "why": "quarterly, s.17A"}])
    finally:
        engine.dispose()
    with out.open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout) as opened:
        csv.writer(opened, lineterminator="\n").writerows([HEADER, *lines])
