"""Commands by which people decide who is who, and see why the machine thinks so."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.acting import acting_name
from deploy.cli.options import AsJson, Store, fail, partnership_of, settings_with

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from schemas.settings import Settings

By = Annotated[
    str | None, typer.Option("--by", help="Who decides. Default: as whom it is run (--as), or your login's name.")
]
Why = Annotated[str, typer.Option("--why", help="The reason, for those who read it later.")]
KindOf = Annotated[str, typer.Option("--kind", help="person, or incident.")]
explain = typer.Typer(help="Why an alert, a person or an incident is what it is.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    for command in (review, decide, decisions, tidy):
        app.command(rich_help_panel="Who is who")(command)
    app.add_typer(explain, name="explain", rich_help_panel="Who is who")


def review(
    by: By = None,
    blind: Annotated[bool, typer.Option("--blind", help="Hide the evidence until you have judged.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="How many pairs at most.")] = None,
    kind: KindOf = "person",
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Look at the pairs that the machine is not sure of, the likeliest first, and say of each what you see."""
    from deploy.cli.reviewing import review_all, review_lines

    with _opened(store, kind) as (engine, settings):
        if as_json:
            for line in review_lines(engine, kind, judge_named(by), 1 if limit is None else limit, blind=blind):
                typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            review_all(engine, settings, kind, judge_named(by), blind=blind, limit=limit)


def decide(
    items: Annotated[
        list[str], typer.Argument(help="Two mentions, as agency:report#index; or: undo A B, or: apart A [B…]")
    ],
    why: Why = "",
    same: Annotated[bool, typer.Option("--same", help="They are one.")] = False,
    never: Annotated[bool, typer.Option("--never", help="They are never one.")] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help="You cannot tell.")] = False,
    by: By = None,
    kind: KindOf = "person",
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Say of two mentions that they are one person, or never; take that back (undo); or set one apart from its person.

    The machine acts on it at once, and no report that comes later changes it.
    """
    from deploy.cli.reviewing import carry_out

    said = [verdict for verdict, given in (("same", same), ("never", never), ("unsure", unsure)) if given]
    act, named = (items[0], items[1:]) if items[0] in ("undo", "apart") else ("", items)
    if len(said) != (0 if act else 1) or (act != "apart" and len(named) != 2) or not named:
        fail("name two mentions and one of --same, --never, --unsure; or: undo A B; or: apart A [B…]")
        raise typer.Exit(2)
    with _opened(store, kind) as (engine, settings):
        carry_out(engine, settings, kind, act or said[0], named, judge=judge_named(by), why=why, as_json=as_json)


def decisions(kind: KindOf = "person", store: Store = None, as_json: AsJson = False) -> None:
    """List what people decided: who, when, what, why, and what was undone."""
    from deploy.cli.reviewing import decision_line
    from deploy.cli.show_people import console, show_decisions
    from streams.clusters.decision_log import decisions as log
    from streams.clusters.decision_log import waiting_again
    from streams.linked import names_of
    from streams.store import reading

    with _opened(store, kind) as (engine, _), reading(engine) as connection:
        entries = log(connection, kind)
        names = names_of(connection, kind, {end for entry in entries for end in (entry.a, entry.b)})
        again = waiting_again(connection, kind)
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(decision_line(entry, names, again), ensure_ascii=False))
    elif entries:
        show_decisions(console(), entries, names, again)
    else:
        typer.echo("Nobody has decided anything yet.")


def tidy(
    kind: KindOf = "person",
    whole: Annotated[bool, typer.Option("--all", help="Go over all of them, in doubt or not.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Go over those in doubt again: judged by other rules than today's, or held together by a doubtful pair."""
    from streams.clusters.tidy import tidy as tidy_up
    from streams.linked import kind_named
    from streams.pipeline import drain
    from streams.store import reading

    with _opened(store, kind) as (engine, settings):
        partnership = partnership_of(settings)
        with reading(engine) as connection:
            rules = kind_named(connection, kind)
        done = tidy_up(engine, rules, lambda: drain(engine, partnership, settings.batch), whole=whole)
    if as_json:
        typer.echo(json.dumps({"looked_at": done.looked_at, "changed": done.changed}))
        return
    typer.echo(f"{done.looked_at} looked at, {len(done.changed)} changed")
    for entity, now in sorted(done.changed.items()):
        typer.echo(f"  {entity} is now {', '.join(now) or 'no more'}")


