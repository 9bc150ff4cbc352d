"""The demo: the whole of Tocsin on one machine, a simulated partnership sending, and which stories were heard."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import current_thread, main_thread

from consumers.broker import BrokerTrouble, hush_kafka
from consumers.publisher import NotSent
from consumers.words import UK
from deploy.broker.embedded import BrokerAway
from deploy.demo.addresses import load_addresses
from deploy.demo.board import Board, Summary
from deploy.demo.closing import sum_up
from deploy.demo.hearing import Hearing, alert_consumer
from deploy.demo.machine import DemoBusy, running_machine
from deploy.demo.picture import save_picture
from deploy.demo.play import Play, Standstill
from deploy.demo.screen import Screen, screen_for
from deploy.demo.sending import Senders
from deploy.demo.simulator import simulate
from schemas.settings import Settings

STOPPED = 130  # what a shell says of a program that Ctrl-C ended


def run_demo(
    settings: Settings,
    *,
    exit: bool,
    seconds: float = 120.0,
    seed: int = 7,
    picture: Path | None = None,
    history_weeks: int = 10,
) -> int:
    """Play the demo; 0 when every story came out as it should and nothing was lost.

    ``exit``: stop when the fortnight is through, else stay up until Ctrl-C. ``seconds``: how long the fortnight plays.
    """
    hush_kafka()
    board = Board(seed=seed)
    with _interruptible(), screen_for(board) as screen:
        try:
            return _play(settings, board, screen, leave=exit, seconds=seconds, picture=picture, weeks=history_weeks)
        except KeyboardInterrupt:
            return STOPPED
        except (DemoBusy, BrokerAway, BrokerTrouble, NotSent, Standstill) as trouble:
            board.summary = Summary(verdicts=[], facts=[], troubles=[str(trouble)])
            screen.close()
            return 1


@contextmanager
def _interruptible() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, and Ctrl-C even where a shell's background had it ignored: either way all is stopped."""
    if current_thread() is not main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {wanted: signal.signal(wanted, interrupt) for wanted in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for wanted, was in before.items():
            signal.signal(wanted, was)


def last_fortnight(today: date) -> date:
    """The Monday on which the last fortnight began that is over, Sunday included, by ``today``."""
    return today - timedelta(days=today.weekday() + 14)


def _play(
    settings: Settings, board: Board, screen: Screen, *, leave: bool, seconds: float, picture: Path | None, weeks: int
) -> int:
    def tell(what: str) -> None:
        board.do(what)
        screen.tick()

    start = last_fortnight(datetime.now(UK).date())
    tell(f"simulating {weeks} weeks and the fortnight from {start:%d %B %Y}")
    sent = simulate(board.seed, history_weeks=weeks, start=start)
    with ExitStack() as ends:
        machine = ends.enter_context(running_machine(settings, tell))
        board.page, board.password = machine.page, machine.password
        tell(f"the page is at {machine.page}: sign in as police, housing or another agency, with {machine.password}")
        addresses = load_addresses(machine.engine, sent.town, machine.settings.var / "addresses.csv")
        tell(f"{addresses:,} addresses are loaded, so that maps have their streets")
        tell("letting the agencies' publishers find the broker")
        senders = ends.enter_context(Senders(machine.bootstrap, machine.settings.var / "reports.jsonl"))
        hearing = ends.enter_context(Hearing(alert_consumer(machine.bootstrap), machine.partnership))
        play = Play(board=board, screen=screen, machine=machine, senders=senders, hearing=hearing, sent=sent)
        play.history()
        play.fortnight(seconds)
        board.summary = sum_up(play)
        if picture:
            save_picture(board, picture)
        if not leave:
            _stay(play)
        tell("stopping everything")
    if leave:
        screen.close()
    return 0 if board.summary.well else 1


def _stay(play: Play) -> None:
    board = play.board
    board.do(f"all is up: look at {board.page} (sign in as police, with {board.password}) and stop it with Ctrl-C")
    play.screen.close()
    with suppress(KeyboardInterrupt):
        while True:
            play.turn(0.5)
