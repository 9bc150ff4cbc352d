"""The commands for a person's own requests: what is held of them, putting it right, erasing it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import AsJson, Broker, Out, Store, fail, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from streams.keeping.erase import Done
    from streams.keeping.subject import Subject

subject = typer.Typer(no_args_is_help=True, help="A person's requests: access, rectification, erasure.")
Names = Annotated[
    list[str] | None,
    typer.Argument(help="A person's id, a report (agency:id), or one mention (agency:id#index); several are one."),
]
Name = Annotated[str | None, typer.Option("--name", help="Words of a name, to find the mentions to name.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the log.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")]


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(subject, name="subject", rich_help_panel="What is kept")


@subject.command("export")
def subject_export(
    names: Names = None,
    name: Name = None,
    why: Why = "",
    by: By = None,
    words: Annotated[
        bool, typer.Option("--words", help="What people wrote about them in full: it may tell of others.")
    ] = False,
    out: Out = None,
    store: Store = None,
) -> None:
    """Write all that is held of a person as JSON, others' data left out; with --name, list who that may be."""
    from deploy.store import ready_store
    from streams.keeping.access import holdings
    from streams.keeping.log import COMMANDS, log
    from streams.store import reading, writing

    judge = judge_named(by)
    _reason(why)
    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            found: Any = (
                _listed(connection, name) if name else holdings(connection, _named(connection, names), words=words)
            )
        asked = "a name" if name else ",".join(names or ())[:180]
        with writing(engine) as connection:
            said = {"at": datetime.now(UTC), "actor": judge, "act": "consultation", "subject": f"subject:{asked}"}
            log(connection, COMMANDS, [said | {"detail": {"command": "subject export", "words": words}, "why": why}])
    finally:
        engine.dispose()
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
    else:
        out.touch(mode=0o600)
        out.write_text(text + "\n", "utf-8")


