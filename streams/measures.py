"""What a worker measures of itself. Labels are stages, kinds of alert and families of topics: nothing a report says."""

import json
from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any, TypeVar

from prometheus_client import Counter, Histogram, disable_created_metrics

# A lone report's batch takes some milliseconds, a full one of a big store some seconds.
BATCH_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# The goal is half a second; an outage is told in minutes.
ALERT_STEPS = (0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)

disable_created_metrics()  # type: ignore[no-untyped-call]
BATCH_SECONDS = Histogram("tocsin_batch_seconds", "How long one batch of a stage took", ["stage"], buckets=BATCH_STEPS)
BATCH_KEYS = Counter("tocsin_batch_keys", "What stages took: records at intake, keys at the others", ["stage"])
RELAYED = Counter("tocsin_relayed", "Messages that the broker acknowledged", ["family"])
ALERT_SECONDS = Histogram(
    "tocsin_report_to_alert_seconds",
    "From the broker's timestamp of the newest report an alert rests on to the alert standing on its topic",
    ["kind"],
    buckets=ALERT_STEPS,
)
STORE_WAITS = Counter("tocsin_store_waits", "How often work was put off because the store was away")
SET_ASIDE = Counter("tocsin_keys_set_aside", "Keys that a stage failed on alone", ["stage"])
BEFORE_FIRST_BEAT_S = 120.0

T = TypeVar("T")

_elsewhere: Callable[[bytes], None] | None = None


def timed(stage: str, work: Callable[[], T], took: Callable[[T], int]) -> T:
    """Do a batch's work, and note how long it took where it took anything."""
    began = perf_counter()
    done = work()
    if taken := took(done):
        _note("batch", stage, perf_counter() - began, taken)
    return done


def note_set_aside(stage: str) -> None:
    """Note that a stage failed on a key alone."""
    _note("aside", stage)


def note_store_away() -> None:
    """Note that work was put off because the store was away."""
    _note("away")


def pass_on(tell: Callable[[bytes], None]) -> None:
    """Have all that is noted in this process told to another, which shows it; a line each."""
    global _elsewhere
    _elsewhere = tell


def hear(line: bytes) -> None:
    """Note what another process told."""
    _note(*json.loads(line))


def _note(what: str, *of: Any) -> None:
    if _elsewhere is not None:
        _elsewhere(json.dumps((what, *of)).encode())
        return
    match what, *of:
        case "batch", stage, seconds, keys:
            BATCH_SECONDS.labels(stage).observe(seconds)
            BATCH_KEYS.labels(stage).inc(keys)
        case "aside", stage:
            SET_ASIDE.labels(stage).inc()
        case "away", *_:
            STORE_WAITS.inc()


class Beat:
    """The heartbeat of a process's loop: struck while it turns, however long the store or the broker is away."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._last = seconds() + BEFORE_FIRST_BEAT_S

    def strike(self) -> None:
        """Say that the loop turns."""
        self._last = self._seconds()

    def still_for(self) -> float:
        """For how many seconds it has not turned."""
        return max(0.0, self._seconds() - self._last)
