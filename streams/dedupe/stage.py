"""The dedupe stage: reports to incidents."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete

from schemas.agencies import Partnership
from schemas.tables import Incident
from streams.clusters.kinds import Item
from streams.clusters.sets import among
from streams.clusters.update import update
from streams.dedupe import crowd, learning
from streams.dedupe.account import account
from streams.dedupe.bearing import worth_a_look
from streams.dedupe.current import on_known_ground, told
from streams.dedupe.current import tellings as tellings_of
from streams.dedupe.incidents import incidents
from streams.dedupe.keys import keys
from streams.matching.circles import draw
from streams.matching.openly import groups_of
from streams.stage import Message, Stage, leave_again, leave_for, told_apart
from streams.store import put
from streams.withdrawn import withdrawn


def dedupe(connection: Connection, stood: Sequence[str], partnership: Partnership) -> Sequence[Message]:
    """Take away what the reports said before, take in what they say now, and settle all incidents this touches.

    One that is only looked at again says what it said: matching and sharing have it already.
    """
    new, again = told_apart([*stood, *withdrawn(connection, "dedupe")])
    refs = sorted(new | again)
    draw(connection, new, partnership)
    said = told(connection, refs)
    teaches = {ref: telling for ref, telling in said.items() if ref in new}
    asking = learning.count(connection, new, teaches)
    leave_again(connection, {*asking.street, *worth_a_look(connection, asking.point - set(refs))} - set(refs))
    tellings = on_known_ground(connection, said)
    group = groups_of(connection, tellings.keys())
    came = [Item(id=ref, at=t.reported_at, keys=keys(t), group=group.of(ref)) for ref, t in tellings.items()]
    outcome = update(connection, incidents(connection), came, set(refs) - tellings.keys(), tellings)
    leave_again(connection, crowd.count(connection, outcome.since))
    if outcome.vanished:
        connection.execute(delete(Incident).where(among(connection, Incident.id, outcome.vanished)))
    others = {ref for members in outcome.entities.values() for ref in members} - tellings.keys()
    if others:
        tellings = tellings | tellings_of(connection, others)
        group = groups_of(connection, tellings.keys())
    rows = [
        account(entity, [tellings[ref] for ref in members], group.of) for entity, members in outcome.entities.items()
    ]
    put(connection, Incident, sorted(rows, key=lambda row: str(row["id"])))
    leave_for(connection, "matching", new)
    leave_for(connection, "issues", [f"incident:{entity}" for entity in (*outcome.entities, *outcome.vanished)])
    return ()


DEDUPE = Stage(name="dedupe", work=dedupe)
