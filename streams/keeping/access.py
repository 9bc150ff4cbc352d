"""All that is held of a person, for them to read: their own words and what was made of them, nobody else's."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, and_, select

from schemas.identity import ref_of
from schemas.tables import Alert, AlertEvidence, Audit, Judgement, Member, Mention, Told, Work
from streams.clusters.sets import among
from streams.keeping.about import written_about
from streams.keeping.bodies import bodies
from streams.keeping.subject import Subject, versions_of
from streams.keeping.words import Written

_OF_WORK = ("rung", "kind", "on", "start", "until", "ended", "reference", "conditions", "checks", "reports")
_OF_THE_REPORT = ("reported_at", "occurred", "category", "detail", "asb_type", "classification", "sensitive")
WITHHELD = "free text and vehicles are left out here, for they may tell of others: ask the agency"
SHOWN = "the words that people wrote may tell of others: read them before this is handed over"


def holdings(connection: Connection, subject: Subject, *, words: bool = False) -> dict[str, Any]:
    """What is held of the people of ``subject``, as facts; with ``words``, what people wrote in full."""
    refs = {*subject.people}
    return {
        "reports": list(_reports(connection, subject)),
        "read_as": list(_read_as(connection, subject)),
        "links": list(_links(connection, subject.mentions)),
        "alerts": list(_alerts(connection, refs)),
        "told_to": list(_told_to(connection, refs)),
        "steps_and_bans": list(_work(connection, subject.mentions)),
        "written": [_written(one, how, words=words) for one, how in written_about(connection, subject)],
        "left_out": SHOWN if words else WITHHELD,
    }


def _reports(connection: Connection, subject: Subject) -> Iterator[dict[str, Any]]:
    versions = {row.uid: row for row in versions_of(connection, subject.people)}
    found = {uid: json.loads(raw) for uid, raw in bodies(connection, versions).items()}
    for uid, row in versions.items():
        body = found.get(uid)
        if body is None or row.action == "retract":
            continue
        people = body.get("people") or []
        yield {
            "report": ref_of(row.agency, row.id),
            "version": row.version,
            **{name: body[name] for name in _OF_THE_REPORT if name in body},
            "said_of_them": [people[index] for index in sorted(subject.people[row.ref]) if index < len(people)],
            "others_named": max(0, len(people) - len(subject.people[row.ref])),
        }


def _read_as(connection: Connection, subject: Subject) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        select(Mention.ref, Mention.index.label("place"), Mention.role, Mention.body, Member.entity, Member.state)
        .outerjoin(Member, and_(Member.kind == "person", Member.item == Mention.id))
        .where(among(connection, Mention.id, subject.mentions))
        .order_by(Mention.ref, Mention.index)
    )
    for row in rows:
        said = {name: value for name, value in row.body.items() if name != "company"}  # whom they were with
        yield {"mention": f"{row.ref}#{row.place}", "role": row.role, "person": row.entity, "state": row.state} | {
            "as": said
        }


def _links(connection: Connection, mentions: Collection[str]) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        select(*Judgement.__table__.columns).where(
            Judgement.kind == "person",
            among(connection, Judgement.a, mentions),
            among(connection, Judgement.b, mentions),
        )
    )
    for row in rows:
        says = [said["says"] for said in row.evidence if "says" in said]
        by = "the software" if row.judge == "pipeline" else "a person"
        yield {"verdict": row.verdict, "by": by, "at": row.at.isoformat(), "undone": row.undone, "because": says}


def _alerts(connection: Connection, refs: Collection[str]) -> Iterator[dict[str, Any]]:
    mine = select(AlertEvidence.alert).where(among(connection, AlertEvidence.ref, refs))
    bodies_ = connection.execute(select(Alert.body).where(Alert.id.in_(mine)).order_by(Alert.raised_at, Alert.id))
    for body in bodies_.scalars():
        yield {name: body.get(name) for name in ("kind", "state", "raised_at", "window", "category", "severity")}


def _told_to(connection: Connection, refs: Collection[str]) -> Iterator[dict[str, Any]]:
    """To whom anything resting on their reports went, and when, as the log has it."""
    mine = select(AlertEvidence.alert).where(among(connection, AlertEvidence.ref, refs))
    copies = set(connection.execute(select(Told.alert).where(Told.matter.in_(mine))).scalars())
    named = [f"alert:{copy}" for copy in copies]
    rows = connection.execute(
        select(Audit.at, Audit.detail)
        .where(Audit.act == "disclosure", among(connection, Audit.subject, named))
        .order_by(Audit.at, Audit.seq)
    )
    for row in rows:
        if set(row.detail.get("reports", ())) & set(refs):
            yield {"to": row.detail.get("to"), "at": row.at.isoformat(), "kind": row.detail.get("kind")}


def _written(one: Written, how: str, *, words: bool) -> dict[str, Any]:
    """What somebody wrote: where it stands and why it is listed here."""
    said = {"where": one.where, "what": one.kind, "by": one.by, "at": one.at.isoformat(), "because": how}
    return said | {"words": one.words if words else sorted(one.words)}


def _work(connection: Connection, mentions: Collection[str]) -> Iterator[dict[str, Any]]:
    """The steps taken and the bans about them; what was recorded for a step may tell of others, and is left out."""
    rows = connection.execute(
        select(Work.kind, Work.agency, Work.body)
        .where(Work.kind.in_(("step", "ban")), Work.taken_back.is_(False))
        .order_by(Work.made_at, Work.id)
    )
    for row in rows:
        if not set(mentions).isdisjoint((row.body.get("subject") or {}).get("mentions") or ()):
            said = {name: row.body[name] for name in _OF_WORK if row.body.get(name)}
            yield {"what": row.kind, "by": row.agency} | said
