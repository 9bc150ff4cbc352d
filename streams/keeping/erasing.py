"""Erasing: keys first, so that nothing can be read from that moment; then all that was derived, by the stages
themselves; then what they leave behind. What remains is what a store would hold that had never seen it.
"""

from base64 import b64decode
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, or_, select, update

from schemas.identity import identity
from schemas.report import MOST_PEOPLE
from schemas.tables import (
    Alert,
    AlertEvidence,
    Audit,
    AuditWords,
    EntityAlias,
    Erased,
    Hold,
    Judgement,
    Mention,
    Outbox,
    Receipt,
    Received,
    Rejected,
    Report,
    ReportBody,
    ReportVersion,
    Review,
    Said,
    Told,
)
from schemas.topics import ALERTS, PREFIX, RECEIPTS, REJECTED
from streams.clusters.sets import among
from streams.intake.forgotten import report_mark, version_mark
from streams.keeping.bodies import destroy_keys
from streams.keeping.keyring import keyring_of
from streams.keeping.log import COMMANDS, log
from streams.keeping.rewriting import rewrite, without_people
from streams.keeping.subject import Subject, versions_of
from streams.keeping.watching import forget_watching
from streams.keeping.words import names_in, say_no_more
from streams.keeping.work import forget_work
from streams.sharing.access import forget_askings
from streams.stage import leave_for
from streams.store import add_new
from streams.written import as_text


@dataclass(slots=True, kw_only=True)
class Erasure:
    """What an erasure reaches: what must be looked at again once the stages have settled it."""

    subject: Subject
    keys: int = 0
    items: set[str] = field(default_factory=set)  # mentions and refs that are no more
    alerts: set[str] = field(default_factory=set)  # that rested on any of it
    places: list[tuple[str, int, int]] = field(default_factory=list)  # where its records stand on topics
    refused: set[tuple[str, int, int]] = field(default_factory=set)  # those of them that were refused


def reach(connection: Connection, subject: Subject) -> Erasure:
    """What erasing would reach; changes nothing."""
    refs = subject.refs
    mentions = connection.execute(select(Mention.id).where(among(connection, Mention.ref, subject.whole))).scalars()
    alerts = connection.execute(select(AlertEvidence.alert).where(among(connection, AlertEvidence.ref, refs))).scalars()
    found = Erasure(subject=subject, items={*mentions, *subject.mentions, *subject.whole}, alerts=set(alerts))
    rows = connection.execute(
        select(Received.source, Received.partition, Received.offset).where(among(connection, Received.ref, refs))
    )
    found.places = sorted((row.source, row.partition, row.offset) for row in rows)
    return found


def begin(connection: Connection, erasure: Erasure, by: str, why: str, at: datetime) -> None:
    """Make it unreadable, and leave it before the stages as what is no more."""
    subject = erasure.subject
    connection.execute(
        select(Report.ref).where(among(connection, Report.ref, subject.refs)).order_by(Report.ref).with_for_update()
    ).all()
    versions = versions_of(connection, subject.refs)
    ring = keyring_of(connection)
    marks: dict[str, list[int] | None] = {report_mark(ring, ref): None for ref in subject.whole}
    for row in versions:
        if row.ref in subject.people:
            marks[version_mark(ring, row.ref, row.version, row.digest)] = sorted(subject.people[row.ref])
    add_new(connection, Erased, [{"mark": mark, "at": at, "people": people} for mark, people in sorted(marks.items())])
    for ref, indexes in sorted(subject.people.items()):
        uids = [row.uid for row in versions if row.ref == ref]
        erasure.keys += len(rewrite(connection, ref, partial(without_people, indexes=indexes), uids))
    _drop(connection, erasure, [row.uid for row in versions if row.ref in subject.whole])
    leave_for(connection, "dedupe", subject.refs)
    _write_down(connection, erasure, by, why, at)


def _drop(connection: Connection, erasure: Erasure, uids: Collection[str]) -> None:
    whole, refs = erasure.subject.whole, erasure.subject.refs
    refused = _refused(connection, refs)
    erasure.refused = {(row.source, row.partition, row.offset) for row in refused}
    bodies = {*uids, *(row.uid for row in refused if row.uid)}
    erasure.keys += destroy_keys(connection, bodies)
    connection.execute(delete(ReportBody).where(among(connection, ReportBody.uid, bodies)))
    connection.execute(delete(ReportVersion).where(among(connection, ReportVersion.ref, whole)))
    for row in refused:
        here = (Rejected.source == row.source, Rejected.partition == row.partition, Rejected.offset == row.offset)
        connection.execute(delete(Rejected).where(*here))
    connection.execute(delete(Receipt).where(among(connection, Receipt.ref, whole)))
    forget_askings(connection, whole)
    forget_watching(connection, erasure.items)
    connection.execute(
        update(Received).where(among(connection, Received.ref, whole)).values(ref=None, outcome="erased")
    )
    # nothing of it holds from now on; the row itself goes once every stage has let go of it
    gone = {"status": "erased", "uid": None, "marking": None, "category": None, "detail": None, "asb_type": None}
    connection.execute(update(Report).where(among(connection, Report.ref, whole)).values(gone))


def _refused(connection: Connection, refs: Collection[str]) -> list[Any]:
    found: list[Any] = []
    for ref in sorted(refs):
        agency, _, report = ref.partition(":")
        query = select(Rejected.source, Rejected.partition, Rejected.offset, Rejected.uid)
        found += connection.execute(query.where(Rejected.agency == agency, Rejected.report_id == report)).all()
    return found


