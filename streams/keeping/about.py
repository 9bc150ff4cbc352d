"""What people wrote about somebody: of them, of an alert that rests on a report naming them, or naming them itself."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from schemas.tables import AlertEvidence, Audit, Judgement, Said, Told, Work
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.keeping.naming import LIKELY, MAYBE, NAMED, called
from streams.keeping.subject import Subject
from streams.keeping.words import Written, decision_id, names_in, written

OF_THEM = "it is about them"
OF_AN_ALERT = "it is about an alert that rests on a report naming them"


def written_about(connection: Connection, subject: Subject) -> Iterator[tuple[Written, str]]:
    """Each thing that people wrote about the people of ``subject``, and why it is taken for that."""
    alerts = _alerts(connection, subject.people)
    about = dict.fromkeys(_on_alerts(connection, alerts), OF_AN_ALERT)
    about |= dict.fromkeys(_of_them(connection, subject), OF_THEM)
    who = called(connection, subject)
    for one in written(connection):
        how = about.get(one.where)
        if how is None:
            hows = {who.found_in(text) for text in one.words.values()}
            how = next((f"they are named in it, {said}" for said in (NAMED, MAYBE, LIKELY) if said in hows), None)
        if how is not None:
            yield one, how


def _alerts(connection: Connection, refs: Collection[str]) -> set[str]:
    mine = select(AlertEvidence.alert).where(among(connection, AlertEvidence.ref, refs))
    alerts = set(connection.execute(mine).scalars())
    copies = connection.execute(select(Told.alert).where(among(connection, Told.matter, alerts))).scalars()
    return {*alerts, *copies}


def _on_alerts(connection: Connection, alerts: Collection[str]) -> Iterator[str]:
    rows = connection.execute(select(Work.id, Work.parent, Work.body)).all()
    about = {row.id for row in rows if row.body.get("alert") in alerts}
    yield from (f"work:{row.id}" for row in rows if row.id in about or row.parent in about)
    said = connection.execute(select(Said.id).where(among(connection, Said.alert, alerts))).scalars()
    yield from (f"said:{id}" for id in said)


def _of_them(connection: Connection, subject: Subject) -> Iterator[str]:
    """Steps and bans on them with their breaches, decisions on who they are, reasons for which somebody looked."""
    mentions = subject.mentions
    rows = connection.execute(select(Work.id, Work.parent, Work.body)).all()
    theirs = {row.id for row in rows if mentions & {*((row.body.get("subject") or {}).get("mentions") or ())}}
    yield from (f"work:{row.id}" for row in rows if row.id in theirs or row.parent in theirs)
    decided = connection.execute(select(*Judgement.__table__.columns).where(Judgement.judge != PIPELINE))
    yield from (f"decision:{decision_id(row)}" for row in decided if {row.a, row.b} & mentions)
    reasons = connection.execute(select(Audit.why, Audit.subject, Audit.detail).where(Audit.why.is_not(None)))
    yield from (f"log:{row.why}" for row in reasons if names_in(row, "person", "a", "b") & {*subject.named, *mentions})
