"""Whether a report still speaks of the person that people judged, now that it was amended.

A judgement is about a mention as it then was. While its name and birth agree with what they were, it holds; where they
no longer do, it is to be looked at again: it takes no part, the pair stands open, and nothing of it is lost. It holds
again when the report does. Both versions are read by the rules of today, so that a new way of reading parts nobody.
"""

from codecs import BOM_UTF8
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from schemas.report import read_report_json
from schemas.tables import Audit, Judgement, Mention, Report
from streams.clusters.decision_log import AGAIN, standing
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.keeping.bodies import bodies
from streams.keeping.log import DECISIONS
from streams.matching.people.births import Birth
from streams.matching.people.mentions import read
from streams.matching.people.person import Mention as Read
from streams.stage import leave_for
from streams.statements import Statement

_KIND = "person"


def look_again(connection: Connection, refs: Collection[str]) -> None:
    """Let people's judgements on the mentions of ``refs`` hold, or be looked at again, as the reports now say."""
    if _PEOPLE_SPOKE(connection).first() is None:
        return
    told = _told(connection, refs)
    now = _versions_now(connection, {end for row in told for end in (row.a, row.b)})
    turned: set[str] = set()
    for row in told:
        verdict = _verdict(connection, row) if _holds(connection, row.evidence, now) else AGAIN
        if verdict != row.verdict:
            pair = (Judgement.kind == _KIND, Judgement.a == row.a, Judgement.b == row.b, Judgement.judge == row.judge)
            connection.execute(update(Judgement).where(*pair).values(verdict=verdict))
            turned |= {now[end].ref for end in (row.a, row.b) if end in now}
    leave_for(connection, "matching", turned)  # the other mention's report did not come, and is settled anew too


# Asked by chain alone: by act too, SQLite goes through all that the pipeline ever linked.
_PEOPLE_SPOKE = Statement(lambda _: select(Audit.seq).where(Audit.chain.in_(DECISIONS)).limit(1))


def _told(connection: Connection, refs: Collection[str]) -> list[Any]:
    """What people said of the mentions of ``refs``."""
    rows = {}
    for end in (Judgement.a, Judgement.b):
        found = connection.execute(
            select(*Judgement.__table__.columns)
            .join(Mention, Mention.id == end)
            .where(
                among(connection, Mention.ref, refs),
                Judgement.kind == _KIND,
                Judgement.judge != PIPELINE,
                Judgement.undone.is_(False),
            )
        )
        rows.update({(row.a, row.b, row.judge): row for row in found})
    return [rows[key] for key in sorted(rows)]


def _versions_now(connection: Connection, items: Collection[str]) -> dict[str, Any]:
    rows = connection.execute(
        select(Mention.id, Mention.ref, Mention.index, Report.uid)
        .join(Report, Report.ref == Mention.ref)
        .where(among(connection, Mention.id, items))
    )
    return {row.id: row for row in rows}


def _verdict(connection: Connection, row: Any) -> str:
    """What the judge said, whatever has become of it."""
    if row.verdict != AGAIN:
        return str(row.verdict)
    theirs = [one.verdict for one in standing(connection, _KIND, row.a, row.b) if one.judge == row.judge]
    return theirs[-1] or AGAIN


def _holds(connection: Connection, seen: Collection[Mapping[str, str]], now: Mapping[str, Any]) -> bool:
    """Whether each mention that is there speaks of whom it spoke of in the version that was seen."""
    for end in seen:
        is_now = now.get(end["item"])
        if is_now is None or is_now.uid == end["version"]:
            continue
        then, today = (_mention(connection, uid, is_now.index) for uid in (end["version"], is_now.uid))
        if then is None or today is None or not _agree(then, today):
            return False
    return True


def _mention(connection: Connection, uid: str, index: int) -> Read | None:
    raw = bodies(connection, [uid]).get(uid)
    mentions = read(read_report_json(raw.removeprefix(BOM_UTF8)), "").mentions if raw else ()
    return mentions[index] if index < len(mentions) else None


def _agree(then: Read, today: Read) -> bool:
    if then.names and not set(then.names) & set(today.names):
        return False
    return then.birth is None or today.birth is None or _fit(then.birth, today.birth)


def _fit(one: Birth, other: Birth) -> bool:
    """Whether two births are one as far as both are known."""
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    return all(a == b or not a or not b for a, b in parts)
