"""Playing the scenario: the weeks before at full speed, then the fortnight by its own clock."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.words import UK
from deploy.demo.accounts import SentReport
from deploy.demo.board import Board
from deploy.demo.hearing import Hearing
from deploy.demo.looking import Standing, look
from deploy.demo.machine import Machine
from deploy.demo.screen import Screen
from deploy.demo.sending import Senders
from deploy.demo.simulator import Simulation

FORTNIGHT = timedelta(days=14)
LOOK_EVERY_S = 0.5
STANDSTILL_S = 90.0  # the pipeline moved nothing for this long
CHUNK = 500
CALM_S = 3.0  # longer than the pipeline's timer, which judges days and closes what is over


class Standstill(Exception):
    """The pipeline stopped moving before it was through."""


@dataclass(slots=True, kw_only=True)
class Play:
    """A scenario being played on a machine."""

    board: Board
    screen: Screen
    machine: Machine
    senders: Senders
    hearing: Hearing
    sent: Simulation
    began: float = field(default_factory=time.monotonic)
    through_s: float = 0.0  # from the first report to the last thing told
    history_s: float = 0.0
    _looked: float = 0.0

    def history(self) -> None:
        """Send the weeks before at full speed, and wait until the pipeline has taken them in."""
        before = [report for report in self.sent.reports if report.sent_at < self.sent.fortnight]
        self.board.do(f"sending {len(before):,} reports of the weeks before at full speed")
        self.screen.tick()
        self.began = time.monotonic()
        for start in range(0, len(before), CHUNK):
            self.senders.send(before[start : start + CHUNK])
            self.turn(0.0)
        self.senders.flush()
        self._catch_up("the pipeline to take in the weeks before", calm_s=0.0)
        self.history_s = time.monotonic() - self.began
        self.board.history = self.senders.total
        self.board.known_before = len(self.hearing.standing())
        self.senders.sent_at.clear()  # an alert is timed by reports of the fortnight alone
        for heard in self.hearing.alerts.values():
            heard.after_s = None

    def fortnight(self, seconds: float) -> None:
        """Send the fortnight's reports as its clock goes, listening all the while."""
        before = Counter(self.senders.by_agency)
        rest = [report for report in self.sent.reports if report.sent_at >= self.sent.fortnight]
        self.board.do("playing the fortnight")
        start, done = time.monotonic(), 0
        while self.board.share < 1:
            self.board.share = min(1.0, (time.monotonic() - start) / seconds)
            now = self.sent.fortnight + FORTNIGHT * self.board.share
            upto = sent_by(rest, now, done)
            self.senders.send(rest[done:upto])
            done = upto
            self.board.clock = now.astimezone(UK)
            self.board.sent = self.senders.by_agency - before
            self.turn(0.1)
        self.senders.flush()
        self._catch_up("the pipeline to finish, days and all", calm_s=CALM_S)
        self.board.clock = None
        self.through_s = time.monotonic() - self.began

    def turn(self, wait_s: float) -> None:
        """Listen for a moment, look at the pipeline now and then, and show it."""
        for news in self.hearing.listen(wait_s, self.senders.sent_at):
            if self.board.history:  # what the weeks before raise is counted, not told
                self.screen.alert(self.board.note(news))
        self.board.total = self.senders.total
        if time.monotonic() - self._looked > LOOK_EVERY_S:
            self.machine.tend()
            self.board.standing = look(self.machine.engine)
            self._looked = time.monotonic()
        self.screen.tick()

    def _catch_up(self, what: str, *, calm_s: float) -> None:
        """Wait until nothing is left to do, and nothing new comes up for ``calm_s``; raises ``Standstill``."""
        moved = calm = time.monotonic()
        last: tuple[Standing, int] | None = None
        while True:
            self._looked = 0.0
            self.turn(0.25)
            now, standing = time.monotonic(), (self.board.standing, len(self.hearing.alerts))
            left = self.board.standing.behind(self.senders.total, days=calm_s > 0)
            if left or self.hearing.behind():
                calm = now
            elif now - calm >= calm_s:
                return
            if standing != last:
                last, moved = standing, now
            if now - moved > STANDSTILL_S:
                raise Standstill(f"the pipeline stands still: {left or 'alerts are owed'}; see worker.log")
            self.board.do(f"waiting for {what}", left or "the last alerts")


def sent_by(reports: Sequence[SentReport], now: datetime, start: int) -> int:
    """One past the last report that is sent by ``now``."""
    while start < len(reports) and reports[start].sent_at <= now:
        start += 1
    return start
