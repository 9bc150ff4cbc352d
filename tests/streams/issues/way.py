"""Reports put into a store and walked through the real stages, as a replay does it."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, select

from schemas.agencies import Agency, Partnership
from schemas.agreements import Agreement, agreements_source, read_agreements
from schemas.identity import identity, ref_of
from schemas.tables import Alert, Base, Finding, FindingIncident, Report, ReportVersion
from streams.dedupe.stage import DEDUPE
from streams.issues.days import close_days
from streams.issues.stage import ISSUES
from streams.keeping.bodies import keep_bodies
from streams.matching.stage import MATCHING
from streams.sharing.stage import SHARING
from streams.stage import Message, leave_for, standing_before
from streams.store import open_store, put, writing

STAGES = (DEDUPE, MATCHING, ISSUES, SHARING)
MEMBERS = {
    name: Agency(name=name, title=name, statutory=statutory, cleared=frozenset(cleared))
    for name, statutory, cleared in (
        ("police", True, ("OFFICIAL-SENSITIVE", "domestic-abuse")),
        ("council", True, ()),
        ("housing", True, ()),
        ("fire", True, ("OFFICIAL-SENSITIVE",)),
        ("street-pastors", False, ()),
    )
}


def agreed(*agreements: Agreement) -> Partnership:
    """The same agencies with these agreements."""
    return Partnership(MEMBERS, agreements)


SHIPPED = read_agreements(agreements_source(None), {name: member.statutory for name, member in MEMBERS.items()})
PARTNERSHIP = agreed(*SHIPPED)
FIRST = datetime.fromisoformat("2024-03-04T12:00:00+00:00")
Body = dict[str, Any]


def moment(days: float) -> str:
    """So many days after the first."""
    return (FIRST + timedelta(days=days)).isoformat()


def report(agency: str, number: object, days: float, *, told: float = 0.1, **fields: Any) -> Body:
    """A report of something that happened on a day and was told ``told`` days later."""
    when = {"from": moment(days), "to": moment(days)}
    return {
        "id": str(number),
        "agency": agency,
        "reported_at": moment(days + told),
        "occurred": when,
        "category": "anti-social-behaviour",
        **fields,
    }


def person(role: str, name: str = "Quentin Ashdown", born: str = "1988-07-21", **fields: Any) -> Body:
    """A mention of a person who can be known again."""
    return {"role": role, "name": name, "born": born, **fields}


def marking(body: Body) -> Body:
    """What intake keeps of how a report is marked."""
    return {
        "classification": body.get("classification", "OFFICIAL"),
        "grading": body.get("grading"),
        "sensitive": body.get("sensitive", []),
        "restricted_to": body.get("restricted_to"),
    }


OPENED: list[Engine] = []


def close_all() -> None:
    """Let go of every store that was opened."""
    while OPENED:
        OPENED.pop().dispose()


class Way:
    """A store with the stages over it."""

    def __init__(self, url: str = "sqlite:///:memory:", partnership: Partnership = PARTNERSHIP) -> None:
        self.engine: Engine = open_store(url) if ":memory:" not in url else _in_memory()
        self.partnership = partnership
        self.told: list[Message] = []
        OPENED.append(self.engine)
        Base.metadata.create_all(self.engine)

    def copied(self, partnership: Partnership | None = None) -> "Way":
        """Another store with all that stands in this one, which lies in memory."""
        other = Way(partnership=partnership or self.partnership)
        with self.engine.connect() as here, other.engine.connect() as there:
            here.connection.driver_connection.backup(there.connection.driver_connection)  # type: ignore[union-attr]
        other.told = list(self.told)
        return other

    def take(self, bodies: Iterable[Body], *, batch: int = 500) -> "Way":
        """Take reports in batches, each walked to the end before the next."""
        listed = list(bodies)
        for start in range(0, len(listed), batch):
            with writing(self.engine) as connection:
                self.keep(connection, listed[start : start + batch])
            self.drain(batch)
        return self

    def keep(self, connection: Connection, bodies: Sequence[Body]) -> None:
        """Put reports where intake would, and leave them for the stages."""
        refs = []
        for body in bodies:
            ref = ref_of(body["agency"], body["id"])
            uid = identity("uid", ref, body.get("version", 1))
            gone = body.get("action") == "retract"
            digest = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            put(
                connection,
                ReportVersion,
                [
                    {
                        "uid": uid,
                        "ref": ref,
                        "agency": body["agency"],
                        "id": body["id"],
                        "version": body.get("version", 1),
                        "action": body.get("action", "report"),
                        "digest": digest,
                        "reported_at": datetime.fromisoformat(body["reported_at"]),
                        "taken_at": datetime.fromisoformat(body["reported_at"]),
                        "source": "file:test",
                        "partition": 0,
                        "offset": 0,
                    }
                ],
            )
            keep_bodies(connection, {uid: json.dumps(body).encode()})
            put(
                connection,
                Report,
                [
                    {
                        "ref": ref,
                        "agency": body["agency"],
                        "id": body["id"],
                        "version": body.get("version", 1),
                        "uid": uid,
                        "status": "retracted" if gone else "accepted",
                        "reported_at": datetime.fromisoformat(body["reported_at"]),
                        "occurred_from": datetime.fromisoformat(body["occurred"]["from"]),
                        "occurred_to": datetime.fromisoformat(body["occurred"]["to"]),
                        "category": body["category"],
                        "detail": body.get("detail"),
                        "asb_type": None,
                        "marking": marking(body),
                    }
                ],
            )
            refs.append(ref)
        leave_for(connection, "dedupe", refs)

    def drain(self, batch: int = 500) -> None:
        """Let every stage take what stands before it, in batches, until nothing does."""
        while True:
            for stage in STAGES:
                with writing(self.engine) as connection:
                    keys = standing_before(connection, stage.name, batch)
                    if keys:
                        self.told += stage.work(connection, keys, self.partnership)
                if keys:
                    break
            else:
                return

    def close(self, days: float) -> "Way":
        """Close the days up to and with one, as if the partnership had gone on reporting until then."""
        with writing(self.engine) as connection:
            _report_nothing(connection, FIRST + timedelta(days=days))
            close_days(connection, FIRST + timedelta(days=days), through=True)
        self.drain()
        return self

    def alerts(self) -> list[Body]:
        """The alerts that stand, in an order of their own."""
        with self.engine.begin() as connection:
            query = select(Alert.body).where(Alert.withdrawn.is_(False)).order_by(Alert.raised_at, Alert.id)
            return list(connection.execute(query).scalars())

    def kinds(self) -> list[str]:
        """The kinds of the alerts that stand."""
        return sorted(alert["kind"] for alert in self.alerts())

    def rows(self, table: Any, *columns: Any, where: Callable[[Any], Any] | None = None) -> list[Any]:
        """Rows of a table."""
        with self.engine.begin() as connection:
            query = select(*(columns or table.__table__.columns))
            return list(connection.execute(query if where is None else query.where(where(table))))

    def copies(self, agency: str) -> dict[str, Body | None]:
        """The last copy of each alert on an agency's topic; None where it was pulled back."""
        topic = f"tocsin.alerts.{agency}.v1"
        return {
            (message.key or b"").decode(): None if message.value is None else json.loads(message.value)
            for message in self.told
            if message.topic == topic
        }

    def standing_copies(self, agency: str) -> dict[str, Body]:
        """The copies an agency has now."""
        return {alert: body for alert, body in self.copies(agency).items() if body is not None}

    def told_to(self, agency: str) -> list[Body]:
        """All that was ever told to an agency."""
        return [json.loads(m.value) for m in self.told if f".{agency}." in m.topic and m.value is not None]

    def receipts(self, agency: str) -> list[tuple[str, str, str]]:
        """What an agency was last told of its reports, of what is still true."""
        last: dict[str, Body] = {}
        for message in self.told:
            if message.topic == f"tocsin.receipts.{agency}.v1":
                body = json.loads(message.value or b"{}")
                last[body["id"]] = body
        return sorted((b["report"], b["status"], b["reasons"][0]) for b in last.values() if not b["withdrawn"])

    def forget_findings(self) -> None:
        """Take all findings away, as a store would be before they were first found."""
        with writing(self.engine) as connection:
            for table in (Finding, FindingIncident):
                connection.execute(delete(table))


def _report_nothing(connection: Connection, at: datetime) -> None:
    """A report that was taken back before it came: time has gone on, and that is all."""
    row = {"ref": "police:nothing", "agency": "police", "id": "nothing", "version": 1, "uid": None}
    put(connection, Report, [{**row, "status": "retracted", "reported_at": at}])


def _in_memory() -> Engine:
    from sqlalchemy.pool import StaticPool

    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
