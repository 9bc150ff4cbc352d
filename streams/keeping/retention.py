"""What is due to go on a day: by its purpose's period, unless held, reviewed and kept, or needed by an issue."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from schemas.identity import identity
from schemas.tables import Alert, AlertEvidence, Audit, Hold, Rejected, Report, ReportBody, Review, Work
from streams.clusters.sets import among
from streams.keeping.bodies import destroy_keys
from streams.keeping.disposing import WrittenDue, written_due
from streams.keeping.log import COMMANDS, DECISIONS, log
from streams.keeping.periods import Periods
from streams.keeping.subject import NotHeld, Subject, subject_of
from streams.store import add, put

WORK = "work:"  # before the id of a thing that people wrote: a task, a step, a ban


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is due: reports, those of the same age that stay and why, how many were refused, chains up to where; and
    what people wrote.
    """

    reports: tuple[str, ...]
    staying: dict[str, str]
    rejected: int
    entries: dict[str, int]
    written: WrittenDue


def due(connection: Connection, day: datetime, periods: Periods) -> Due:
    """What is due to go on ``day``."""
    old = _older(connection, day - periods.report)
    staying = _staying(connection, old, day, periods)
    refused = select(func.count()).select_from(Rejected).where(Rejected.at < day - periods.rejected)
    return Due(
        reports=tuple(ref for ref in old if ref not in staying),
        staying=staying,
        rejected=connection.execute(refused).scalar_one(),
        entries=_cuttable(connection, day - periods.audit),
        written=written_due(connection, day, periods, _on_hold(connection)),
    )


def to_review(connection: Connection, day: datetime, periods: Periods) -> list[str]:
    """The reports that are due within the time of review, and not yet."""
    soon = set(_older(connection, day - periods.report + periods.review)) - set(
        _older(connection, day - periods.report)
    )
    return sorted(soon - _staying(connection, soon, day, periods).keys())


def _older(connection: Connection, than: datetime) -> list[str]:
    return sorted(connection.execute(select(Report.ref).where(Report.reported_at < than)).scalars())


def _staying(connection: Connection, refs: Collection[str], day: datetime, periods: Periods) -> dict[str, str]:
    """Those of ``refs`` that stay all the same, each with the reason."""
    kept: dict[str, str] = {}
    for row in connection.execute(
        select(AlertEvidence.ref, Alert.state, Alert.updated_at)
        .join(Alert, Alert.id == AlertEvidence.alert)
        .where(among(connection, AlertEvidence.ref, refs), Alert.withdrawn.is_(False))
    ):
        if row.state != "closed":
            kept[row.ref] = "an issue that rests on it is open"
        elif row.updated_at + periods.evidence > day:
            kept.setdefault(row.ref, "an issue that rests on it was closed not long enough ago")
    reviewed = select(Review.ref).where(among(connection, Review.ref, refs), Review.keep_until > day)
    kept |= dict.fromkeys(connection.execute(reviewed).scalars(), "it was reviewed and is kept")
    return kept | dict.fromkeys(held(connection) & set(refs), "it is held")


def held(connection: Connection) -> set[str]:
    """The reports on hold, those that name a person on hold among them."""
    return {ref for subject in _on_hold(connection) for ref in subject.refs}


def _on_hold(connection: Connection) -> list[Subject]:
    found = []
    for name in connection.execute(select(Hold.subject).where(Hold.released_at.is_(None))).scalars():
        with suppress(NotHeld):  # there is nothing of it to keep, or it is a thing of work
            found.append(subject_of(connection, [name]))
    return found


def _must_be_there(connection: Connection, name: str) -> None:
    """Raise ``NotHeld`` where the store holds neither a thing of work, a report nor a person by that name."""
    if name.startswith(WORK):
        if connection.execute(select(Work.id).where(Work.id == name.removeprefix(WORK))).first() is None:
            raise NotHeld(f"the store holds no {name}")
    else:
        subject_of(connection, [name])


def hold(connection: Connection, subject: str, by: str, why: str, at: datetime) -> None:
    """Keep something until it is released."""
    _must_be_there(connection, subject)
    row = {"id": identity("hold", subject, at.isoformat()), "subject": subject, "at": at, "by": by, "why": why}
    add(connection, Hold, [row | {"released_at": None}])
    _log(connection, "hold", subject, by, why, at)


def release(connection: Connection, subject: str, by: str, why: str, at: datetime) -> bool:
    """Let a hold go; whether there was one."""
    stood = connection.execute(
        update(Hold).where(Hold.subject == subject, Hold.released_at.is_(None)).values(released_at=at)
    ).rowcount
    if stood:
        _log(connection, "release", subject, by, why, at)
    return bool(stood)


def keep_after_review(connection: Connection, ref: str, until: datetime, by: str, why: str, at: datetime) -> None:
    """Write down that a report or a thing of work was reviewed and is kept until another day."""
    _must_be_there(connection, ref)
    put(connection, Review, [{"ref": ref, "keep_until": until, "at": at, "by": by, "why": why}])
    _log(connection, "review", ref, by, why, at)


def _log(connection: Connection, what: str, subject: str, by: str, why: str, at: datetime) -> None:
    entry: dict[str, Any] = {"at": at, "actor": by, "act": "alteration", "subject": f"retention:{subject}", "why": why}
    log(connection, COMMANDS, [entry | {"detail": {"retention": what}}])


def drop_rejected(connection: Connection, before: datetime, by: str, at: datetime) -> int:
    """Dispose of what was refused before a day, bytes and all; how many."""
    uids = set(
        connection.execute(select(Rejected.uid).where(Rejected.at < before, Rejected.uid.is_not(None))).scalars()
    )
    gone = {uid for uid in uids if uid is not None}
    destroy_keys(connection, gone)
    connection.execute(delete(ReportBody).where(among(connection, ReportBody.uid, gone)))
    count = connection.execute(delete(Rejected).where(Rejected.at < before)).rowcount
    if count:
        said = {"at": at, "actor": by, "act": "erasure", "subject": "rejected", "detail": {"records": count}}
        log(connection, COMMANDS, [said | {"why": "retention"}])
    return count


def _cuttable(connection: Connection, before: datetime) -> dict[str, int]:
    """How far each chain can be cut: up to the first entry that is young enough; decisions go with what they are of."""
    mine = Audit.chain.not_in(DECISIONS)
    first_young = select(Audit.chain, func.min(Audit.n)).where(Audit.at >= before, mine).group_by(Audit.chain)
    young = dict(connection.execute(first_young).all())
    ends = connection.execute(
        select(Audit.chain, func.min(Audit.n), func.max(Audit.n)).where(mine).group_by(Audit.chain)
    )
    found = {chain: (young[chain] - 1 if chain in young else last, first) for chain, first, last in ends}
    return {chain: n for chain, (n, first) in sorted(found.items()) if n >= first}
