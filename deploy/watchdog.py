"""Ends a worker that stands still behind waiting records; from outside it, for it may be past helping itself.

A worker that waits for a store or a broker that is away does as it should and is left alone. Ending is as a power cut
would: nothing is lost by it, and the records go to whoever has the partition next.
"""

import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from consumers.broker import Login, admin_client
from deploy.processes import Part
from deploy.seeing.broker_figures import BrokerLook
from schemas.agencies import Partnership
from schemas.topics import PIPELINE_GROUP
from streams.lease import hold, holder_of, let_go
from streams.ledger import positions

LOOKS = 12  # in the time a worker is given
# A worker that has just started has so long to take its place among the others and what waits for it.
STARTS_WITHIN_S = 60.0
# A locked store may be the worker's own doing, or somebody's at the shell: it is given so many times as long.
LOCKED_TIMES = 3
# A worker that stands still again at once is given twice as long each time, for its work may only be slow.
LONGEST_TIMES = 16

Place = tuple[str, int]
log = structlog.get_logger()


@dataclass(slots=True)
class Stillness:
    """For how long each partition has stood still behind waiting records."""

    _seen: dict[Place, tuple[int, float]] = field(default_factory=dict)

    def look(self, now: float, taken: Mapping[Place, int], ends: Mapping[Place, int]) -> dict[Place, float]:
        """Seconds for which each partition with records waiting has not moved."""
        still = {}
        for place, end in ends.items():
            at = taken.get(place, 0)
            if at >= end:
                self._seen.pop(place, None)
                continue
            before, since = self._seen.get(place, (-1, now))
            self._seen[place] = (at, since if before == at else now)
            still[place] = now - self._seen[place][1]
        return still

    def begin_anew(self) -> None:
        """Count from now on: nothing could move."""
        self._seen.clear()


@dataclass(slots=True, kw_only=True)
class Watchdog:
    """Looks after the workers that are parts of this process; ``patience_s`` is how long each may stand still."""

    engine: Engine
    bootstrap: str
    login: Login
    partnership: Partnership
    patience_s: float
    starts_within_s: float = STARTS_WITHIN_S
    _stillness: Stillness = field(default_factory=Stillness)
    _times: int = 1
    _ended: dict[Place, int] = field(default_factory=dict)  # where those stood that a worker was ended for

    def watch(self, workers: Sequence[Part], stopped: threading.Event) -> None:
        """Look every few seconds until stopped, and end what stands still."""
        while not stopped.wait(self.patience_s / LOOKS):
            try:
                for worker in self.look(workers, time.monotonic()):
                    log.error("a worker stands still behind waiting records; ending it", part=worker.name)
                    worker.end()
            except Exception as error:
                # away is away for the workers too, and whatever else is amiss here, none of them is to blame for it
                log.warning("the watchdog cannot look; it counts from now", why=type(error).__name__)
                self._stillness.begin_anew()

    def look(self, workers: Sequence[Part], now: float) -> list[Part]:
        """The workers to end; raises what the store or the broker raises where either is away."""
        taken = positions(self.engine)
        still = self._stillness.look(now, taken, self._ends())
        if any(taken.get(place, 0) != at for place, at in self._ended.items()):
            self._times, self._ended = 1, {}
        patience = self.patience_s * self._times
        stuck = {place for place, seconds in still.items() if seconds >= patience}
        if not stuck or (self._locked() and max(still.values()) < patience * LOCKED_TIMES):
            return []
        guilty = self._guilty(workers, stuck)
        if guilty:
            self._times = min(self._times * 2, LONGEST_TIMES)
            self._ended = {place: taken.get(place, 0) for place in stuck}
            self._stillness.begin_anew()
        return guilty

    def _guilty(self, workers: Sequence[Part], stuck: set[Place]) -> list[Part]:
        """Of our workers those that have a stuck partition, and all of them where nobody has it."""
        owners = self._owners()
        running = [worker for worker in workers if worker.running and worker.age_s >= self.starts_within_s]
        if any(place not in owners for place in stuck):
            return running
        theirs = {owners[place] for place in stuck}
        return [worker for worker in running if worker.process and holder_of(worker.process.pid) in theirs]

    def _ends(self) -> dict[Place, int]:
        """One past the last record of each partition that the ledger counts and that holds any still."""
        figures = BrokerLook(bootstrap=self.bootstrap, partnership=self.partnership, login=self.login)()
        return {place: end for place, end in figures.ends.items() if end > figures.starts[place]}

    def _owners(self) -> dict[Place, str]:
        """Which client of the workers' group has which partition now."""
        with admin_client(self.bootstrap, 10.0, self.login) as admin:
            group = admin.describe_groups([PIPELINE_GROUP])[PIPELINE_GROUP]
        return {
            (assigned["topic"], partition): member["client_id"]
            for member in group["members"]
            for assigned in (member["member_assignment"] or {}).get("assigned_partitions", ())
            for partition in assigned["partitions"]
        }

    def _locked(self) -> bool:
        """Whether another holds the store locked; raises where it cannot be written to at all."""
        name = f"watchdog {socket.gethostname()}"
        try:
            hold(self.engine, name, name, datetime.now(UTC), timedelta(seconds=1))
            let_go(self.engine, name, name)
        except DBAPIError as error:
            if "locked" not in str(error.orig).lower():
                raise
            return True
        return False


def watch_over(workers: Sequence[Part], watchdog: Watchdog, stopped: threading.Event) -> threading.Thread:
    """Have the watchdog look after workers until ``stopped``, in a thread of its own."""
    thread = threading.Thread(target=watchdog.watch, args=(workers, stopped), daemon=True, name="watchdog")
    thread.start()
    return thread
