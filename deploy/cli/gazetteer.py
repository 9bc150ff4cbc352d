"""The commands on places: load the address list and the areas, and show what a text means by them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.options import AsJson, Store, fail, partnership_of, settings_with

gazetteer = typer.Typer(no_args_is_help=True, help="The partnership's address list, wards and LSOAs.")
_BAD_SHOWN = 10
_BY = {"given": "point that is given"}


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
    from streams.carry_on import carry_on
    from streams.gazetteer.columns import NotAList, rows_of
    from streams.gazetteer.keep import keep
    from streams.store import writing

    try:
        found = rows_of(file, columns)
    except NotAList as error:
        fail(f"{file.name}: {error}")
        raise typer.Exit(2) from None
    if not found.rows:
        fail(f"{file.name}: no address in it can be used; the list before stands")
        raise typer.Exit(2)
    settings = settings_with(store=store)
    engine = ready_store(settings)
    with writing(engine) as connection:
        again = keep(connection, found.rows)
    done = again is None or carry_on(engine, partnership_of(settings), settings.batch)
    engine.dispose()
    if as_json:
        told = {"addresses": len(found.rows), "columns": found.columns, "changed": again is not None}
        told |= {"again": again, "done": done}
        typer.echo(json.dumps(told | {"bad": [{"line": line, "why": why} for line, why in found.bad]}))
        return
    typer.echo(f"{len(found.rows):,} addresses, by the columns of {found.columns}; {len(found.bad):,} rows left out.")
    _tell_bad(found.bad, "line")
    _tell_again(again, done, "The list is the one that was there.")


@gazetteer.command()
def wards(
    file: Annotated[
        Path, typer.Argument(help="Boundaries as GeoJSON, or a CSV of postcodes.", exists=True, dir_okay=False)
    ],
    level: Annotated[str | None, typer.Option("--level", help="ward or lsoa, where the columns do not tell.")] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Take wards or LSOAs in place of those before: boundaries, or which postcode lies in which."""
    from deploy.store import ready_store
    from streams.carry_on import carry_on
    from streams.gazetteer.areas import LEVELS
    from streams.gazetteer.boundaries import NotAreas, areas_of
    from streams.gazetteer.keep import keep_boundaries, keep_lookup
    from streams.store import writing

    if level not in (None, *LEVELS):
        fail(f"no level {level!r}; there are: {', '.join(LEVELS)}")
        raise typer.Exit(2)
    try:
        found = areas_of(file, level)
    except NotAreas as error:
        fail(f"{file.name}: {error}")
        raise typer.Exit(2) from None
    if not (found.boundaries or found.lookup):
        fail(f"{file.name}: no area in it can be used; those before stand")
        raise typer.Exit(2)
    settings = settings_with(store=store)
    engine = ready_store(settings)
    with writing(engine) as connection:
        took = [
            keep_boundaries(connection, each, (one for one in found.boundaries if one.level == each))
            for each in LEVELS
            if any(one.level == each for one in found.boundaries)
        ]
        took += [keep_lookup(connection, found.lookup)] if found.lookup else []
    again = max((reports for reports in took if reports is not None), default=None)
    done = again is None or carry_on(engine, partnership_of(settings), settings.batch)
    engine.dispose()
    told = {"boundaries": len(found.boundaries), "postcodes": len(found.lookup), "changed": again is not None}
    if as_json:
        typer.echo(
            json.dumps(told | {"again": again, "done": done, "bad": [{"at": at, "why": why} for at, why in found.bad]})
        )
        return
    typer.echo(
        f"{len(found.boundaries):,} boundaries and {len(found.lookup):,} postcodes; {len(found.bad):,} left out."
    )
    _tell_bad(found.bad, "entry")
    _tell_again(again, done, "The areas are those that were there.")


def _tell_bad(bad: list[tuple[int, str]], what: str) -> None:
    for at, why in bad[:_BAD_SHOWN]:
        typer.echo(f"  {what} {at}: {why}")
    if len(bad) > _BAD_SHOWN:
        typer.echo(f"  and {len(bad) - _BAD_SHOWN:,} more (--json has all)")


def _tell_again(again: int | None, done: bool, same: str) -> None:
    late = "" if done else "; the worker has not come to all of them yet"
    typer.echo(same if again is None else f"{again:,} reports are matched anew{late}.")


@gazetteer.command()
def show(
    text: Annotated[str, typer.Argument(help="A place as an agency might write it.")],
    postcode: Annotated[str, typer.Option("--postcode", help="Its postcode, where it stands apart.")] = "",
    narrative: Annotated[bool, typer.Option("--narrative", help="Read the text as a narrative.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show what a text means as a place, how exactly and why, and what it would mean next."""
    from deploy.store import ready_store
    from streams.gazetteer.keep import atlas
    from streams.matching.places.shown import shown
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    with reading(engine) as connection:
        known = atlas(connection)
    engine.dispose()
    found = shown(text, postcode, known, narrative=narrative)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif found is None:
        typer.echo("Nothing that says where.")
    else:
        _show(found)
    if known.addresses is None and not as_json:
        typer.echo("There is no address list: tocsin gazetteer load FILE.csv")


def _show(found: dict[str, Any]) -> None:
    from consumers.words import printable

    about = f", within {found['accuracy_m']:.0f} m" if found["lat"] is not None else ""
    typer.echo(f"{found['precision']}: {printable(found['label'])}{about}")
    if found["lat"] is not None:
        typer.echo(f"  at {found['lat']:.6f}, {found['lon']:.6f}, by the {_BY.get(found['located'], found['located'])}")
    names = {"uprn": "UPRN", "parent": "parent", "usrn": "USRN", "ward": "ward", "lsoa": "LSOA"}
    ids = ", ".join(f"{name} {printable(found[field])}" for field, name in names.items() if found[field])
    if ids:
        typer.echo(f"  {ids}")
    if found["institution"]:
        typer.echo(f"  an institution ({found['institution']}): it links no people")
    if found["evidence"]:
        typer.echo(f"  score {found['score']:.1f} bits")
    for evidence in found["evidence"]:
        typer.echo(f"  {evidence['bits']:+6.1f}  {printable(evidence['says'])}")
    if found["runner_up"]:
        behind = f", {found['behind']:.1f} bits behind" if found["behind"] is not None else ""
        typer.echo(f"  next: {printable(found['runner_up'])}{behind}")
