"""The command that learns weights from the store and puts them in force."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import AsJson, Store, fail, partnership_of, settings_with

if TYPE_CHECKING:
    from streams.matching.people.learning import Learnt


def mount(app: typer.Typer) -> None:
    """Hang the command on ``app``."""
    app.command(rich_help_panel="Who is who")(learn)


def learn(
    check: Annotated[bool, typer.Option("--check", help="Only say what would be learnt.")] = False,
    use: Annotated[
        str | None, typer.Option("--use", metavar="VERSION", help="Judge by weights learnt before, or by: shipped.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Name the weights in the store.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Learn from the store how much each agreement weighs, and judge everyone anew by it."""
    from deploy.store import ready_store
    from streams.carry_on import carry_on
    from streams.matching.people import learning
    from streams.store import reading, writing

    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        if listed:
            with reading(engine) as connection:
                _show_versions(learning.versions(connection), as_json)
            return
        if use is not None:
            with writing(engine) as connection:
                learning.use(connection, None if use == "shipped" else use)
        else:
            with reading(engine) as connection:
                found = learning.learn(connection)
            _show(found, as_json)
            if check:
                return
            with writing(engine) as connection:
                learning.put_in_force(connection, found)
        done = carry_on(engine, partnership_of(settings), settings.batch)
        typer.echo("Everyone is judged anew." if done else "A worker is judging everyone anew.", err=True)
    except (learning.TooLittle, learning.NotLearnt) as error:
        fail(str(error))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()


def _show_versions(versions: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(versions))
        return
    for row in versions:
        rests = row["rests_on"]
        typer.echo(
            f"{'in force' if row['in_force'] else '        '}  {row['version']}  "
            f"from {rests['mentions']} mentions, {rests['pairs']} pairs"
        )
    if not any(row["in_force"] for row in versions):
        typer.echo("in force  the shipped weights")


def _show(found: "Learnt", as_json: bool) -> None:
    """Each level's bits as shipped and as learnt, where a field was seen often enough to learn."""
    from streams.matching.people.weights import shipped, with_learnt

    now = with_learnt(found.body, found.version)
    if as_json:
        typer.echo(json.dumps({"version": found.version, **found.body}))
        return
    typer.echo(f"{found.version}: from {found.mentions} mentions and {found.pairs} pairs worth a thought")
    typer.echo(f"as likely as not at {now.bars.even:.1f} bits (shipped: {shipped().bars.even:.1f})")
    typer.echo(f"{'':14}{'':14}{'shipped':>9}{'learnt':>9}")
    for field in found.table:
        if field != "bars":
            for word in now.words(field):
                before, after = shipped().most(field, word), now.most(field, word)
                typer.echo(f"{field:14}{word:14}{before:>9.1f}{after:>9.1f}")