@explain.command("person")
def explain_person(
    entity: Annotated[str, typer.Argument(metavar="ID", help="The person's id, as in the export and in alerts.")],
    whole: Annotated[bool, typer.Option("--all", help="Every link, not the strongest alone.")] = False,
    why: Annotated[str, typer.Option("--why", help="Why you look; it stands in the log with who looked.")] = "",
    by: By = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Why these mentions are one person: each link's evidence in words and bits, and what would change it."""
    remind_of_why(why)
    _explain("person", entity, store, whole=whole, as_json=as_json, looked=(judge_named(by), why))


@explain.command("incident")
def explain_incident(
    entity: Annotated[str, typer.Argument(metavar="ID", help="The incident's id, as in the export.")],
    whole: Annotated[bool, typer.Option("--all", help="Every link, not the strongest alone.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Why these reports are one incident."""
    _explain("incident", entity, store, whole=whole, as_json=as_json)


def _explain(
    kind: str, entity: str, store: str | None, *, whole: bool, as_json: bool, looked: tuple[str, str] | None = None
) -> None:
    """``looked``: who looks at a person, and why."""
    from deploy.cli.show_people import console, show_explanation
    from streams.dedupe import crowd
    from streams.dedupe.words import in_words
    from streams.linked import kind_named
    from streams.matching.explain import explain as explain_entity
    from streams.matching.explained import as_facts
    from streams.store import reading

    with _opened(store, kind) as (engine, _):
        with reading(engine) as connection:
            found = explain_entity(connection, kind_named(connection, kind), entity)
            if found is not None and kind == "incident":
                here = crowd.Here(connection)
                more = here.in_words(here.circle(*(one.item for one in found.members)))
                found = replace(found, account=(*in_words(connection, found.entity), *((more,) if more else ())))
        if found is not None and looked is not None:
            write_down_look(engine, "explain person", entity, *looked)
    if found is None:
        fail(f"the store holds no {kind} {entity}, and held none of that id")
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(as_facts(found), ensure_ascii=False))
    else:
        show_explanation(console(), found, whole=whole)


def remind_of_why(why: str) -> None:
    """Say that the log will hold no reason, where none is given for looking at a person."""
    if not why.strip():
        typer.echo("no --why: the log says that no reason was stated (Data Protection Act 2018, s.62)", err=True)


def write_down_look(engine: "Engine", command: str, person: str, who: str, why: str) -> None:
    """Log who looked at a person, by which command, and why."""
    from streams.keeping.log import COMMANDS, log
    from streams.store import writing

    detail = {"command": command, "reason": "stated" if why.strip() else "not stated"}
    said = {"at": datetime.now(UTC), "actor": who[:80], "act": "consultation", "subject": f"person:{person[:60]}"}
    with writing(engine) as connection:
        log(connection, COMMANDS, [said | {"detail": detail, "why": why}])


@contextmanager
def _opened(store: str | None, kind: str) -> "Iterator[tuple[Engine, Settings]]":
    from deploy.store import ready_store

    if kind not in ("person", "incident"):
        fail(f"no kind {kind!r}; there are: person, incident")
        raise typer.Exit(2)
    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        yield engine, settings
    finally:
        engine.dispose()


def judge_named(by: str | None) -> str:
    """Who acts: the user the command is run as, else as said, else the login's name."""
    if (named := acting_name() or by) is not None:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        fail("this login has no name; say who decides with --by")
        raise typer.Exit(2) from None
