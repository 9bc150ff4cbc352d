"""The commands on the partnership's address list: load it, and show what a text means by it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.options import AsJson, Store, fail, settings_with

if TYPE_CHECKING:
    from streams.gazetteer.resolve import Resolved

gazetteer = typer.Typer(no_args_is_help=True, help="The partnership's address list.")
_BAD_SHOWN = 10


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(gazetteer, name="gazetteer", rich_help_panel="Where it was")


@gazetteer.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV with a row of column names.", exists=True, dir_okay=False)],
    columns: Annotated[
        Path | None, typer.Option("--columns", help="TOML: our column = theirs. Default: by their names.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Take an address list in place of the one before; the same list again changes nothing."""
    from deploy.store import ready_store
    from streams.gazetteer.columns import NotAList, rows_of
    from streams.gazetteer.keep import keep
    from streams.store import writing

    try:
        found = rows_of(file, columns)
    except (NotAList, ValueError) as error:
        fail(f"{file.name}: {error}")
        raise typer.Exit(2) from None
    if not found.rows:
        fail(f"{file.name}: no address in it can be used; the list before stands")
        raise typer.Exit(2)
    engine = ready_store(settings_with(store=store))
    with writing(engine) as connection:
        again = keep(connection, found.rows)
    engine.dispose()
    if as_json:
        told = {"addresses": len(found.rows), "columns": found.columns, "changed": again is not None, "again": again}
        typer.echo(json.dumps(told | {"bad": [{"line": line, "why": why} for line, why in found.bad]}))
        return
    typer.echo(f"{len(found.rows):,} addresses, by the columns of {found.columns}; {len(found.bad):,} rows left out.")
    for line, why in found.bad[:_BAD_SHOWN]:
        typer.echo(f"  line {line}: {why}")
    if len(found.bad) > _BAD_SHOWN:
        typer.echo(f"  and {len(found.bad) - _BAD_SHOWN:,} more (--json has all)")
    after = "The list is the one that was there." if again is None else f"{again:,} reports are to be matched anew."
    typer.echo(after)


@gazetteer.command()
def show(
    text: Annotated[str, typer.Argument(help="An address as an agency might write it.")],
    postcode: Annotated[str, typer.Option("--postcode", help="Its postcode, where it stands apart.")] = "",
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show what a text means by the address list, why, and what it would mean next."""
    from deploy.store import ready_store
    from streams.gazetteer.keep import address_list
    from streams.gazetteer.resolve import resolve
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    with reading(engine) as connection:
        known = address_list(connection)
    engine.dispose()
    found = resolve(known, text, postcode) if known is not None else None
    if as_json:
        typer.echo(json.dumps(asdict(found) if found else None, ensure_ascii=False))
    elif known is None:
        typer.echo("There is no address list: tocsin gazetteer load FILE.csv")
    elif found is None:
        typer.echo("Nothing that the address list knows.")
    else:
        _show(found)


def _show(found: "Resolved") -> None:
    from consumers.words import printable

    about = f", within {found.accuracy:.0f} m" if found.point else ""
    typer.echo(f"{found.precision}: {printable(found.label)}{about}")
    ids = {"UPRN": found.uprn, "parent": found.parent, "USRN": found.usrn}
    typer.echo("  " + ", ".join(f"{name} {value}" for name, value in ids.items() if value))
    typer.echo(f"  score {found.score:.1f} bits")
    for evidence in found.evidence:
        typer.echo(f"  {evidence.bits:+6.1f}  {printable(evidence.says)}")
    if found.runner_up:
        typer.echo(f"  next: {printable(found.runner_up)}, {found.behind:.1f} bits behind")
