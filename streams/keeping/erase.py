"""An erasure from beginning to end in the store, with the proof that nothing else changed."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine

from schemas.agencies import Partnership
from streams.carry_on import carry_on
from streams.keeping.erasing import Erasure, begin, finish, reach
from streams.keeping.learnt import forget_learnt
from streams.keeping.log import COMMANDS, log
from streams.keeping.naming import Named, called, in_other_reports, in_what_people_wrote
from streams.keeping.others import digest_of_others, residue
from streams.keeping.subject import Subject
from streams.store import only_one, reading, writing

_TRIES = 6  # of ten seconds each, where a worker is at work


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How an erasure went; ``before`` and ``after`` are digests of all that others sent and people said of it."""

    erasure: Erasure
    unreadable_after_s: float
    settled: bool
    before: str
    after: str
    left: tuple[str, ...]
    named: tuple[Named, ...]  # where words may still name them: for a person to look at

    @property
    def proven(self) -> bool:
        """Whether all of it is gone from the store, and everything else is as it was."""
        return self.settled and self.before == self.after and not self.left


def erase(
    engine: Engine, partnership: Partnership, most: int, subject: Subject, by: str, why: str, at: datetime
) -> Done:
    """Erase a subject: unreadable at once, then settled by the stages here or in a running worker, then cleared up."""
    with reading(engine) as connection:
        before = digest_of_others(connection, subject.refs)
        who = called(connection, subject)
    started = monotonic()
    with writing(engine) as connection:
        only_one(connection, "erasing")
        erasure = reach(connection, subject)
        begin(connection, erasure, by, why, at)
    unreadable = monotonic() - started
    settled = any(carry_on(engine, partnership, most) for _ in range(_TRIES))
    if settled:  # else the stages still need what says that it was there: run again, it is finished then
        with writing(engine) as connection:
            finish(connection, erasure)
            forget_learnt(connection)
    with reading(engine) as connection:
        after = digest_of_others(connection, subject.refs)
        left = tuple(residue(connection, erasure.items - subject.mentions))
        named = (*in_what_people_wrote(connection, who), *in_other_reports(connection, who)) if subject.people else ()
    done = Done(
        erasure=erasure,
        unreadable_after_s=unreadable,
        settled=settled,
        before=before,
        after=after,
        left=left,
        named=named,
    )
    with writing(engine) as connection:
        detail = {"before": before, "after": after, "keys": erasure.keys, "left": list(left), "named": len(named)}
        log(connection, COMMANDS, [{"at": at, "actor": by, "act": "erasure", "subject": "proof", "detail": detail}])
    return done
