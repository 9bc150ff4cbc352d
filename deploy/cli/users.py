"""Commands that look after who may use the page: they are for whoever runs it, who needs no sign-in to the store."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.acting import login_name
from deploy.cli.options import AsJson, Store, fail, known_agency, partnership_of, settings_with
from schemas.files import NotReadable, text_of

if TYPE_CHECKING:
    from consumers.accounts.users import Desk, Someone

users = typer.Typer(help="Who may use the page.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What they sign in with.")]
Role = Annotated[
    list[str], typer.Option("--role", help="analyst, coordinator, information-governance or administrator; repeatable.")
]
FromFile = Annotated[
    str | None,
    typer.Option("--password-file", help="File whose first line is the password; - for standard input. Default: ask."),
]
Own = Annotated[bool, typer.Option("--own", help="They typed it themselves: they need not change it.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(users, name="users", rich_help_panel="Care")


@users.command("add")
def add(
    name: Name,
    agency: Annotated[str, typer.Option("--agency", help="The agency they belong to.")],
    role: Role,
    password_file: FromFile = None,
    own: Own = False,
    store: Store = None,
) -> None:
    """Let someone use the page."""
    known_agency(agency, partnership_of(settings_with(store=store)))
    kept = _kept(password_file, [name, agency])
    with _desk(store) as desk:
        desk.add(name=name, agency=agency, roles=role, kept=kept, must_change=not own)
    typer.echo(f"{name} may use the page{'' if own else ', and chooses a password at the first sign-in'}.")


@users.command("list")
def list_users(
    agency: Annotated[str | None, typer.Option("--agency", help="Of this agency alone.")] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List who may use the page."""
    from consumers.accounts.users import listed

    with _desk(store) as desk:
        found = listed(desk.connection, agency)
    for one in found:
        if as_json:
            typer.echo(json.dumps(asdict(one), default=str))
        else:
            state = "disabled" if one.disabled_at else "organisation" if one.elsewhere else "password"
            typer.echo(f"{one.name:32}  {one.agency:24}  {state:12}  {', '.join(one.roles)}  ({one.id})")
    if not found and not as_json:
        typer.echo("Nobody may use the page yet.")


@users.command("disable")
def disable(name: Name, store: Store = None) -> None:
    """Keep someone out, and end their sessions."""
    with _desk(store) as desk:
        desk.disable(_named(desk, name).id)
    typer.echo(f"{name} is kept out.")


@users.command("enable")
def enable(name: Name, store: Store = None) -> None:
    """Let someone in again who was kept out."""
    with _desk(store) as desk:
        desk.enable(_named(desk, name).id)
    typer.echo(f"{name} may use the page again.")


@users.command("passwd")
def passwd(name: Name, password_file: FromFile = None, own: Own = False, store: Store = None) -> None:
    """Give someone another password, and end their sessions."""
    kept = _kept(password_file, [name])
    with _desk(store) as desk:
        desk.set_password(_named(desk, name).id, kept, must_change=not own)
    typer.echo(f"{name} has another password{'' if own else ', and chooses their own at the next sign-in'}.")


@users.command("role")
def role(name: Name, role: Role, store: Store = None) -> None:
    """Give someone these roles and no others, and end their sessions."""
    with _desk(store) as desk:
        desk.set_roles(_named(desk, name).id, role)
    typer.echo(f"{name} is now: {', '.join(sorted(set(role)))}.")


@users.command("sessions")
def sessions(
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="Sign them out everywhere.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List where someone is signed in, or sign them out everywhere."""
    from consumers.accounts.rules import page_rules
    from consumers.accounts.sessions import seats

    with _desk(store) as desk:
        id = _named(desk, name).id
        held = seats(desk.connection, id, desk.at, page_rules())
        ended = desk.sign_out(id) if end else 0
    for seat in held:
        facts = {"since": seat.began_at.isoformat(), "seen": seat.seen_at.isoformat()}
        typer.echo(json.dumps(facts) if as_json else f"since {facts['since']}, last seen {facts['seen']}")
    if not as_json:
        typer.echo(f"{ended} ended." if end else f"{len(held)} in all.")


@contextmanager
def _desk(store: str | None) -> Iterator["Desk"]:
    """A desk of whoever runs Tocsin; what cannot be done ends the command in a sentence."""
    from consumers.accounts.users import Desk, NotDone
    from deploy.recording import keep
    from deploy.store import ready_store
    from streams.store import writing

    engine = ready_store(settings_with(store=store))
    try:
        with writing(engine) as connection:
            yield Desk(connection=connection, keep=keep, at=datetime.now(UTC), by=login_name())
    except NotDone as why:
        fail(str(why))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()


def _named(desk: "Desk", name: str) -> "Someone":
    from consumers.accounts.users import NotDone, found, user_name

    someone = found(desk.connection, name=user_name(name))
    if someone is None:
        raise NotDone(f"Nobody here is called {name}.")
    return someone


def _in(file: Path) -> str:
    try:
        return text_of(file)
    except NotReadable as error:
        fail(f"{file}: {error}")
        raise typer.Exit(2) from None


def _kept(password_file: str | None, known: list[str]) -> str:
    """What is kept of a password that was asked for or read; one that will not do ends the command."""
    from consumers.accounts.passwords import Passwords, TooWeak, will_do
    from consumers.accounts.rules import page_rules

    if password_file is None:
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        text = sys.stdin.read() if password_file == "-" else _in(Path(password_file))  # noqa: S105
        password = text.split("\n")[0].rstrip("\r")
    try:
        will_do(password, page_rules(), known)
    except TooWeak as why:
        fail(str(why))
        raise typer.Exit(1) from None
    return Passwords().kept(password)
