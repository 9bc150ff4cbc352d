"""The stages in the order a report walks them, and how one is moved on: the same for Kafka and for files."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import partial
from time import monotonic

import structlog
from sqlalchemy import Connection, Engine, bindparam, select
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random

from schemas.agencies import Partnership
from schemas.tables import Waiting
from schemas.topics import WORK
from streams.bearable import Bearable
from streams.collecting import not_meanwhile
from streams.counted_anew import count_anew
from streams.dedupe.stage import DEDUPE
from streams.fail_points import step
from streams.issues.stage import ISSUES
from streams.matching.stage import MATCHING
from streams.measures import note_set_aside, timed
from streams.outbox import owe
from streams.sharing.stage import SHARING
from streams.stage import Lane, Message, Stage, leave_for, next_before, of_lane, standing_before, take
from streams.statements import Statement
from streams.store import alone, crossed, is_away, is_the_stores_fault, keeping_the_turn, reading, writing

STAGES: tuple[Stage, ...] = (DEDUPE, MATCHING, ISSUES, SHARING)
OF_REPORTS = (DEDUPE, MATCHING)  # the keys before the others are persons, places and the like
# What a report touches is often touched by the next: taken together, it is found and told once.
KEYS_OF_A_REPORT = 16
# Of a report in a backlog about as many keys are left for issues; where fewer were taken, theirs grew behind the rest.
KEYS_OF_A_REPORT_LIVE = 4
# Where nobody waits for an answer, reports too: a statement costs more than a row.
REPORTS_TOGETHER = 4
# Stages that meet at a row do one's work anew; after so many times in a row it counts as the store being away.
TRIES, CROSSED_S = 6, 0.05

log = structlog.get_logger()


class Telling(Enum):
    """What becomes of what a stage tells: owed to its topics, or dropped."""

    OWED = "owed, until a worker relays it"
    NOTHING = "dropped"


def wake(stages: Sequence[str]) -> list[Message]:
    """The messages that wake stages; they hold no personal data, and one that is lost is found by the sweep."""
    return [Message(topic=WORK.topic(stage), key=stage.encode(), value=b'{"wake":true}') for stage in stages]


def standing(connection: Connection) -> set[str]:
    """The stages that have work standing before them."""
    return set(connection.execute(select(Waiting.stage).distinct()).scalars())


Turn = tuple[int, bool]  # how many keys it took, and whether there were others behind them that go by themselves
Failed = Callable[[str, str], None]  # told the stage that fails on a key alone, and in what way and where


def advance(
    engine: Engine,
    stage: Stage,
    partnership: Partnership,
    most: int,
    how: Telling,
    failed: Failed | None = None,
    lane: Lane = Lane.ALL,
    bearable: Bearable | None = None,
) -> int:
    """Let one stage take one batch; how many keys it took.

    In one transaction, or where ``bearable`` bounds it in as many as have keys that go together.
    """
    at_once = most if bearable is None else bearable.keys(stage, most)
    taken, more = 0, True
    while more and taken < at_once:
        try:
            turn = partial(_advance, engine, stage, partnership, at_once - taken, how, lane, bearable)
            keys, more = _anew_where_crossed(turn)
            taken += keys
        except Exception as error:
            if is_the_stores_fault(error):
                raise
            why, at = type(error).__name__, _place(error)
            log.warning("a batch failed; taking its keys apart", stage=stage.name, why=why, at=at)
            return taken + _take_apart(engine, stage, partnership, at_once - taken, how, failed, lane)
    return taken


def _advance(
    engine: Engine,
    stage: Stage,
    partnership: Partnership,
    most: int,
    how: Telling,
    lane: Lane,
    bearable: Bearable | None = None,
) -> Turn:
    """Let it take what it may in one turn."""
    with alone(engine, stage.name) as connection:
        began = monotonic()
        waiting = next_before(connection, stage.name, most, lane)
        keys = waiting if bearable is None else waiting[: bearable.some(stage, waiting)]
        if not keys:
            return 0, False
        take(connection, stage.name, keys)
        step("stage.taken")
        messages = stage.work(connection, keys, partnership)
        step("stage.worked")
        if how is not Telling.NOTHING:
            owe(connection, messages)
        step("stage.owed")
    seconds = monotonic() - began
    step("stage.committed")
    if bearable is not None:
        bearable.took(stage, keys, seconds)
    return len(keys), len(keys) < len(waiting)


def _anew_where_crossed(turn: Callable[[], Turn]) -> Turn:
    """What a turn comes to; done anew where it met another. What counts tries is made for those alone (it is rubbish
    that only the collector lets go of), and the collector's time is no part of what a turn took.
    """
    with not_meanwhile:
        try:
            return turn()
        except Exception as error:
            if not crossed(error):
                raise
        return Retrying(
            retry=retry_if_exception(crossed),
            stop=stop_after_attempt(TRIES - 1),
            wait=wait_random(max=CROSSED_S),
            reraise=True,
        )(turn)


def _take_apart(
    engine: Engine, stage: Stage, partnership: Partnership, most: int, how: Telling, failed: Failed | None, lane: Lane
) -> int:
    """Take the batch that failed key by key, setting aside those that fail alone, so that they stop no other."""
    with reading(engine) as connection:
        batch = connection.execute(
            select(Waiting.key).where(Waiting.stage == stage.name, of_lane(lane)).order_by(Waiting.seq).limit(most)
        ).all()
    for _ in batch:
        try:
            _anew_where_crossed(partial(_advance, engine, stage, partnership, 1, how, lane))
        except Exception as error:
            if is_the_stores_fault(error):
                raise
            # the error's text may quote a report, so only its kind and place are logged
            why, at = type(error).__name__, _place(error)
            log.error("a key fails alone; set aside", stage=stage.name, why=why, at=at)
            note_set_aside(stage.name)
            if failed is not None:
                failed(stage.name, f"{why} at {at}")
            with alone(engine, stage.name) as connection:
                leave_for(connection, aside(stage.name), standing_before(connection, stage.name, 1, lane))
    return len(batch)


def aside(stage: str) -> str:
    """Where keys stand that a stage fails on: tried again when a worker starts."""
    return f"{stage}!"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"


def try_again(engine: Engine) -> int:
    """Put what was set aside before its stage once more; how many keys."""
    moved = 0
    with writing(engine) as connection:
        for stage in STAGES:
            keys = standing_before(connection, aside(stage.name), 100_000)
            leave_for(connection, stage.name, keys)
            moved += len(keys)
    return moved


def walk(engine: Engine, partnership: Partnership, most: int, lane: Lane, bearable: Bearable | None = None) -> int:
    """Let each stage that has work take one batch, in the order a report walks them; how many keys were taken.

    One after the other in one thread: what a report left for the next stage waits for nobody in between. ``bearable``
    bounds how many keys of reports a stage takes, and says for how long all of them together keep the turn to write.
    """
    taken, stands = 0, _standing(engine, lane)
    keeps = bearable.keeps() if bearable is not None and lane is Lane.QUICK else 0.0
    with keeping_the_turn(engine, keeps):
        for stage in STAGES:
            if not taken and stage.name not in stands:  # what was taken is left for those behind, nearly always
                continue
            try:
                at_once = most if lane is Lane.SLOW or stage in OF_REPORTS else most * KEYS_OF_A_REPORT_LIVE
                bound = bearable if lane is Lane.QUICK else None
                if bearable is not None and lane is Lane.SLOW:
                    _look_ahead(engine, stage, partnership, at_once, lane)
                work = partial(advance, engine, stage, partnership, at_once, Telling.OWED, lane=lane, bearable=bound)
                taken += timed(stage.name, work, int)
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("stage failed; its work stands and the sweep tries it again", stage=stage.name)
    return taken


def _look_ahead(engine: Engine, stage: Stage, partnership: Partnership, most: int, lane: Lane) -> None:
    """Find what a stage is to find beside whoever writes, so that its turn is to write it down.

    Of a closed day that is most of what a turn takes: a second, for which every report that comes waits.
    """
    if stage.look_ahead is None:
        return
    try:
        with reading(engine) as connection:
            if keys := next_before(connection, stage.name, most, lane):
                stage.look_ahead(connection, keys, partnership)
    except Exception as error:
        if is_the_stores_fault(error):
            raise
        log.warning("looking ahead failed; the turn looks itself", stage=stage.name, why=type(error).__name__)


def _standing(engine: Engine, lane: Lane) -> set[str]:
    """The stages that have work of a lane standing before them."""
    with reading(engine) as connection:
        return {stage.name for stage in STAGES if _ONE[lane](connection, stage=stage.name).first() is not None}


def _one(lane: Lane) -> Statement:
    return Statement(lambda _: select(Waiting.seq).where(Waiting.stage == bindparam("stage"), of_lane(lane)).limit(1))


_ONE = {lane: _one(lane) for lane in Lane}


def drain(
    engine: Engine, partnership: Partnership, most: int, *, tell: bool = True, failed: Failed | None = None
) -> int:
    """Move every stage on until nothing stands before any; how many keys were taken."""
    how = Telling.OWED if tell else Telling.NOTHING
    taken = 0
    while waiting := _first_standing(engine):
        at_once = most * (REPORTS_TOGETHER if waiting in OF_REPORTS else KEYS_OF_A_REPORT)
        count_anew(engine)
        taken += advance(engine, waiting, partnership, at_once, how, failed)
    return taken


def _first_standing(engine: Engine) -> Stage | None:
    with reading(engine) as connection:
        names = standing(connection)
    return next((stage for stage in STAGES if stage.name in names), None)


def waiting_by_stage(connection: Connection) -> Iterator[tuple[str, int]]:
    """How many keys stand before each stage."""
    for stage in STAGES:
        keys = connection.execute(select(Waiting.key).where(Waiting.stage == stage.name)).all()
        yield stage.name, len(keys)