@subject.command("erase")
def subject_erase(
    names: Names = None,
    why: Why = "",
    yes: Yes = False,
    by: By = None,
    topics: Annotated[bool, typer.Option("--topics/--no-topics", help="Erase on the broker's topics too.")] = True,
    store: Store = None,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Erase whole reports, or a person out of the reports that name them; a dry run unless --yes is given."""
    from deploy.erasing import erase_everywhere
    from deploy.store import ready_store
    from streams.keeping.erasing import reach
    from streams.keeping.retention import held
    from streams.store import reading

    judge = judge_named(by)
    _reason(why)
    settings = settings_with(store=store, broker=broker)
    engine = ready_store(settings)
    try:
        with reading(engine) as connection:
            who = _named(connection, names)
            reached = reach(connection, who)
            on_hold = sorted(held(connection) & who.refs)
        plan: dict[str, Any] = {"reports": sorted(who.whole)}
        plan["people_in_reports"] = {ref: sorted(at) for ref, at in sorted(who.people.items())}
        plan |= {"alerts_found_anew": len(reached.alerts), "records_on_topics": len(reached.places)}
        if on_hold:
            fail(f"{', '.join(on_hold)}: held; release it first (tocsin retention release)")
            raise typer.Exit(1)
        if not yes:
            typer.echo(json.dumps(plan) if as_json else _plan(plan))
            return
        done, told = erase_everywhere(engine, settings, partnership_of(settings), who, judge, why, topics=topics)
    finally:
        engine.dispose()
    _tell(done, told, as_json)
    if not done.proven:
        raise typer.Exit(1)


def _plan(plan: dict[str, Any]) -> str:
    return (
        f"would erase {len(plan['reports'])} whole reports, and people out of {len(plan['people_in_reports'])};\n"
        f"{plan['alerts_found_anew']} alerts are found anew, {plan['records_on_topics']} records taken off topics.\n"
        "nothing was done: --yes does it, and there is no way back"
    )


def _tell(done: "Done", told: list[str], as_json: bool) -> None:
    facts = {
        "keys_destroyed": done.erasure.keys,
        "unreadable_after_s": round(done.unreadable_after_s, 3),
        "settled": done.settled,
        "others_before": done.before,
        "others_after": done.after,
        "left_in": list(done.left),
        "proven": done.proven,
        "named_in": [asdict(one) for one in done.named],
        "not_done": told,
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    typer.echo(f"{done.erasure.keys} bodies made unreadable within {done.unreadable_after_s:.2f} s")
    typer.echo(f"everything else: {done.before} before, {done.after} after")
    for sentence in told:
        fail(sentence)
    if not done.settled:
        fail("the worker has not come to all of it yet: run this again to have it proven")
    for place in done.left:
        fail(f"something is left in {place}")
    for one in done.named:
        fail(f"to be looked at: {one.where} ({one.kind} of {one.by}) names them {one.how}, in {', '.join(one.words)}")
    if done.named:
        fail(
            "where it is them: tocsin subject redact for what people wrote, a new version from its agency for a report"
        )


@subject.command("redact")
def subject_redact(
    places: Annotated[list[str], typer.Argument(help="What was written, as an erasure lists it: work:id, said:id.")],
    why: Why = "",
    yes: Yes = False,
    by: By = None,
    store: Store = None,
) -> None:
    """Take out what people wrote freely in a task, step, ban or reason, with all it said before; the thing stays."""
    from deploy.backups import keep_erased_list
    from deploy.store import ready_store
    from streams.keeping.again import redact_for_good
    from streams.keeping.compact import compact
    from streams.keeping.log import COMMANDS, log
    from streams.keeping.words import written
    from streams.store import reading, writing

    judge = judge_named(by)
    _reason(why)
    engine = ready_store(settings_with(store=store))
    try:
        with reading(engine) as connection:
            there = {one.where for one in written(connection)}
        if missing := sorted(set(places) - there):
            fail(f"nothing that people wrote stands at {', '.join(missing)}")
            raise typer.Exit(1)
        if not yes:
            typer.echo(f"would take all words out of {', '.join(places)}; nothing was done: --yes does it")
            return
        at = datetime.now(UTC)
        with writing(engine) as connection:
            redact_for_good(connection, places, at)
            said = {"at": at, "actor": judge, "act": "erasure", "detail": {"words": "redacted"}, "why": why}
            log(connection, COMMANDS, [said | {"subject": f"written:{where}"} for where in places])
        keep_erased_list(engine)
        for sentence in compact(engine):
            fail(sentence)
    finally:
        engine.dispose()
    typer.echo(f"the words of {', '.join(places)} are no more")


@subject.command("rectify")
def subject_rectify(
    mention: Annotated[str, typer.Argument(help="The mention, as agency:id#index.")],
    put: Annotated[
        list[str], typer.Option("--set", help="field=value, such as born=1988-04-17; field= takes it away.")
    ],
    why: Why = "",
    yes: Yes = False,
    by: By = None,
    store: Store = None,
) -> None:
    """Put right what a report says of a person, where its agency cannot send a new version; what it said is erased."""
    from deploy.store import ready_store
    from streams.carry_on import carry_on
    from streams.keeping.rectifying import NotRight, rectify
    from streams.store import reading, writing

    judge = judge_named(by)
    _reason(why)
    settings = settings_with(store=store)
    engine = ready_store(settings)
    try:
        with reading(engine) as connection:
            who = _named(connection, [mention])
        if not who.people or any("=" not in one for one in put):
            fail("name one mention, as agency:id#index, and fields as field=value")
            raise typer.Exit(2)
        changes = {field: value or None for field, _, value in (one.partition("=") for one in put)}
        if not yes:
            typer.echo(f"would put right {', '.join(sorted(changes))} of {mention}; nothing was done: --yes does it")
            return
        try:
            with writing(engine) as connection:
                rectify(connection, who, changes, judge, why, datetime.now(UTC))
        except NotRight as error:
            fail(str(error))
            raise typer.Exit(2) from None
        carry_on(engine, partnership_of(settings), settings.batch)
    finally:
        engine.dispose()
    typer.echo(f"{mention} is put right; its agency's next version takes its place")


def _named(connection: "Connection", names: list[str] | None) -> "Subject":
    from streams.keeping.subject import NotHeld, subject_of

    if not names:
        fail("name a person, a report or a mention")
        raise typer.Exit(2)
    try:
        return subject_of(connection, names)
    except NotHeld as error:
        fail(str(error))
        raise typer.Exit(1) from None


def _listed(connection: "Connection", name: str) -> list[dict[str, str]]:
    from streams.keeping.subject import NotHeld, named

    try:
        found = named(connection, name)
    except NotHeld as error:
        fail(str(error))
        raise typer.Exit(2) from None
    return [{"mention": mention, "person": person, "called": called} for mention, person, called in found]


def _reason(why: str) -> None:
    if not why.strip():
        fail("say why with --why: the Data Protection Act 2018, s.62 asks for it, and it stands in the log")
        raise typer.Exit(2)
