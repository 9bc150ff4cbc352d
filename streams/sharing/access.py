"""Asking an owner for what it holds, and its answer: inputs of the store like judgements, which outlive a replay."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.tables import Access, AlertEvidence, Report, Told
from streams.clusters.sets import among
from streams.keeping.log import COMMANDS, log
from streams.sharing.again import share_reports
from streams.store import add_new


class Refused(ValueError):
    """An asking or an answer that cannot be, told as a sentence."""


def ask(
    connection: Connection,
    partnership: Partnership,
    *,
    asker: str,
    owner: str,
    about: str,
    why: str,
    by: str,
    at: datetime,
) -> str:
    """Write down that ``asker`` asks ``owner`` for what it holds beside ``about``; the asking's id.

    ``about`` is a report of the asker's own, or an alert it has a copy of: nothing can be probed for by asking.
    """
    for name in (asker, owner):
        if name not in partnership:
            raise Refused(f"no agency {name!r} in the agencies file")
    if asker == owner or not why.strip():
        raise Refused("an agency asks another, and says why")
    if not _has(connection, asker, about):
        raise Refused(f"{about} is no report of {asker}'s own and no alert it has")
    number = identity("access", asker, owner, about, at.isoformat())
    row = {"id": number, "asker": asker, "owner": owner, "about": about, "why": why, "asked_by": by, "asked_at": at}
    left = dict.fromkeys(("answer", "reason", "answered_by", "answered_at", "until"))
    add_new(connection, Access, [{**row, **left, "opens": []}])
    detail = {"from": asker, "of": owner, "about": about}
    log(connection, COMMANDS, [_entry(at, by, "consultation", number, why, detail)])
    return number


def answer(
    connection: Connection,
    number: str,
    *,
    owner: str,
    yes: bool,
    reason: str,
    by: str,
    at: datetime,
    opens: Collection[str] = (),
    until: datetime | None = None,
) -> None:
    """Write down the owner's answer; a yes opens exactly those reports of its own, until then, to who asked."""
    row = connection.execute(
        select(Access.asker, Access.opens).where(Access.id == number, Access.owner == owner)
    ).first()
    if row is None:
        raise Refused(f"{owner} was asked nothing under {number}")
    if not reason.strip():
        raise Refused("an answer says why")
    if yes and (until is None or not opens):
        raise Refused("a yes names what it opens, and until when")
    theirs = set(opens) - _own(connection, owner, opens)
    if theirs:
        raise Refused(f"{owner} has no such report: {', '.join(sorted(theirs))}")
    said: dict[str, Any] = {"answer": "yes" if yes else "no", "reason": reason, "answered_by": by, "answered_at": at}
    said |= {"opens": sorted(opens) if yes else [], "until": until if yes else None}
    connection.execute(update(Access).where(Access.id == number).values(said))
    detail = {"to": row.asker, "answer": said["answer"], "reports": said["opens"]}
    log(connection, COMMANDS, [_entry(at, by, "disclosure" if yes else "consultation", number, reason, detail)])
    share_reports(connection, {*opens, *row.opens})


def askings(connection: Connection, agency: str) -> list[dict[str, Any]]:
    """What an agency asked and was asked, the newest first."""
    rows = connection.execute(
        select(*Access.__table__.columns)
        .where((Access.asker == agency) | (Access.owner == agency))
        .order_by(Access.asked_at.desc(), Access.id)
    ).mappings()
    return [dict(row) for row in rows]


def held_beside(connection: Connection, alert: str, owner: str) -> set[str]:
    """The owner's reports that an alert rests on."""
    matter = (
        connection.execute(select(Told.matter).where(Told.alert == alert, Told.matter.is_not(None))).scalars().first()
    )
    rows = connection.execute(select(AlertEvidence.ref).where(AlertEvidence.alert == (matter or alert)))
    return {ref for ref in rows.scalars() if ref.startswith(f"{owner}:")}


def forget_askings(connection: Connection, refs: Collection[str]) -> None:
    """Take away what was asked about reports that are erased, and what opened them."""
    rows = connection.execute(select(Access.id, Access.about, Access.opens))
    gone = {row.id for row in rows if row.about in refs or not set(refs).isdisjoint(row.opens)}
    if gone:
        connection.execute(delete(Access).where(among(connection, Access.id, gone)))


def _has(connection: Connection, agency: str, about: str) -> bool:
    if about.startswith(f"{agency}:"):
        return bool(_own(connection, agency, [about]))
    query = select(Told.alert).where(Told.alert == about, Told.agency == agency, Told.matter.is_not(None))
    return connection.execute(query).first() is not None


def _own(connection: Connection, agency: str, refs: Collection[str]) -> set[str]:
    query = select(Report.ref).where(among(connection, Report.ref, refs), Report.agency == agency)
    return set(connection.execute(query.where(Report.status == "accepted")).scalars())


def _entry(at: datetime, by: str, act: str, number: str, why: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": at, "actor": by[:80], "act": act, "subject": f"access:{number}", "why": why, "detail": dict(detail)}
