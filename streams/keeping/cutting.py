"""Cutting the log from the front, by rule: what is left begins at a signed point, so that no other cut passes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from schemas.tables import Audit, AuditCut, AuditWords
from streams.clusters.sets import among
from streams.keeping.heads import Signer
from streams.keeping.log import COMMANDS, log
from streams.store import put

CUT = "audit-cut"


def cut(connection: Connection, upto: Mapping[str, int], signer: Signer, by: str, at: datetime) -> int:
    """Take chains' entries up to a number away; how many. The triggers let go of no more than is signed for."""
    gone = 0
    for chain, n in sorted(upto.items()):
        hashed = connection.execute(select(Audit.hash).where(Audit.chain == chain, Audit.n == n)).scalar_one()
        signature = signer.sign(CUT, chain, n, hashed, at.isoformat())
        put(connection, AuditCut, [{"chain": chain, "n": n, "hash": hashed, "at": at, "signature": signature}])
        old = (Audit.chain == chain, Audit.n <= n)
        words = {why for why in connection.execute(select(Audit.why).where(*old)).scalars() if why}
        connection.execute(delete(AuditWords).where(among(connection, AuditWords.digest, words)))
        gone += connection.execute(delete(Audit).where(*old)).rowcount
    if gone:
        said = {"at": at, "actor": by, "act": "erasure", "subject": "audit", "detail": {"entries": gone}}
        log(connection, COMMANDS, [said | {"why": "retention"}])
    return gone
