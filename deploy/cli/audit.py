"""The commands on the log of who did what (Data Protection Act 2018, s.62): list, export, prove, sign."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import AsJson, Broker, Out, Store, fail, known_agency, partnership_of, settings_with
from schemas.files import NotReadable, text_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from schemas.settings import Settings

audit = typer.Typer(no_args_is_help=True, help="The log of who did what to which record, and why.")
Act = Annotated[
    str | None,
    typer.Option("--act", help="collection, alteration, consultation, disclosure, combination or erasure."),
]
Subject = Annotated[str | None, typer.Option("--subject", help="Only entries on this, such as alert:ID.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(audit, name="audit", rich_help_panel="What is kept")


@contextmanager
def _opened(store: str | None) -> "Iterator[tuple[Engine, Settings]]":
    from deploy.store import ready_store

    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        yield engine, settings
    finally:
        engine.dispose()


@audit.command("list")
def audit_list(
    act: Act = None,
    subject: Subject = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many entries, the newest.")] = 50,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List entries, the oldest first."""
    from streams.keeping.read_log import entries
    from streams.store import reading

    with _opened(store) as (engine, _), reading(engine) as connection:
        found = list(entries(connection, act, subject, last))
    for entry in found:
        typer.echo(json.dumps(entry, ensure_ascii=False) if as_json else _line(entry))


def _line(entry: dict[str, Any]) -> str:
    why = f" ({entry['why']})" if entry["why"] else ""
    return f"{entry['at']}  {entry['actor']}  {entry['act']}  {entry['subject']}{why}"


@audit.command("export")
def audit_export(store: Store = None, out: Out = None) -> None:
    """Write the whole log as JSON lines, hashes too, so that others can go through its chains."""
    from streams.keeping.read_log import entries
    from streams.store import reading

    with _opened(store) as (engine, _), reading(engine) as connection:
        lines = (json.dumps(entry, ensure_ascii=False) for entry in entries(connection))
        if out is None:
            for line in lines:
                typer.echo(line)
        else:
            with out.open("w", encoding="utf-8") as opened:
                opened.writelines(line + "\n" for line in lines)


@audit.command("verify")
def audit_verify(
    head: Annotated[
        Path | None,
        typer.Option("--head", exists=True, dir_okay=False, help="Signed ends as an agency kept them, a JSON a line."),
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", help="Hold it against what stands on this agency's receipts topic.")
    ] = None,
    store: Store = None,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Prove that nothing in the log was changed, taken out, put in, moved or cut off; 1 where something was."""
    from deploy.store import signer_of
    from streams.keeping.proving import prove
    from streams.store import reading

    try:
        given = heads_in(head) if head else []
    except NotReadable as error:
        fail(str(error))
        raise typer.Exit(2) from None
    with _opened(store) as (engine, settings):
        public = signer_of(settings, engine).public
        elsewhere = [
            *given,
            *(_heads_sent(topic, settings_with(store=store, broker=broker)) if topic else []),
        ]
        with reading(engine) as connection:
            proof = prove(connection, public, elsewhere)
    flaws = [{"chain": flaw.chain, "n": flaw.n, "says": flaw.says} for flaw in proof.flaws]
    if as_json:
        typer.echo(json.dumps({"entries": proof.entries, "chains": proof.chains, "heads": proof.heads, "flaws": flaws}))
    else:
        typer.echo(f"{proof.entries} entries in {proof.chains} chains, held against {proof.heads} signed ends")
        for flaw in flaws:
            fail(f"{flaw['chain']}, entry {flaw['n']}: {flaw['says']}")
        if not proof.heads:
            typer.echo("nothing was signed yet: a log that was rewritten whole would not show")
    if flaws:
        raise typer.Exit(1)


def heads_in(file: Path) -> list[dict[str, Any]]:
    """The signed ends of a file; raises ``NotReadable``."""
    lines = text_of(file).splitlines()
    try:
        found = [json.loads(line) for line in lines if line.strip()]
        ends = [one for one in found if {"root", "at", "signature"} <= one.keys()]
        for one in ends:
            bytes.fromhex(one["root"] + one["signature"])
            datetime.fromisoformat(one["at"])
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise NotReadable(f"{file}: it holds no signed ends, one JSON object a line") from None
    return ends


def _heads_sent(agency: str, settings: "Settings") -> list[dict[str, Any]]:
    from deploy.broker.heads import heads_on_topic
    from deploy.cli.brokers import reach_broker

    running = reach_broker(settings)
    try:
        return heads_on_topic(running.bootstrap, running.access.login, known_agency(agency, partnership_of(settings)))
    finally:
        running.stop()


@audit.command("sign")
def audit_sign(store: Store = None, as_json: AsJson = False) -> None:
    """Sign where the log ends now, and owe it to every agency's receipts topic; a worker does so each hour."""
    from deploy.store import signer_of
    from streams.keeping.heads import sign_heads
    from streams.outbox import owe
    from streams.store import only_one, writing

    with _opened(store) as (engine, settings):
        signer = signer_of(settings, engine)
        with writing(engine) as connection:
            only_one(connection, "signing")
            messages = sign_heads(connection, signer, partnership_of(settings), datetime.now(UTC))
            owe(connection, messages)
    body = (messages[0].value or b"").decode()
    typer.echo(body if as_json else f"signed, and owed to {len(messages)} agencies: {json.loads(body)['root']}")
