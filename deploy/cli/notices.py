"""Commands that send notices, and say how the sending goes; they show no address and nothing that is told."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.cli.options import AsJson, Store, fail, partnership_of, settings_with
from deploy.cli.running import stop_signal

notices = typer.Typer(help="Notices to people who asked for them.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(notices, name="notices", rich_help_panel="Run")


@notices.command("run")
def run(
    store: Store = None,
    once: Annotated[bool, typer.Option("--once", help="One round, and end.")] = False,
) -> None:
    """Send what people asked to hear of, until Ctrl-C."""
    from deploy.notices import NotSet, Sending, ways_of
    from deploy.processes import end_with_parent
    from deploy.store import ready_store

    end_with_parent()
    settings = settings_with(store=store)
    try:
        ways = ways_of(settings)
    except NotSet as why:
        fail(str(why))
        raise typer.Exit(2) from None
    if not ways.kinds:
        fail("nothing may be reached: set TOCSIN_NOTICE_SMTP and TOCSIN_NOTICE_DOMAINS, or TOCSIN_NOTICE_HOSTS")
        raise typer.Exit(2)
    stopped = stop_signal()
    engine = ready_store(settings)
    sending = Sending(engine=engine, partnership=partnership_of(settings), settings=settings)
    try:
        if once:
            done = sending.alone()
            if done is None:
                fail("another process sends notices")
                raise typer.Exit(1)
            typer.echo(f"{done.sent} sent, {done.waiting} put off, {done.dropped} dropped, {done.away} not through")
        else:
            sending.run(stopped)
    finally:
        engine.dispose()


@notices.command("list")
def list_notices(store: Store = None, as_json: AsJson = False) -> None:
    """Say how many notices wait, were sent, or could not be, and which channels are away."""
    from consumers.notices.tally import tally
    from deploy.store import ready_store
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            found = tally(connection)
    finally:
        engine.dispose()
    if as_json:
        typer.echo(json.dumps({"states": found.states, "away": found.away}))
        return
    typer.echo(", ".join(f"{count} {state}" for state, count in found.states.items()) or "No notices yet.")
    for one in found.away:
        typer.echo(f"{one['kind']} of {one['user']} is away since {one['since']}")


@notices.command("test")
def try_out(
    name: Annotated[str, typer.Argument(help="Whose channels: what they sign in with.")],
    store: Store = None,
) -> None:
    """Send a test message to each channel of someone, and say which got through."""
    from consumers.accounts.users import found, user_name
    from consumers.notices.message import Message
    from consumers.notices.sender import sender
    from consumers.notices.wishes import channels_of
    from deploy.notices import NotSet, ways_of
    from deploy.store import ready_store
    from schemas.identity import identity
    from streams.store import reading

    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        with reading(engine) as connection:
            someone = found(connection, name=user_name(name))
            channels = channels_of(connection, someone.id) if someone else []
        send = sender(ways_of(settings))
    except NotSet as why:
        fail(str(why))
        raise typer.Exit(2) from None
    finally:
        engine.dispose()
    if not channels:
        fail(f"{name} has no channel")
        raise typer.Exit(1)
    body = "This is a test that somebody who looks after Tocsin sent. Nothing is to be done."
    well = True
    for channel in channels:
        id = identity("message", channel.id, datetime.now(UTC).isoformat())
        through = send(channel.kind, channel.address, Message(id=id, subject="Tocsin: a test", body=body))
        well = well and through
        typer.echo(f"{channel.kind} {channel.id}: {'got through' if through else 'did not get through'}")
    raise typer.Exit(0 if well else 1)
