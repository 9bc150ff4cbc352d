"""What was erased and comes again, by a redelivery or a replay: it is passed over, and nothing is told of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select

from schemas.identity import ref_of
from schemas.tables import Erased, Report
from streams.clusters.sets import among
from streams.intake.check import Checked
from streams.intake.refused import Refused
from streams.keeping.keyring import Keyring, keyring_of
from streams.statements import Statement

Judged = Checked | Refused


def erased(connection: Connection, judged: Sequence[Judged]) -> set[int]:
    """The places of those that were erased: the whole report, or this very version for one person's sake in it."""
    if _ANY_ERASED(connection).first() is None:
        return set()
    ring = keyring_of(connection)
    marks = [marks_of(ring, one) for one in judged]
    asked = {mark for some in marks for mark in some}
    found = set(connection.execute(select(Erased.mark).where(among(connection, Erased.mark, asked))).scalars())
    return {place for place, some in enumerate(marks) if not found.isdisjoint(some)}


_ANY_ERASED = Statement(lambda _: select(Erased.mark).limit(1))


def marks_of(ring: Keyring, one: Judged) -> tuple[str, ...]:
    """The marks under which something that came may have been erased."""
    if isinstance(one, Checked):
        ref = one.report.ref
        return report_mark(ring, ref), version_mark(ring, ref, one.report.version, one.digest)
    if one.agency is None or one.report_id is None:
        return ()
    return (report_mark(ring, ref_of(one.agency, one.report_id)),)


def report_mark(ring: Keyring, ref: str) -> str:
    """What stands for a whole report, whatever its version, in the list of the erased."""
    return ring.mark("report", ref)


def version_mark(ring: Keyring, ref: str, version: int, digest: str) -> str:
    """What stands for a version by what it said."""
    return ring.mark("version", ref, version, digest)


def let_go(connection: Connection, gone: Iterable[Judged]) -> None:
    """Take away the rows that were made to lock reports which are not taken."""
    refs = {one.report.ref for one in gone if isinstance(one, Checked)}
    if refs:
        connection.execute(delete(Report).where(among(connection, Report.ref, refs), Report.status == "coming"))
