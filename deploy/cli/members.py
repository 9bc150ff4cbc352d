"""The command for the tables that members read."""

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import Agency, AsJson, Out, Store, fail, known_agency, partnership_of, settings_with

if TYPE_CHECKING:
    from consumers.effect.members import Line, Members


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command("members", rich_help_panel="Working together")(members_tables)


def members_tables(
    agency: Agency,
    weeks: Annotated[int, typer.Option("--weeks", help="How many whole weeks: 4, 13, 26 or 52.")] = 13,
    category: Annotated[str, typer.Option("--category", help="What is counted by area. Default: all.")] = "",
    out: Out = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Write the counts by category and area beside the period before and a year ago, small ones left out.

    CSV: table,name, then a column a period; an empty one is not told. Who began or stopped reporting is said on
    standard error, or stands in the JSON.
    """
    from consumers.effect.members import LENGTHS
    from schemas.kinds import CATEGORIES

    if weeks not in LENGTHS or category not in ("", *CATEGORIES):
        fail(f"weeks are {', '.join(map(str, LENGTHS))}; a category is one of {', '.join(CATEGORIES)}")
        raise typer.Exit(2)
    found = _found(store, agency, weeks, category)
    if found is None:
        fail("nothing is counted yet: counts begin when a week is over")
        raise typer.Exit(1)
    text = json.dumps(_facts(found), ensure_ascii=False) + "\n" if as_json else None
    if out is None:
        _write(sys.stdout, found, text)
    else:
        with Path(out).open("w", encoding="utf-8", newline="") as file:
            _write(file, found, text)
    if not as_json:
        for says in found.caveats:
            typer.echo(says, err=True)


def _found(store: str | None, agency: str, weeks: int, category: str) -> "Members | None":
    from consumers.effect.counts import Counter
    from consumers.effect.members import members
    from consumers.words import UK
    from deploy.store import ready_store
    from streams.store import reading

    settings = settings_with(store=store)
    partnership, engine = partnership_of(settings), ready_store(settings)
    known_agency(agency, partnership)
    today = datetime.now(UTC).astimezone(UK).date()
    try:
        with reading(engine) as connection:
            counter = Counter(connection=connection, partnership=partnership, agency=agency, today=today)
            last = counter.last_week()
            return None if last is None else members(counter, last, weeks, category)
    finally:
        engine.dispose()


def _tables(found: "Members") -> "list[tuple[str, Line]]":
    return [*(("category", line) for line in found.by_category), *(("area", line) for line in found.by_area)]


def _write(file: Any, found: "Members", text: str | None) -> None:
    if text is not None:
        file.write(text)
        return
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["table", "name", *(f"{span.first} to {span.last}" for span in found.periods)])
    rows.writerows([table, line.name, *line.counts] for table, line in _tables(found))


def _facts(found: "Members") -> dict[str, Any]:
    return {
        "periods": [{"name": s.name, "from": str(s.first), "to": str(s.last)} for s in found.periods],
        "category": found.category or None,
        "caveats": list(found.caveats),
        "rows": [{"table": table, "name": line.name, "counts": line.counts} for table, line in _tables(found)],
    }
