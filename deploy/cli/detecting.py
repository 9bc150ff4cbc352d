"""``tocsin detect``: the detectors over any table of counts."""

import csv
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.options import Out, fail
from streams.detectors.names import DEFAULT, METHODS

if TYPE_CHECKING:
    from streams.detectors.table import Table
    from streams.detectors.values import Judged

HEADER = ("series", "date", "count", "expected", "upper", "alarm")
MOST_TOLD = 10  # series with gaps that are named one by one


def mount(app: typer.Typer) -> None:
    """Hang the command onto ``app``."""
    listed = "\n\n".join(f"[bold]{name}[/bold]: {says}" for name, says in METHODS.items())

    @app.command("detect", help=f"{detect.__doc__}\n\nMethods:\n\n{listed}")
    def _detect(
        file: Annotated[Path, typer.Argument(help="The table: CSV with the columns series, date and count.")],
        method: Annotated[str, typer.Option("--method", help="One of the methods above.")] = DEFAULT,
        out: Out = None,
    ) -> None:
        detect(file, method, out)


def detect(file: Path, method: str, out: Path | None) -> None:
    """Say of each count in a table what was expected, the most that is usual, and whether it is an alarm.

    A series is weekly where its dates are whole weeks apart, or else daily; only what came before a date judges it.
    Weeks or days missing in between count as 0, and are told. Writes series,date,count,expected,upper,alarm.
    """
    from schemas.days import bank_holidays_over
    from schemas.kinds import vocabulary
    from streams.detectors.methods import judge
    from streams.detectors.table import told

    if method not in METHODS:
        fail(f"no method {method!r}; there are: {', '.join(METHODS)}")
        raise typer.Exit(2)
    table, moved = _read(file), vocabulary("holidays")
    _tell_gaps(table)
    judged: list[Judged] = []
    for group in table.groups:
        holidays = bank_holidays_over(group.series.days, moved["added"], moved["dropped"])
        judged.append(judge(group.series, method, holidays))
    _write(list(told(table, judged)), out)


def _read(file: Path) -> "Table":
    from streams.detectors.table import Unreadable, read_table_file

    try:
        return read_table_file(file)
    except Unreadable as error:
        fail(f"{file}: {error}")
    raise typer.Exit(2)


def _tell_gaps(table: "Table") -> None:
    steps = {name: "days" if group.series.daily else "weeks" for group in table.groups for name in group.names}
    named = list(table.filled.items())
    for name, count in named[:MOST_TOLD]:
        typer.echo(f"{name}: {count} missing {steps[name]} counted as 0", err=True)
    if named[MOST_TOLD:]:
        typer.echo(
            f"and {sum(count for _, count in named[MOST_TOLD:])} in {len(named) - MOST_TOLD} more series", err=True
        )


def _write(rows: Sequence[tuple[str, ...]], out: Path | None) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout) as lines:
            csv.writer(lines, lineterminator="\n").writerows([HEADER, *rows])
    except OSError as error:
        fail(f"{out}: {error.strerror}")
        raise typer.Exit(2) from None
