"""The command that says why an alert was raised."""

import json
from typing import Annotated, Any

import typer

from deploy.cli.options import AsJson, Store, fail, settings_with
from deploy.cli.people import By, explain, judge_named, remind_of_why, write_down_look


def mount() -> None:
    """Hang the command beside those that explain a person and an incident."""
    explain.command("alert")(explain_alert)


def explain_alert(
    alert: Annotated[str, typer.Argument(metavar="ID", help="The alert's id, as in the export.")],
    why: Annotated[
        str, typer.Option("--why", help="Why you look, where it shows a person; it stands in the log.")
    ] = "",
    by: By = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Why an alert was raised, uncut: what each rule found, in which reports, and what people said of it."""
    from deploy.cli.show_alerts import show_alert
    from deploy.cli.show_people import console
    from deploy.store import ready_store
    from streams.issues.explained import explain_alert as explain_it
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            found = explain_it(connection, alert)
        if found is None:
            fail(f"the store holds no alert {alert}")
            raise typer.Exit(1)
        for person in _persons(found):
            remind_of_why(why)
            write_down_look(engine, "explain alert", person, judge_named(by), why)
    finally:
        engine.dispose()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        show_alert(console(), found)


def _persons(found: dict[str, Any]) -> list[str]:
    person = found["alert"].get("person")
    return [person["id"]] if person else []
