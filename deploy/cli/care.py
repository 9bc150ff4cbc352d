"""Commands that look after an installation: what is missing, topics, the store."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.brokers import reach_broker
from deploy.cli.options import AsJson, Broker, Store, fail, partnership_of, settings_with

topics = typer.Typer(help="The topics on the broker.", no_args_is_help=True)
store = typer.Typer(help="The store's tables.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.command(rich_help_panel="Care")(doctor)
    app.add_typer(topics, name="topics", rich_help_panel="Care")
    app.add_typer(store, name="store", rich_help_panel="Care")


def doctor(as_json: AsJson = False) -> None:
    """Say what is missing before anything is started."""
    from deploy.broker.doctor import examine

    findings = examine(settings_with())
    if as_json:
        typer.echo(json.dumps([{"name": f.name, "ok": f.ok, "says": f.says, "mend": f.mend} for f in findings]))
    else:
        for found in findings:
            typer.secho(f"{'ok  ' if found.ok else 'MISS'} ", fg="green" if found.ok else "red", nl=False)
            typer.echo(f"{found.name}: {found.says}")
            if not found.ok and found.mend:
                typer.echo(f"       → {found.mend}")
    if not all(found.ok for found in findings):
        raise typer.Exit(1)


@topics.command("diff")
def topics_diff(broker: Broker = None, as_json: AsJson = False) -> None:
    """Say how the broker's topics differ from the table."""
    _topics(broker, as_json, apply=False)


@topics.command("apply")
def topics_apply(broker: Broker = None, as_json: AsJson = False) -> None:
    """Bring the broker's topics to the table: what is missing is made, nothing is deleted."""
    _topics(broker, as_json, apply=True)


@topics.command("strimzi")
def topics_strimzi(
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Folder to write topics.yaml and users.yaml to.")],
) -> None:
    """Write the topics, users and rights as Strimzi's resources, for a Kafka on Kubernetes."""
    from deploy.manifests.write import strimzi

    settings = settings_with()
    out.mkdir(parents=True, exist_ok=True)
    for name, text in strimzi(partnership_of(settings), settings.partitions, settings.replication).items():
        (out / name).write_text(text, "utf-8")
        typer.echo(str(out / name))


def _topics(broker: str | None, as_json: bool, *, apply: bool) -> None:
    from deploy.broker.topics import apply_topics, diff_topics

    settings = settings_with(broker=broker)
    partnership = partnership_of(settings)
    running = reach_broker(settings)
    try:
        work = apply_topics if apply else diff_topics
        changes = [str(change) for change in work(running.bootstrap, partnership, settings, running.access.login)]
    finally:
        running.stop()
    if as_json:
        typer.echo(json.dumps(changes))
    else:
        typer.echo("\n".join(changes) or "the broker's topics are as the table says")


@store.command("upgrade")
def store_upgrade(
    where: Store = None,
    check: Annotated[bool, typer.Option("--check", help="Only say at which revision the store stands.")] = False,
) -> None:
    """Bring the store's tables to this version's."""
    from deploy.store import newest_revision, ready_store, revision
    from streams.store import open_store

    settings = settings_with(store=where)
    engine = open_store(settings.store_url) if check else ready_store(settings)
    typer.echo(f"store at revision {revision(engine) or 'none'}, newest {newest_revision()}")
    engine.dispose()


@store.command("compact")
def store_compact(where: Store = None) -> None:
    """Write the store's files anew without what was deleted, whose bytes lie in them until then; it locks the store."""
    from deploy.store import ready_store
    from streams.keeping.compact import compact

    engine = ready_store(settings_with(store=where))
    told = compact(engine)
    engine.dispose()
    for sentence in told:
        fail(sentence)
    if told:
        raise typer.Exit(1)
    typer.echo("the store's files hold nothing that was deleted")
