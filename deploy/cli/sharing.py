"""Commands about what may pass: agreements, who has seen what, and asking an owner."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import Agency, AsJson, Store, fail, known_agency, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from schemas.agreements import Agreement
    from schemas.settings import Settings

agreements = typer.Typer(help="What agencies agreed to share.", no_args_is_help=True)
access = typer.Typer(help="Asking an owner for what it holds.", no_args_is_help=True)
Why = Annotated[str, typer.Option("--why", help="The reason; it is on record.")]
On = Annotated[str | None, typer.Option("--on", help="A day, such as 2026-11-25. Default: today.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(agreements, name="agreements", rich_help_panel="Sharing")
    app.add_typer(access, name="access", rich_help_panel="Sharing")
    app.command(rich_help_panel="Sharing")(shared)


@agreements.command("check")
def agreements_check(as_json: AsJson = False) -> None:
    """Say whether the agreements can be read, and what about them wants looking at."""
    partnership = partnership_of(settings_with())
    notes = [note for one in partnership.agreements for note in _notes(one)]
    told = {name for one in partnership.agreements for name in one.receivers}
    notes += [f"{name} is told nothing of others' reports" for name in sorted(set(partnership) - told)]
    if as_json:
        typer.echo(json.dumps({"agreements": [one.id for one in partnership.agreements], "notes": notes}))
    else:
        typer.echo(f"{len(partnership.agreements)} agreements can be read")
        typer.echo("\n".join(notes))


def _notes(one: "Agreement") -> list[str]:
    today = date.today()  # noqa: DTZ011 - the day here
    found = [f"{one.id} is the example shipped: replace it by what was signed"] if one.example else []
    if one.valid_to is not None and one.valid_to < today:
        found.append(f"{one.id} ended on {one.valid_to}: nothing passes by it")
    if one.valid_from > today:
        found.append(f"{one.id} begins on {one.valid_from}")
    return found


@agreements.command("list")
def agreements_list(on: On = None, as_json: AsJson = False) -> None:
    """Say who is told what by whom on a day."""
    partnership = partnership_of(settings_with())
    day = _day(on)
    rows = [
        {"to": to, "from": giver, "agreement": one.id, **_terms(one)}
        for one in partnership.agreements
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
        for to in sorted(one.receivers)
        for giver in sorted(one.givers - {to})
    ]
    if as_json:
        typer.echo(json.dumps(rows))
    elif not rows:
        typer.echo(f"none is in force on {day}: nothing passes")
    else:
        for row in _in_sentences(rows, others=len(partnership) - 1):
            typer.echo(row)


def _terms(one: "Agreement") -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "basis": one.basis,
        "categories": ["*"] if one.categories is None else sorted(one.categories),
        "details": ["*"] if one.details is None else sorted(one.details),
        "fields": sorted(one.fields),
        "roles": sorted(one.roles),
        "keep_days": one.keep_days,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
        "sanitised": one.sanitised,
        "pointer": one.pointer,
    }


def _in_sentences(rows: list[dict[str, Any]], *, others: int) -> list[str]:
    givers: dict[tuple[str, str], list[str]] = {}
    terms = {(row["to"], row["agreement"]): row for row in rows}
    for row in rows:
        givers.setdefault((row["to"], row["agreement"]), []).append(row["from"])
    return [
        f"{to}: from {', '.join(some) if len(some) < others else 'every other agency'} "
        f"by {name} ({terms[to, name]['basis']}): {_passing(terms[to, name])}"
        for (to, name), some in sorted(givers.items())
    ]


def _passing(row: dict[str, Any]) -> str:
    return "that they hold something" if row["pointer"] else ", ".join(row["fields"]) or "what, when and how many"


def shared(
    named: Annotated[str, typer.Argument(help="A report, as agency:id, or an alert's id.")],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Say who was given copies that rest on a report, or copies of an alert, and who still has them."""
    from deploy.store import ready_store
    from streams.sharing.seen_by import seen_by
    from streams.store import reading

    engine = ready_store(settings_with(store=store))
    with reading(engine) as connection:
        lines = seen_by(connection, named)
    engine.dispose()
    if as_json:
        typer.echo(json.dumps(lines))
        return
    for line in lines:
        still = "still held" if line["held"] else "pulled back"
        typer.echo(f"{line['at']}  {line['to']}  {line['subject']} version {line['version']}, {still}")
    if not lines:
        typer.echo(f"nobody was given anything that rests on {named}")


