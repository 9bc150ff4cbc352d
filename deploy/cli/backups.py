"""The commands on the store's files: back it up, restore it, give back what was deleted."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.options import AsJson, Store, fail, partnership_of, settings_with
from deploy.cli.people import By, judge_named


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    for command in (backup, restore):
        app.command(rich_help_panel="What is kept")(command)


def backup(
    file: Annotated[Path, typer.Argument(help="File to write, anew; sealed by a key made from the store's.")],
    by: By = None,
    store: Store = None,
) -> None:
    """Write the whole store to one sealed file, while workers go on. Keep the store's key elsewhere: it opens it."""
    from deploy.backups import CannotBackUp, back_up
    from deploy.store import ready_store

    engine = ready_store(settings_with(store=store))
    try:
        size = back_up(engine, file, judge_named(by))
    except CannotBackUp as error:
        fail(str(error))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()
    typer.echo(f"{file}: {size:,} bytes")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    over: Annotated[bool, typer.Option("--over", help="Put it in place of reports that the store holds.")] = False,
    by: By = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Put the store back to a backup; what was erased or redacted since is so again; the broker is read on."""
    from deploy.backups import CannotBackUp
    from deploy.backups import restore as put_back
    from streams.keeping.archive import NotABackup
    from streams.keeping.keyring import WrongKey

    settings = settings_with(store=store)
    try:
        done = put_back(settings, partnership_of(settings), file, judge_named(by), over=over)
    except (CannotBackUp, NotABackup, WrongKey) as error:
        fail(str(error))
        raise typer.Exit(1) from None
    if as_json:
        said = {"erased_again": done.erased_again, "redacted_again": done.redacted_again}
        typer.echo(json.dumps({**said, "put_right_again": list(done.wrong_again)}))
        return
    typer.echo(f"restored; {done.erased_again} reports erased again, words redacted again in {done.redacted_again}")
    for ref in done.wrong_again:
        fail(f"{ref} was put right since, and says what it said before: tocsin subject rectify")
