"""``tocsin precision``: how often each rule's alerts were real, by what people said of them."""

import json
from dataclasses import asdict

import typer

from deploy.cli.options import AsJson, Store, settings_with


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Reports and alerts")(precision)


def precision(store: Store = None, as_json: AsJson = False) -> None:
    """Say how often each rule's alerts were real, and which threshold would have done better; it changes nothing."""
    from consumers.quality.precision import judged_by_all, precisions
    from deploy.store import ready_store
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            found = precisions(judged_by_all(connection))
    finally:
        engine.dispose()
    for one in found:
        if as_json:
            typer.echo(json.dumps({**asdict(one), "share": round(one.share, 3), "says": one.says}))
        else:
            share = f"{one.real} of {one.judged} real ({one.share:.0%}, {one.low:.0%} to {one.high:.0%})"
            typer.echo(f"{one.rule:<14} {share}{f'. {one.says}' if one.says else ''}")
    if not found and not as_json:
        typer.echo("Nobody has said of any alert yet whether it was real.")