@access.command("ask")
def access_ask(
    agency: Agency,
    of: Annotated[str, typer.Option("--of", help="The agency that is asked.")],
    about: Annotated[str, typer.Option("--about", help="A report of one's own, as agency:id, or an alert one has.")],
    why: Why,
    by: By = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Ask another agency for what it holds beside a report or an alert of one's own."""
    from streams.sharing.access import ask

    judge = judge_named(by)

    def work(connection: Any, settings: "Settings") -> str:
        partnership, at = partnership_of(settings), datetime.now(UTC)
        return ask(connection, partnership, asker=agency, owner=of, about=about, why=why, by=judge, at=at)

    number = _on_record(store, work)
    typer.echo(json.dumps({"asked": number}) if as_json else f"{of} is asked; {number}")


@access.command("list")
def access_list(agency: Agency, store: Store = None, as_json: AsJson = False) -> None:
    """What an agency asked and was asked, with the answers."""
    from streams.sharing.access import askings

    rows = _on_record(store, lambda connection, _: askings(connection, agency))
    if as_json:
        typer.echo(json.dumps(rows, default=lambda at: at.isoformat()))
        return
    for row in rows:
        said = "not answered" if row["answer"] is None else f"{row['answer']}: {row['reason']}"
        typer.echo(f"{row['id']}  {row['asker']} asks {row['owner']} about {row['about']} ({row['why']}): {said}")


@access.command("answer")
def access_answer(
    number: Annotated[str, typer.Argument(help="The asking's id.")],
    agency: Agency,
    why: Why,
    yes: Annotated[bool, typer.Option("--yes/--no", help="Whether it is opened.")],
    by: By = None,
    opens: Annotated[
        list[str] | None, typer.Option("--opens", help="A report of one's own, or an alert: one's reports in it.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="For how long.")] = 28,
    store: Store = None,
) -> None:
    """Answer what was asked; a yes opens exactly what is named, to who asked, for so long."""
    from streams.sharing.access import answer, held_beside

    judge = judge_named(by)

    def work(connection: Any, _: "Settings") -> None:
        at = datetime.now(UTC)
        refs = {ref for one in opens or () for ref in ([one] if ":" in one else held_beside(connection, one, agency))}
        until = at + timedelta(days=days)
        answer(connection, number, owner=agency, yes=yes, reason=why, by=judge, at=at, opens=refs, until=until)

    known_agency(agency, partnership_of(settings_with(store=store)))
    _on_record(store, work)
    typer.echo("answered")


def _on_record(store: str | None, work: Any) -> Any:
    """Do it in one transaction, let what follows from it be told, and end with a sentence where it cannot be."""
    from deploy.store import ready_store
    from streams.carry_on import carry_on
    from streams.sharing.access import Refused
    from streams.store import writing

    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        with writing(engine) as connection:
            done = work(connection, settings)
        carry_on(engine, partnership_of(settings), settings.batch)
    except Refused as refused:
        fail(str(refused))
        raise typer.Exit(2) from None
    finally:
        engine.dispose()
    return done


def _day(typed: str | None) -> date:
    try:
        return date.today() if typed is None else date.fromisoformat(typed)  # noqa: DTZ011 - the day here
    except ValueError:
        fail(f"{typed!r} is no day; write it as 2026-11-25")
        raise typer.Exit(2) from None
