"""The command that lists the values which so many people use that they no longer link any."""

import json
from dataclasses import asdict

import typer

from deploy.cli.options import AsJson, Store, settings_with


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Who is who")(generic)


def generic(store: Store = None, as_json: AsJson = False) -> None:
    """List the telephones, addresses and the like that so many people use that they no longer link any of them."""
    from consumers.words import printable
    from deploy.store import ready_store
    from streams.matching.people.uses import listed
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            found = listed(connection)
    finally:
        engine.dispose()
    if as_json:
        for value in found:
            typer.echo(json.dumps(asdict(value), ensure_ascii=False))
        return
    for value in found:
        told = f"{value.names} names in {value.mentions} mentions"
        typer.echo(f"{value.kind:10}  {told:32}  {printable(value.value)}")
    if not found:
        typer.echo("No value is used by so many people that it has stopped linking them.")
