"""The command that proves that nothing is lost."""

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.brokers import reach_broker
from deploy.cli.options import AsJson, Broker, Store, fail, partnership_of, settings_with

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from deploy.verifying import Proof, Source
    from schemas.settings import Settings

MISSING, STILL_WAITING = 1, 3
SHOWN = 50  # of what is missing, in words; --json says all


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Care")(verify)


def verify(
    repair: Annotated[bool, typer.Option("--repair", help="Send what is missing through again.")] = False,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to give the workers for what waits.")] = 0.0,
    store: Store = None,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Prove that every record on every inbound topic is in the store, as it was sent, or was rejected with a reason.

    Ends with 1 where one is missing, and with 3 where none is but some were not taken yet.
    """
    from consumers.broker import BrokerTrouble
    from deploy.store import ready_store
    from deploy.verifying import Source
    from streams.keeping.keyring import WrongKey

    settings = settings_with(store=store, broker=broker)
    engine = ready_store(settings)
    running = reach_broker(settings)
    source = Source(bootstrap=running.bootstrap, partnership=partnership_of(settings), login=running.access.login)
    try:
        again, proofs = _prove(engine, source, settings, wait, repair=repair)
    except (BrokerTrouble, WrongKey) as trouble:
        fail(str(trouble))
        raise typer.Exit(2) from None
    finally:
        running.stop()
        engine.dispose()
    _say(proofs, again if repair else None, as_json=as_json)
    if not all(proof.nothing_missing for proof in proofs):
        raise typer.Exit(MISSING)
    if any(proof.waiting for proof in proofs):
        raise typer.Exit(STILL_WAITING)


def _prove(
    engine: "Engine", source: "Source", settings: "Settings", wait: float, *, repair: bool
) -> "tuple[int, list[Proof]]":
    import deploy.verifying as work
    from deploy.cli.progress import bar

    until = time.monotonic() + wait
    with bar("reading", "records held against the store") as looked:
        again = work.repair(engine, source, settings.batch, looked) if repair else 0
        while True:
            proofs = work.verify(engine, source, looked)
            if time.monotonic() >= until or not any(proof.waiting for proof in proofs):
                return again, proofs
            time.sleep(1.0)


def _say(proofs: "list[Proof]", again: int | None, *, as_json: bool) -> None:
    from deploy.verifying import figures

    total = figures(proofs)
    if as_json:
        facts: dict[str, Any] = {
            "total": total,
            "whole": all(one.nothing_missing and not one.waiting for one in proofs),
        }
        if again is not None:
            facts["sent_again"] = again
        facts["partitions"] = [_facts(proof) for proof in proofs]
        typer.echo(json.dumps(facts))
        return
    for proof in proofs:
        if proof.sent or proof.untold:
            typer.echo(f"{proof.topic}/{proof.partition}: {proof.sent} sent = {_summed(proof.outcomes)}")
        if proof.lost:
            typer.echo(f"  {proof.lost} were deleted by the broker before they were read, and are lost")
        if proof.untold:
            fail(f"  {proof.untold} that stood there once are not in the store, and no longer on the topic")
    if again is not None:
        typer.echo(f"{again} missing records were sent through again")
    _name([missing for proof in proofs for missing in proof.missing])
    sent = total.pop("sent")
    typer.echo(f"all: {sent} sent = {_summed(total)}" if sent else "nothing was ever sent on any inbound topic")


def _name(missing: "list[Any]") -> None:
    for one in missing[:SHOWN]:
        fail(f"missing: {one.topic}/{one.partition} at {one.offset}, key {one.key or 'none'}: {one.why}")
    if len(missing) > SHOWN:
        fail(f"and {len(missing) - SHOWN} more: --json names them all")


def _facts(proof: "Proof") -> dict[str, Any]:
    return asdict(proof) | {"sent": proof.sent}


def _summed(outcomes: Any) -> str:
    return " + ".join(f"{count} {name}" for name, count in outcomes.items() if count) or "0"
