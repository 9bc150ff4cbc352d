"""Commands about who may use the broker: users, rights and quotas of agencies, and their logins."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.brokers import reach_broker
from deploy.cli.options import AsJson, Broker, Login, Secure, fail, known_agency, partnership_of, settings_with

if TYPE_CHECKING:
    from deploy.agencies.apply import Desk
    from schemas.settings import Settings

agencies = typer.Typer(help="Who may use a secured broker.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The agency's name, such as police or housing.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(agencies, name="agencies", rich_help_panel="Care")


@agencies.command("apply")
def agencies_apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    broker: Broker = None,
    secure: Secure = None,
    login: Login = None,
    as_json: AsJson = False,
) -> None:
    """Make users, rights and quotas as the agencies file and the topic table say; take away what no longer belongs."""
    from deploy.agencies.apply import apply_agencies

    settings = settings_with(broker=broker, secure=secure, login=login)
    with _desk(settings) as desk:
        done = apply_agencies(desk, partnership_of(settings), dry_run=dry_run)
    for warning in done.warnings:
        fail(warning)
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "changes": done.changes, "warnings": done.warnings}))
    else:
        typer.echo("\n".join(done.changes) or "users, rights and quotas are as the agencies file says")
        if any("is made" in change for change in done.changes) and not dry_run:
            typer.echo(f"logins to hand over: {desk.folder}")


@agencies.command("rotate")
def agencies_rotate(
    agency: Name,
    done: Annotated[bool, typer.Option("--finish", help="Take the older login away: the new one is in use.")] = False,
    broker: Broker = None,
    secure: Secure = None,
    login: Login = None,
    as_json: AsJson = False,
) -> None:
    """Make an agency's next login; the one before it stays good until --finish."""
    from deploy.agencies.rotate import finish, rotate

    settings = settings_with(broker=broker, secure=secure, login=login)
    known_agency(agency, partnership_of(settings))
    with _desk(settings) as desk:
        if done:
            gone = finish(desk, agency)
            said = f"taken away: {', '.join(gone)}" if gone else f"{agency} has one login only: nothing to take away"
            facts = {"taken_away": gone}
        else:
            user = rotate(desk, partnership_of(settings), agency)
            said = f"{user} is good beside the login before it; hand over {desk.login_file(user)}, then --finish"
            facts = {"made": [user]}
    typer.echo(json.dumps(facts) if as_json else said)


@agencies.command("certificate")
def agencies_certificate(agency: Name, secure: Secure = None) -> None:
    """Sign a certificate for an agency's newest login, which may then come with it in place of the password."""
    from deploy.agencies.certificate import certify

    settings = settings_with(secure=secure)
    known_agency(agency, partnership_of(settings))
    running = reach_broker(settings)
    try:
        if running.safe is None:
            fail("only the embedded secured broker has an authority of its own: have yours sign one with CN=<user>")
            raise typer.Exit(2)
        with _desk(settings) as desk:
            files = certify(desk, running.safe, agency)
    finally:
        running.stop()
    typer.echo(f"{files[0]} and {files[1]}, for {running.workers_at} (TOCSIN_BROKER_PROTOCOL=ssl)")


@contextmanager
def _desk(settings: "Settings") -> Iterator["Desk"]:
    """The desk of the settings' broker; what goes wrong at it ends the command in a sentence."""
    from deploy.agencies.apply import desk_of
    from deploy.broker.errors import BrokerAway

    running = reach_broker(settings, as_it_is=True)
    try:
        yield desk_of(running, settings)
    except BrokerAway as away:
        fail(str(away))
        raise typer.Exit(1) from None
    finally:
        running.stop()
