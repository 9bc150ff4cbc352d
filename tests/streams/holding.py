"""Reports put into the store as intake leaves them, so that the stages behind it can be tried alone."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, select

from schemas.agencies import Partnership
from schemas.identity import identity, ref_of
from schemas.tables import (
    Audit,
    Base,
    Crowd,
    EntityAlias,
    GenericValue,
    Ground,
    GroundUse,
    Incident,
    Judgement,
    Member,
    Mention,
    PlaceValue,
    Report,
    ReportVersion,
    ValueUse,
    Waiting,
)
from schemas.values import read_moment
from streams.keeping.bodies import keep_bodies
from streams.stage import Stage, standing_before
from streams.store import add_new, put, writing

NOBODY = Partnership({})
UNMARKED = {"classification": "OFFICIAL", "grading": None, "sensitive": [], "restricted_to": None}


def hold(connection: Connection, bodies: Iterable[dict[str, Any]]) -> list[str]:
    """Keep each body as its report's current version; the refs, in order."""
    return [_hold(connection, body) for body in bodies]


def _hold(connection: Connection, body: dict[str, Any]) -> str:
    ref, version = ref_of(body["agency"], body["id"]), body.get("version", 1)
    action = body.get("action", "report")
    uid = identity("report-version", ref, version)
    reported_at = read_moment(body["reported_at"])
    raw = json.dumps(body).encode()
    shared = {"agency": body["agency"], "id": body["id"], "version": version, "reported_at": reported_at}
    add_new(
        connection,
        ReportVersion,
        [
            {**shared, "uid": uid, "ref": ref, "action": action, "digest": sha256(raw).hexdigest()}
            | {"taken_at": reported_at, "source": "file:test", "partition": 0, "offset": 0}
        ],
    )
    keep_bodies(connection, {uid: raw})
    gone = action == "retract"
    occurred = {} if gone else {name: read_moment(body["occurred"][name]) for name in ("from", "to")}
    put(
        connection,
        Report,
        [
            {
                **shared,
                "ref": ref,
                "uid": None if gone else uid,
                "status": "retracted" if gone else "accepted",
                "occurred_from": occurred.get("from"),
                "occurred_to": occurred.get("to"),
                "category": body.get("category"),
                "detail": body.get("detail"),
                "asb_type": body.get("asb_type"),
                "marking": {name: body.get(name, left) for name, left in UNMARKED.items()},
            }
        ],
    )
    return ref


def take(engine: Engine, bodies: Sequence[dict[str, Any]], stages: Sequence[Stage], size: int = 500) -> None:
    """Hold reports batch by batch and let the stages take each."""
    for start in range(0, len(bodies), size):
        with writing(engine) as connection:
            refs = hold(connection, bodies[start : start + size])
            for stage in stages:
                stage.work(connection, list(dict.fromkeys(refs)), NOBODY)
                while stage.name == "dedupe" and (again := standing_before(connection, stage.name, 100_000)):
                    stage.work(connection, again, NOBODY)


def left_for(engine: Engine, stage: str) -> list[str]:
    """What stands before a stage, taken away."""
    with writing(engine) as connection:
        return sorted(standing_before(connection, stage, 100_000))


LINKED = (Member, Incident, Mention, PlaceValue, ValueUse, GenericValue, GroundUse, Ground, Crowd)


def state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All that linking derives, in an order of its own."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with engine.connect() as connection:
        for table in LINKED:
            columns = list(table.__table__.columns)
            found[table.__tablename__] = sorted(tuple(map(str, row)) for row in connection.execute(select(*columns)))
        pairs = select(Judgement.kind, Judgement.a, Judgement.b, Judgement.judge, Judgement.verdict, Judgement.bits)
        found["judgement"] = sorted(tuple(map(str, row)) for row in connection.execute(pairs))
    return found


def empty(engine: Engine) -> None:
    """Leave nothing in the store; its log can only be taken away whole."""
    with writing(engine) as connection:
        if connection.execute(select(Audit.seq).limit(1)).first() is not None:
            Audit.__table__.drop(connection)  # type: ignore[attr-defined]
            Audit.__table__.create(connection)  # type: ignore[attr-defined]
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


__all__ = ["NOBODY", "EntityAlias", "Waiting", "empty", "hold", "left_for", "state", "take"]