def _write_down(connection: Connection, erasure: Erasure, by: str, why: str, at: datetime) -> None:
    """An entry that names nobody: how much was erased, and the marks' owner alone could say what."""
    ring = keyring_of(connection)
    detail = {"reports": len(erasure.subject.whole), "people_in_reports": len(erasure.subject.mentions)}
    subjects = [(report_mark(ring, ref), "report") for ref in sorted(erasure.subject.whole)]
    subjects += [(report_mark(ring, ref), "person-in-report") for ref in sorted(erasure.subject.people)]
    entries = [
        {"at": at, "actor": by, "act": "erasure", "subject": f"{what}:{mark}", "detail": detail, "why": why}
        for mark, what in subjects
    ]
    log(connection, COMMANDS, entries)


def finish(connection: Connection, erasure: Erasure) -> None:
    """Take away what the stages leave behind; they have settled all else by now."""
    whole = erasure.subject.whole
    # where it is finished at a later run, the stages have taken the mentions themselves away by then
    items = erasure.items | {identity("mention", ref, index) for ref in whole for index in range(MOST_PEOPLE)}
    connection.execute(delete(Report).where(among(connection, Report.ref, whole), Report.status == "erased"))
    connection.execute(delete(Review).where(among(connection, Review.ref, whole)))
    ids = {identity(kind, item) for kind in ("person", "incident", "place") for item in items}
    connection.execute(delete(Hold).where(among(connection, Hold.subject, {*whole, *ids})))
    _forget_decisions(connection, items)
    _forget_reasons(connection, {*whole, *ids, *erasure.subject.named})
    connection.execute(
        delete(EntityAlias).where(or_(among(connection, EntityAlias.old, ids), among(connection, EntityAlias.new, ids)))
    )
    alerts = erasure.alerts | _raised_meanwhile(connection, items)
    forget_work(connection, items, alerts)
    _forget_alerts(connection, alerts)
    _forget_owed(connection, erasure)


def _forget_decisions(connection: Connection, items: Collection[str]) -> None:
    """What people decided of it, and the words they gave for it; the log's entries stay, and name nobody."""
    touched = or_(among(connection, Judgement.a, items), among(connection, Judgement.b, items))
    connection.execute(delete(Judgement).where(touched))
    rows = connection.execute(select(Audit.why, Audit.detail).where(Audit.act == "combination", Audit.why.is_not(None)))
    words = {row.why for row in rows if {row.detail.get("a"), row.detail.get("b")} & set(items)}
    connection.execute(delete(AuditWords).where(among(connection, AuditWords.digest, words)))


def _forget_reasons(connection: Connection, names: Collection[str]) -> None:
    """The words in which somebody said why they looked at what is gone, held it or put it right; the entries stay."""
    rows = connection.execute(select(Audit.why, Audit.subject, Audit.detail).where(Audit.why.is_not(None)))
    words = {row.why for row in rows if names_in(row, "person") & set(names)}
    connection.execute(delete(AuditWords).where(among(connection, AuditWords.digest, words)))


def _raised_meanwhile(connection: Connection, items: Collection[str]) -> set[str]:
    """Alerts that were raised while the stages still had it, as when a day is closed just then, and taken back."""
    quoted = [as_text(item) for item in items]
    rows = connection.execute(select(Alert.id, cast(Alert.body, Text).label("body")).where(Alert.withdrawn.is_(True)))
    return {row.id for row in rows if any(item in row.body for item in quoted)}


def _forget_alerts(connection: Connection, alerts: Collection[str]) -> None:
    """Alerts that nothing is left of, and what analysts wrote of all that rested on it."""
    copies = set(connection.execute(select(Told.alert).where(among(connection, Told.matter, alerts))).scalars())
    for row in connection.execute(select(Said.id, Said.body).where(among(connection, Said.alert, {*alerts, *copies}))):
        say_no_more(connection, row.id, row.body)
    gone = set(
        connection.execute(
            select(Alert.id).where(among(connection, Alert.id, alerts), Alert.withdrawn.is_(True))
        ).scalars()
    )
    connection.execute(delete(AlertEvidence).where(among(connection, AlertEvidence.alert, gone)))
    connection.execute(delete(Alert).where(among(connection, Alert.id, gone)))


def _forget_owed(connection: Connection, erasure: Erasure) -> None:
    """Messages not published yet: of alerts the newest of a key says all, of the reports nothing more is owed."""
    own = {(RECEIPTS.topic(ref.partition(":")[0]), ref.partition(":")[2].encode()) for ref in erasure.subject.refs}
    newest: dict[tuple[str, bytes | None], int] = {}
    stale: list[int] = []
    alerts, rejected = (f"{PREFIX}.{family.name}." for family in (ALERTS, REJECTED))
    columns = (Outbox.seq, Outbox.topic, Outbox.key, Outbox.headers)
    for row in connection.execute(select(*columns).order_by(Outbox.seq)):
        place = (row.topic, row.key)
        if place in own or (row.topic.startswith(rejected) and _came_from(row.headers) in erasure.refused):
            stale.append(row.seq)
        elif row.topic.startswith(alerts):
            if place in newest:
                stale.append(newest[place])
            newest[place] = row.seq
    for number in stale:
        connection.execute(delete(Outbox).where(Outbox.seq == number))


def _came_from(headers: Iterable[Iterable[str]]) -> tuple[str, int, int] | None:
    """Where a record stood that goes back to its sender."""
    said = {name: b64decode(value).decode() for name, value in headers if name.startswith("dlq.")}
    try:
        return said["dlq.topic"], int(said["dlq.partition"]), int(said["dlq.offset"])
    except (KeyError, ValueError):
        return None
