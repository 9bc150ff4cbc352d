"""Commands that run Tocsin: all of it, or one part."""

import faulthandler
import os
import signal
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.brokers import furnish, reach_broker
from deploy.cli.options import Broker, Secure, Store, fail, partnership_of, settings_with
from schemas.access import settings_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from deploy.broker.embedded import RunningBroker
    from deploy.watchdog import Watchdog
    from schemas.agencies import Partnership
    from schemas.settings import Settings

ALONE = ("worker", "--alone")


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    for command in (demo, up, worker, web, broker):
        app.command(rich_help_panel="Run")(command)


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="Stop when the scenario is through; 1 if a story is missed.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=5, help="How long the fortnight plays.")] = 120.0,
    seed: Annotated[int, typer.Option(help="Which fortnight.")] = 7,
    picture: Annotated[Path | None, typer.Option(help="Write the last screen as SVG.")] = None,
) -> None:
    """Show the whole system at work on this machine, with a simulated partnership."""
    from deploy.demo.runner import run_demo

    settings = settings_with()
    raise typer.Exit(run_demo(settings, exit=leave, seconds=seconds, seed=seed, picture=picture))


def up(
    store: Store = None,
    broker: Broker = None,
    secure: Secure = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes (more than one needs PostgreSQL).")] = 1,
) -> None:
    """Run all parts: the broker if none is named, the topics, the workers and the page."""
    from deploy.page import NotSafe, someone_can_come
    from deploy.processes import Part, environment
    from deploy.watchdog import watch_over

    settings = settings_with(store=store, broker=broker, secure=secure)
    if workers > 1 and settings.store_url.startswith("sqlite"):
        fail("SQLite takes one writer at a time: more than one worker needs PostgreSQL (--store postgresql://…)")
        raise typer.Exit(2)
    try:
        anyone = someone_can_come(settings, partnership_of(settings))
    except NotSafe as why:
        fail(str(why))
        raise typer.Exit(2) from None
    running = reach_broker(settings)
    parts: list[Part] = []
    try:
        furnish(running, settings)
        reached = {"broker": running.workers_at, **settings_of(running.workers)}
        if running.safe is not None:
            reached["logins"] = running.safe.logins
        env = environment(settings.model_copy(update=reached))
        crew = [Part(name=f"worker {n + 1}", arguments=ALONE, environment=env) for n in range(workers)]
        parts = [*crew, Part(name="web", arguments=("web",), environment=env)]
        if settings.notice_hosts or settings.notice_smtp:
            parts.append(Part(name="notices", arguments=("notices", "run"), environment=env))
        stopped = stop_signal()
        watch_over(crew, _watchdog(running, settings), stopped)
        for part in parts:
            part.start()
        page = f"page http://{settings.web_host}:{settings.web_port}/"
        typer.echo(f"broker {running.bootstrap}{_how(running)}, {page} — Ctrl-C stops all")
        if not anyone:
            typer.echo("nobody can sign in at the page yet: tocsin users add NAME --agency AGENCY --role administrator")
        while not stopped.wait(0.5):
            for part in parts:
                part.tend()
    finally:
        for part in parts:
            part.stop()
        running.stop()


def worker(
    store: Store = None,
    broker: Broker = None,
    alone: Annotated[bool, typer.Option("--alone", help="With nothing beside it that ends it when it hangs.")] = False,
) -> None:
    """Run one worker: it takes what agencies send through every stage; one that hangs or ends is started again."""
    settings = settings_with(store=store, broker=broker)
    if alone:
        _work(settings)
    else:
        _watch_a_worker(settings)


def _watch_a_worker(settings: "Settings") -> None:
    from deploy.processes import Part, environment
    from deploy.watchdog import watch_over

    running = reach_broker(settings)
    env = environment(settings.model_copy(update={"broker": running.workers_at, **settings_of(running.workers)}))
    part = Part(name="worker", arguments=ALONE, environment=env)
    try:
        stopped = stop_signal()
        watch_over([part], _watchdog(running, settings), stopped)
        part.start()
        while not stopped.wait(0.5):
            if part.refused_to_start:
                raise typer.Exit(1)
            part.tend()
    finally:
        part.stop()
        running.stop()


