"""The bytes that were sent, each under a key of its own: who destroys that one row has destroyed the body."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import Connection, delete, select

from schemas.tables import BodyKey, ReportBody
from streams.clusters.sets import among
from streams.keeping.keyring import Sealed, keyring_of, write_down_key
from streams.statements import Statement
from streams.store import put


def keep_bodies(connection: Connection, bodies: Mapping[str, bytes]) -> None:
    """Keep bodies by their uid, sealed."""
    if not bodies:
        return
    ring = write_down_key(connection)
    sealed = {uid: ring.seal(uid, body) for uid, body in bodies.items()}
    put(connection, BodyKey, [{"uid": uid, "wrapped": one.key} for uid, one in sealed.items()])
    put(connection, ReportBody, [{"uid": uid, "raw": one.body} for uid, one in sealed.items()])


def bodies(connection: Connection, uids: Iterable[str]) -> dict[str, bytes]:
    """The bodies as they were sent, by uid; one whose key was destroyed is no more."""
    return dict(opened(connection, _BODIES(connection, uids=set(uids))))


_BODIES = Statement(
    lambda any_of: (
        select(ReportBody.uid, BodyKey.wrapped, ReportBody.raw)
        .join(BodyKey, BodyKey.uid == ReportBody.uid)
        .where(any_of(ReportBody.uid, "uids"))
    )
)


def opened(connection: Connection, rows: Iterable[tuple[str, bytes, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Rows of uid, wrapped key and sealed body, as uid and what was sent."""
    ring = None
    for uid, wrapped, raw in rows:
        ring = ring or keyring_of(connection)
        yield uid, ring.unseal(uid, Sealed(key=wrapped, body=raw))


def destroy_keys(connection: Connection, uids: Collection[str]) -> int:
    """Make bodies unreadable for good; how many were readable."""
    return connection.execute(delete(BodyKey).where(among(connection, BodyKey.uid, uids))).rowcount
