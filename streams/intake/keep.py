"""Records taken in: each kept as it was sent, for good, or refused with its reasons."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, update

from schemas import tables
from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.tables import Receipt, Received, Rejected, ReportVersion
from streams.driver import ask
from streams.intake.batch import Batch, Outcome, Row, conflict_id, head_row
from streams.intake.check import Checked, about, check
from streams.intake.forgotten import erased, let_go
from streams.intake.kept import remember
from streams.intake.refused import Refused
from streams.intake.telling import receipt_message, rejected_message
from streams.intake.versions import Became, Held
from streams.keeping.bodies import keep_bodies
from streams.keeping.log import FILES, altered, collected, log
from streams.ledger import Record
from streams.stage import Message, leave_for
from streams.statements import Statement
from streams.store import add, add_new, put


def take_reports(
    connection: Connection, records: Sequence[Record], partnership: Partnership, *, read_on: bool = True
) -> Sequence[Message]:
    """Keep or refuse each record, in order; what its agency is told of it. The same records again change nothing.

    ``read_on``: the stages are in this process, and read what was taken in a moment later.
    """
    judged = [(record, judge(record, partnership)) for record in records]
    held = _held(connection, {one.report.ref for _, one in judged if isinstance(one, Checked)})
    before = {ref: one.current for ref, one in held.items()}
    batch = Batch(held, _refused_before(connection, judged, held))
    gone = erased(connection, [one for _, one in judged])  # once the reports are locked: an erasure waits, or was first
    for place, (record, one) in enumerate(judged):
        if place in gone:
            batch.pass_over(record)
        elif isinstance(one, Checked):
            batch.keep(record, one)
        else:
            batch.refuse(record, one)
    messages = _write(connection, batch, partnership)
    let_go(connection, [judged[place][1] for place in gone])
    if read_on:
        for uid, report in batch.heads.values():
            if uid is not None:
                remember(uid, report)
    leave_for(connection, "dedupe", (ref for ref in batch.moved if held[ref].current != before.get(ref)))
    return messages


def refuse_records(connection: Connection, records: Sequence[Record], partnership: Partnership) -> Sequence[Message]:
    """Refuse records that the pipeline fails on whenever they are taken."""
    batch = Batch({}, set())
    for record in records:
        batch.refuse(record, about(Refused("cannot-be-taken", ["the record makes the pipeline fail"]), record))
    return _write(connection, batch, partnership)


def judge(record: Record, partnership: Partnership) -> Checked | Refused:
    """What a record is: a report that may be kept, or refused."""
    try:
        return check(record, partnership)
    except Refused as refused:
        # by way of their callers the frames that it went through refer to what it is kept in, and only the collector
        # of rubbish would let go of them: a worker that took nothing but poison stood still for it every ten seconds
        refused.__context__ = None
        return refused.with_traceback(None)


def _held(connection: Connection, refs: Iterable[str]) -> dict[str, Held]:
    """What is held of each report, read once; on PostgreSQL no other worker changes it meanwhile."""
    listed = sorted(refs)
    if not listed:
        return {}
    if connection.dialect.name == "postgresql":
        _lock(connection, listed)
    held: dict[str, Held] = {}
    for ref, number, action, digest, uid in _VERSIONS(connection, refs=listed):
        held.setdefault(ref, Held()).remember(number, digest, uid, retracts=action == "retract")
    return held


_SENT = ReportVersion
_VERSIONS = Statement(
    lambda any_of: select(_SENT.ref, _SENT.version, _SENT.action, _SENT.digest, _SENT.uid).where(
        any_of(_SENT.ref, "refs")
    )
)


def _refused_before(
    connection: Connection, judged: Sequence[tuple[Record, Checked | Refused]], held: Mapping[str, Held]
) -> set[str]:
    """The refusals told already of versions that came when another content was held."""
    asked = [
        conflict_id(record, one.report)
        for record, one in judged
        if isinstance(one, Checked)
        and one.report.ref in held
        and (one.report.version, one.digest) not in held[one.report.ref].known
    ]
    return _told(connection, asked)


def _told(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these receipts were told already."""
    return set(_TOLD(connection, ids=ids).scalars())


_TOLD = Statement(lambda any_of: select(Receipt.id).where(any_of(Receipt.id, "ids")))


def _lock(connection: Connection, refs: list[str]) -> None:
    """Make sure each report has a row, and hold it: of two workers with a new report the second waits for the first.

    A ledger keeps a partition with one worker, but a sender without keys may spread one report over several.
    """
    ask(
        connection,
        "insert into report (ref, agency, id, version, status, reported_at)"
        " select ref, '', '', 0, 'coming', 0 from unnest(%(refs)s::text[]) as ref order by ref"
        " on conflict do nothing",
        {"refs": refs},
    )
    _HELD(connection, refs=refs)


