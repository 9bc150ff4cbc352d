"""What people say of alerts: kept for good, so that it outlives every update and every replay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, and_, select

from schemas.agencies import Partnership
from schemas.envelope import headers_for, names_another
from schemas.feedback import Feedback
from schemas.identity import identity
from schemas.sentences import reasons_of
from schemas.tables import Said, Told, ToldKey
from schemas.topics import REJECTED
from streams.clusters.sets import among
from streams.intake.decode import decode
from streams.intake.refused import Refused
from streams.ledger import Record
from streams.stage import Message, leave_for
from streams.store import add_new

MOST_BYTES = 1 << 16


class NotTaken(Exception):
    """A record of feedback that cannot be taken; its text is the sentence that says why."""

    code = "feedback"


class InAnothersName(NotTaken):
    """Feedback that speaks of itself as another's than the agency whose topic it came on."""

    code = "identity-mismatch"


def take_feedback(connection: Connection, records: Sequence[Record], partnership: Partnership) -> list[Message]:
    """Keep what analysts said of alerts that their agency was told of; the rest goes back to them with the reason."""
    read: list[tuple[Record, Feedback]] = []
    messages: list[Message] = []
    for record in records:
        try:
            read.append((record, _read(record, partnership)))
        except NotTaken as error:
            messages.append(_refuse(record, str(error), error.code))
    known = _known(connection, [feedback for _, feedback in read])
    for record, feedback in read:
        copy = known.get((feedback.alert, feedback.agency))
        if copy is None:
            messages.append(_refuse(record, "alert: there is no alert of this id that you were told of"))
            continue
        add_new(connection, Said, [_row(feedback)])
        leave_for(connection, "issues", [f"alert:{copy.matter}"])
        leave_for(connection, "sharing", [copy.key])
    return messages


def refuse_feedback(_connection: Connection, records: Sequence[Record], partnership: Partnership) -> list[Message]:  # noqa: ARG001
    """Refuse records that could not be taken, whatever the reason."""
    return [_refuse(record, "it cannot be taken") for record in records]


def _read(record: Record, partnership: Partnership) -> Feedback:
    if record.value is None or len(record.value) > MOST_BYTES:
        raise NotTaken("it is empty, or longer than 64 KiB")
    try:
        feedback = Feedback.model_validate(decode(record.value))
    except Refused as refused:
        raise NotTaken(refused.reasons[0]) from None
    except ValidationError as error:
        raise NotTaken(reasons_of(error, Feedback)[0]) from None
    if feedback.agency not in partnership or (record.agency is not None and feedback.agency != record.agency):
        raise InAnothersName("agency: it is not the one whose topic this is")
    if names_another(record.headers, feedback.agency, partnership):
        raise InAnothersName("a CloudEvents header names another agency")
    return feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A copy that an agency was told of: a key of it, and the alert that it is a copy of now."""

    key: str
    matter: str


def _known(connection: Connection, said: Sequence[Feedback]) -> dict[tuple[str, str], _Copy]:
    """The copies spoken of, by name and agency, as far as the agency was told of them."""
    alerts = {feedback.alert for feedback in said}
    if not alerts:
        return {}
    rows = connection.execute(
        select(ToldKey.alert, ToldKey.agency, ToldKey.key, Told.matter)
        .join(Told, and_(Told.alert == ToldKey.alert, Told.agency == ToldKey.agency))
        .where(among(connection, ToldKey.alert, alerts))
    )
    return {(row.alert, row.agency): _Copy(key=row.key, matter=row.matter or row.alert) for row in rows}


def _row(feedback: Feedback) -> dict[str, Any]:
    return {
        "id": identity("said", *(getattr(feedback, name) for name in ("agency", "alert", "at", "who", "verdict"))),
        "alert": feedback.alert,
        "agency": feedback.agency,
        "at": feedback.at,
        "state": feedback.verdict,
        "body": feedback.model_dump(mode="json", exclude_none=True),
    }


def _refuse(record: Record, why: str, code: str = NotTaken.code) -> Message:
    agency = record.agency or "unknown"
    name = identity("rejected", record.source, record.partition, record.offset)
    return Message(
        topic=REJECTED.topic(agency),
        key=record.key,
        value=record.value,
        headers=(
            *headers_for("rejected", id=name, at=record.taken_at),
            ("dlq.code", code.encode()),
            ("dlq.reason", why.encode()),
            ("dlq.topic", record.source.encode()),
            ("dlq.partition", str(record.partition).encode()),
            ("dlq.offset", str(record.offset).encode()),
        ),
    )
