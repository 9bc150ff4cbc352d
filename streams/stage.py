"""What a stage is: a plain function of a transaction and a batch of keys that stand before it.

A stage reads no clock, no broker and no chance, so that a replay over files and a run over Kafka come to the same end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, not_, or_, select, true

from schemas.agencies import Partnership
from schemas.tables import Waiting
from streams.statements import Statement
from streams.store import add, chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a stage tells: an outbox row of its own transaction, published by the relay. No value: a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


Work = Callable[[Connection, Sequence[str], Partnership], Sequence[Message]]
Look = Callable[[Connection, Sequence[str], Partnership], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage by its name, and what it does with a batch of keys.

    ``look_ahead`` writes nothing: it finds what ``work`` will find of the keys if nobody writes meanwhile, and what it
    found is remembered by what it rests on. ``heavy``: the kinds of keys of which one costs as much as dozens do.
    """

    name: str
    work: Work
    look_ahead: Look | None = None
    heavy: frozenset[str] = frozenset()

    def finds_heavy(self, key: str) -> bool:
        """Whether a key is of a heavy kind."""
        return key.partition(":")[0] in self.heavy


class Lane(Enum):
    """Which keys are taken: all; those that reports leave; or closed days and weeks, which take a second and more."""

    ALL = "all"
    QUICK = "quick"
    SLOW = "slow"


# Before the ref of a report that says what it said, of which dedupe knows something otherwise: it goes no further. An
# agency's name begins with a letter.
AGAIN = "~"
# Each period is one key and read with weeks of reports, so it is no day's business to keep a report waiting.
_SLOW = ("day", "week")


def leave_for(connection: Connection, stage: str, keys: Iterable[str]) -> None:
    """Put ``keys`` before a stage, also where they stand there already: whoever takes them may have read before us."""
    add(connection, Waiting, [{"stage": stage, "key": key} for key in sorted(set(keys))])


def leave_again(connection: Connection, refs: Iterable[str]) -> None:
    """Have dedupe look at reports again that say what they said: what else it knows of them is otherwise."""
    leave_for(connection, "dedupe", (f"{AGAIN}{ref}" for ref in refs))


def told_apart(keys: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of what stood before dedupe, the reports that may say something else now, and those only looked at again."""
    came, again = set[str](), set[str]()
    for key in keys:
        (again if key.startswith(AGAIN) else came).add(key.removeprefix(AGAIN))
    return came, again - came


@lru_cache  # it stands in three statements of every stage, each asked at least once for every report
def of_lane(lane: Lane) -> ColumnElement[bool]:
    """Whether what is waiting is of a lane."""
    slow = or_(*(and_(Waiting.key >= f"{what}:", Waiting.key < f"{what};") for what in _SLOW))
    return {Lane.ALL: true(), Lane.QUICK: not_(slow), Lane.SLOW: slow}[lane]


def standing_before(connection: Connection, stage: str, most: int, lane: Lane = Lane.ALL) -> list[str]:
    """Take at most ``most`` keys that stand before a stage, longest waiting first; taken with the transaction."""
    keys = next_before(connection, stage, most, lane)
    take(connection, stage, keys)
    return keys


def take(connection: Connection, stage: str, keys: Sequence[str]) -> None:
    """Take keys that stand before a stage; taken with the transaction."""
    for some in chunks(keys):
        _TAKEN(connection, stage=stage, keys=some)


def next_before(connection: Connection, stage: str, most: int, lane: Lane) -> list[str]:
    """The keys that ``standing_before`` would take."""
    return list(dict.fromkeys(_FIRST[lane](connection, stage=stage, most=most).scalars()))


_TAKEN = Statement(
    lambda any_of: delete(Waiting).where(Waiting.stage == bindparam("stage"), any_of(Waiting.key, "keys"))
)


def _first(lane: Lane) -> Statement:
    mine = (Waiting.stage == bindparam("stage"), of_lane(lane))
    return Statement(lambda _: select(Waiting.key).where(*mine).order_by(Waiting.seq).limit(bindparam("most")))


_FIRST = {lane: _first(lane) for lane in Lane}