_HELD = Statement(
    lambda any_of: (
        select(tables.Report.ref).where(any_of(tables.Report.ref, "refs")).order_by(tables.Report.ref).with_for_update()
    )
)


def _write(connection: Connection, batch: Batch, partnership: Partnership) -> list[Message]:
    fresh = _not_told_before(connection, batch.outcomes)
    add(connection, ReportVersion, batch.versions)
    refused = [(one.record, one.refused) for one in fresh if one.refused is not None]
    keep_bodies(
        connection, batch.bodies | {uid: r.value for r, why in refused if (uid := _body_of(r, why)) and r.value}
    )
    put(connection, tables.Report, [head_row(*head, batch.held[ref]) for ref, head in batch.heads.items()])
    _move_heads(connection, [(ref, batch.held[ref]) for ref in batch.moved if ref not in batch.heads])
    add_new(connection, Receipt, [_receipt_row(one.receipt) for one in fresh if one.receipt is not None])
    add_new(connection, Rejected, [_rejected_row(*one) for one in refused])
    told = {id(one) for one in fresh}
    received = [_received_row(one, fresh=id(one) in told) for one in batch.outcomes]
    add_new(connection, Received, received)
    _log(connection, batch, received)
    return [message for one in fresh for message in _messages(one, partnership)]


def _log(connection: Connection, batch: Batch, received: Sequence[Row]) -> None:
    """Write down that the records were taken in: an entry a run, for each of them stands in what was received."""
    runs: dict[tuple[str, int], list[Row]] = {}
    for row in received:
        runs.setdefault((row["source"], row["partition"]), []).append(row)
    last = {(one.record.source, one.record.partition): one.record for one in batch.outcomes}
    for place, run in sorted(runs.items()):
        versions = [row for row in batch.versions if (row["source"], row["partition"]) == place]
        outcomes = [(row["offset"], row["outcome"]) for row in run]
        chain = FILES if last[place].agency is None else f"{place[0]}/{place[1]}"
        entries = [collected(*place, outcomes, [row["uid"] for row in versions]), *altered(*place, versions)]
        log(connection, chain, [{**one, "at": last[place].taken_at} for one in entries])


def _not_told_before(connection: Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes without those told already: the same bytes refused again, an older version sent again."""
    # A version is accepted once, so an acceptance needs no looking up.
    asked = [one.receipt["id"] for one in outcomes if one.receipt is not None and one.what is not Became.ACCEPTED]
    told = _told(connection, asked)
    fresh = []
    for one in outcomes:
        if one.receipt is None:
            fresh.append(one)
        elif one.receipt["id"] not in told:
            told.add(one.receipt["id"])
            fresh.append(one)
    return fresh


def _move_heads(connection: Connection, moved: Sequence[tuple[str, Held]]) -> None:
    """Set version and status of reports whose newest words are as they were: a retraction, or an older version."""
    if moved:
        connection.execute(
            update(tables.Report)
            .where(tables.Report.ref == bindparam("of"))
            .values(version=bindparam("to_version"), status=bindparam("to_status")),
            [{"of": ref, "to_version": held.version, "to_status": held.status} for ref, held in moved],
        )


def _receipt_row(receipt: Row) -> Row:
    return {name: value for name, value in receipt.items() if name != "version"}


def _received_row(one: Outcome, *, fresh: bool) -> Row:
    seen = not fresh and one.refused is not None
    return {
        "source": one.record.source,
        "partition": one.record.partition,
        "offset": one.record.offset,
        "outcome": Became.SEEN.value if seen else one.what.value,
        "ref": one.receipt["ref"] if one.receipt is not None and one.receipt["report"] is not None else one.ref,
    }


def _rejected_row(record: Record, refused: Refused) -> Row:
    return {
        "source": record.source,
        "partition": record.partition,
        "offset": record.offset,
        "agency": refused.agency,
        "report_id": refused.report_id,
        "version": refused.version,
        "at": record.taken_at,
        "code": refused.code,
        "reasons": list(refused.reasons),
        "uid": _body_of(record, refused),
    }


def _body_of(record: Record, refused: Refused) -> str | None:
    """The uid under which a refused record's bytes are kept; none where they may not be, or there are none."""
    if not refused.keep_body or not record.value:
        return None
    return identity("rejected-body", record.source, record.partition, record.offset)


def _messages(one: Outcome, partnership: Partnership) -> list[Message]:
    """What goes to the sender's topics; an agency that is not of the partnership has none."""
    if one.receipt is None or one.receipt["agency"] not in partnership:
        return []
    messages = []
    if one.refused is not None:
        messages.append(rejected_message(one.record, one.refused, one.receipt["agency"]))
    nameless = one.receipt["report"] is None
    return [*messages, receipt_message(one.receipt, one.record if nameless else None)]
