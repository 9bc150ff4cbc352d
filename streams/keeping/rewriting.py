"""One person out of a report, or put right in it: the bytes are written anew, and the old ones are no more."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from schemas.identity import identity
from schemas.report import Report as Words
from schemas.report import read_report_json
from schemas.tables import Report, ReportBody, ReportVersion
from streams.clusters.sets import among
from streams.intake.batch import marking_of
from streams.intake.digest import digest_of
from streams.keeping.bodies import bodies, destroy_keys, keep_bodies

Body = dict[str, Any]
ERASED = "(erased)"


def without_people(body: Mapping[str, Any], indexes: Collection[int]) -> Body:
    """A report without some of its people; each leaves a role, so that the others stay where they stand.

    Words that anybody wrote freely may name them, so none are kept; nor vehicles, nor a place that is their address.
    """
    people = list(body.get("people") or [])
    theirs = [people[index] for index in indexes if index < len(people)]
    homes = [address for one in theirs if (address := one.get("address"))]
    kept = {name: value for name, value in body.items() if name not in ("summary", "extension", "vehicles")}
    kept["people"] = [
        {"role": one["role"], "description": ERASED} if index in indexes else _no_free_words(one)
        for index, one in enumerate(people)
    ]
    if any(_same_place(body.get("place"), home) for home in homes):
        kept.pop("place", None)
    grading = kept.get("grading")
    if isinstance(grading, dict) and grading.get("conditions"):
        kept["grading"] = {**grading, "conditions": ERASED}
    return kept


def _no_free_words(person: Mapping[str, Any]) -> Body:
    return {name: value for name, value in person.items() if name != "description" or len(person) <= 2}


def _same_place(place: Any, home: Any) -> bool:
    if not isinstance(place, dict) or not isinstance(home, dict):
        return False
    if place.get("uprn") and place.get("uprn") == home.get("uprn"):
        return True
    words = [str(one.get("text") or one.get("name") or "").casefold().split() for one in (place, home)]
    return bool(words[0]) and words[0] == words[1]


def with_person(body: Mapping[str, Any], index: int, changes: Mapping[str, Any]) -> Body:
    """A report in which something is put right about one of its people; None takes a field away."""
    people = list(body.get("people") or [])
    changed = {**people[index], **changes}
    people[index] = {name: value for name, value in changed.items() if value is not None}
    return {**body, "people": people}


def rewrite(connection: Connection, ref: str, change: Callable[[Body], Body], uids: Collection[str]) -> list[str]:
    """Write versions of a report anew; the uids that are no more. Raises ``ValueError`` where it is no report then."""
    head = connection.execute(select(Report.uid).where(Report.ref == ref)).scalar_one_or_none()
    rows = connection.execute(
        select(*ReportVersion.__table__.columns).where(among(connection, ReportVersion.uid, uids))
    )
    versions = {row["uid"]: dict(row) for row in rows.mappings()}
    gone = []
    for uid, raw in sorted(bodies(connection, versions).items()):
        body = change(json.loads(raw.removeprefix(BOM_UTF8)))
        now = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        words = read_report_json(now)
        row = versions[uid] | {"digest": digest_of(words)}
        row["uid"] = identity("report-version", ref, row["version"], row["digest"])
        if row["uid"] == uid:
            continue
        connection.execute(delete(ReportVersion).where(ReportVersion.uid == uid))
        connection.execute(ReportVersion.__table__.insert().values(row))  # type: ignore[attr-defined]
        keep_bodies(connection, {row["uid"]: now})
        if uid == head:
            _point(connection, ref, row["uid"], words)
        gone.append(uid)
    destroy_keys(connection, gone)
    connection.execute(delete(ReportBody).where(among(connection, ReportBody.uid, gone)))
    return gone


def _point(connection: Connection, ref: str, uid: str, words: Words) -> None:
    connection.execute(update(Report).where(Report.ref == ref).values(uid=uid, marking=marking_of(words)))