def _watchdog(running: "RunningBroker", settings: "Settings") -> "Watchdog":
    from deploy.store import ready_store
    from deploy.watchdog import Watchdog

    return Watchdog(
        engine=ready_store(settings),
        bootstrap=running.workers_at,
        login=running.workers.login,
        partnership=partnership_of(settings),
        patience_s=settings.standstill_s,
    )


def _work(settings: "Settings") -> None:
    from deploy.processes import end_with_parent
    from deploy.seeing.parts import worker_seen
    from deploy.store import ready_store, signer_of
    from streams.app import make_worker, run_worker
    from streams.beside import Beside
    from streams.collecting import collect_seldom, few_arenas
    from streams.fail_points import VARIABLE, UnknownFailPoint, arm

    end_with_parent()
    few_arenas()
    faulthandler.enable()  # asked to abort, it writes down where it hangs
    try:
        arm(os.environ.get(VARIABLE))
    except UnknownFailPoint as unknown:
        fail(str(unknown))
        raise typer.Exit(2) from None
    partnership = partnership_of(settings)
    collect_seldom()
    with closing(Beside(partial(ready_store, settings), partnership, settings.batch)) as stages:
        engine = ready_store(settings)
        running = reach_broker(settings)
        try:
            _start_ledgers_anew(engine, running, partnership, settings)
            signer = signer_of(settings, engine)
            made = make_worker(
                settings, engine, running.workers_at, partnership, stages, access=running.workers, signer=signer
            )
            with worker_seen(settings, engine, partnership, running.workers_at, running.workers.login, made):
                run_worker(made)
        finally:
            running.stop()


def _start_ledgers_anew(
    engine: "Engine", running: "RunningBroker", partnership: "Partnership", settings: "Settings"
) -> None:
    """Say which topics were made anew since the ledger counted them, and count those from their beginning."""
    import structlog

    from deploy.broker.errors import BrokerRefused
    from deploy.broker.topics import topic_ids
    from streams.ledger import know_topics

    try:
        ids = topic_ids(running.workers_at, partnership, settings, running.workers.login)
    except BrokerRefused as refused:
        fail(str(refused))
        raise typer.Exit(1) from None
    for topic in know_topics(engine, ids):
        structlog.get_logger().error("a topic was made anew; reading it from its beginning", topic=topic)


def web(
    store: Store = None,
    port: Annotated[int | None, typer.Option(help="Port of the page; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many processes answer beside each other.")] = None,
    listening: Annotated[int | None, typer.Option(hidden=True, help="A socket that is open already.")] = None,
) -> None:
    """Run the page."""
    from socket import socket

    from deploy.page import NotSafe, serve
    from deploy.processes import end_with_parent
    from deploy.store import ready_store

    end_with_parent()
    settings = settings_with(store=store, web_port=port, web_workers=workers)
    try:
        if settings.web_workers > 1 and listening is None:
            _web_together(settings)
            return
        taken = None if listening is None else socket(fileno=listening)
        serve(settings, ready_store(settings), partnership_of(settings), listening=taken)
    except NotSafe as why:
        fail(str(why))
        raise typer.Exit(2) from None


def _web_together(settings: "Settings") -> None:
    from deploy.page import someone_can_come
    from deploy.pages import serve_together

    someone_can_come(settings, partnership_of(settings))
    try:
        if not serve_together(settings, stop_signal()):
            raise typer.Exit(1)
    except OSError as taken:
        fail(f"the page cannot listen on {settings.web_host}:{settings.web_port}: {taken.strerror}")
        raise typer.Exit(1) from None


def broker(secure: Secure = None) -> None:
    """Run the embedded broker alone, until Ctrl-C."""
    from deploy.broker.embedded import ensure_broker

    settings = settings_with(secure=secure)
    running = ensure_broker(settings)
    try:
        furnish(running, settings)
        typer.echo(
            f"broker at {running.bootstrap}{_how(running)}{'' if running.started_here else ' (already running)'}"
        )
        stop_signal().wait()
    finally:
        running.stop()


def _how(running: "RunningBroker") -> str:
    if running.safe is None:
        return ""
    return f" (secured; agencies' logins in {running.safe.logins}, workers at {running.workers_at})"


def stop_signal() -> threading.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    stopped = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stopped.set())
    return stopped
