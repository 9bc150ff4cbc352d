"""Writing to the log: each entry in the transaction that does what it tells of, chained to the one before.

Each writer has a chain of its own (an inbound partition, a stage, the page, the commands), so that two workers do not
wait for each other; a signed message holds the ends of all of them together (``streams.keeping.heads``).
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from schemas.tables import Audit, AuditHead, AuditWords, to_micros
from streams.clusters.sets import among
from streams.statements import Statement
from streams.store import add, add_new

START = "0" * 64
COMMANDS, PAGE, PEOPLE, SHARING, FILES = "commands", "page", "people", "sharing", "files"
DECISIONS = (PEOPLE, "before")  # in which people's decisions stand; the second is from before there were chains
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)

Entry = Mapping[str, Any]  # at, actor, act, subject, detail; why: words that can be erased


def log(connection: Connection, chain: str, entries: Iterable[Entry]) -> None:
    """Put entries at the end of a chain; whoever else writes to it waits until this transaction ends."""
    listed = list(entries)
    if not listed:
        return
    n, prev = _end_of(connection, chain)
    rows = []
    for entry in listed:
        n += 1
        row = {"why": None, **entry, "chain": chain, "n": n, "prev": prev}
        if row["why"]:
            row["why"] = keep_words(connection, row["why"])
        prev = row["hash"] = hash_of(row)
        rows.append(row)
    add(connection, Audit, rows)
    _MOVE_END(connection, of=chain, to=n, as_hashed=prev)


def _end_of(connection: Connection, chain: str) -> tuple[int, str]:
    found = _END(connection, of=chain).one_or_none()
    if found is None:
        add_new(connection, AuditHead, [{"chain": chain, "n": 0, "hash": START}])
        found = _END(connection, of=chain).one()
    return found.n, found.hash


_END = Statement(
    lambda _: select(AuditHead.n, AuditHead.hash).where(AuditHead.chain == bindparam("of")).with_for_update()
)
_MOVE_END = Statement(
    lambda _: (
        update(AuditHead)
        .where(AuditHead.chain == bindparam("of"))
        .values(n=bindparam("to"), hash=bindparam("as_hashed"))
    )
)


def hash_of(row: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over an entry in one way of writing it, the hash before among what it says."""
    said = [row[name] for name in ("chain", "n", "prev", "actor", "act", "subject", "why", "detail")]
    return sha256(_CANONICAL.encode([to_micros(row["at"]), *said]).encode()).hexdigest()


def keep_words(connection: Connection, words: str) -> str | None:
    """Lay somebody's words apart; the digest that stands for them in the log."""
    if not words.strip():
        return None
    salt = secrets.token_hex(16)
    digest = digest_of_words(salt, words)
    add(connection, AuditWords, [{"digest": digest, "salt": salt, "words": words}])
    return digest


def digest_of_words(salt: str, words: str) -> str:
    """What stands for words in the log (hex); without the salt, which is erased with them, they cannot be guessed."""
    return sha256(f"{salt}\n{words}".encode("utf-8", "surrogatepass")).hexdigest()


def words_of(connection: Connection, digests: Iterable[str | None]) -> dict[str, str]:
    """The words that entries stand for, of those not erased."""
    asked = {digest for digest in digests if digest}
    if not asked:
        return {}
    rows = connection.execute(
        select(AuditWords.digest, AuditWords.words).where(among(connection, AuditWords.digest, asked))
    )
    return dict(rows.all())


def altered(source: str, partition: int, versions: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """What an entry says of the versions of a run that change or withdraw what was said before; none, no entry."""
    count = sum(1 for row in versions if row["version"] > 1 or row["action"] != "report")
    if not count:
        return []
    detail = {"first": versions[0]["offset"], "last": versions[-1]["offset"], "versions": count}
    said = {"actor": "pipeline", "act": "alteration", "subject": f"{source[:180]}/{partition}"}
    return [said | {"detail": detail}]


def collected(source: str, partition: int, outcomes: Sequence[tuple[int, str]], uids: Iterable[str]) -> Entry:
    """What an entry says of a run of records taken in: from where to where, and how many came to what."""
    counts: dict[str, int] = {}
    for _, outcome in outcomes:
        counts[outcome] = counts.get(outcome, 0) + 1
    return {
        "actor": "pipeline",
        "act": "collection",
        "subject": f"{source[:180]}/{partition}",
        "detail": {
            "first": outcomes[0][0],
            "last": outcomes[-1][0],
            "outcomes": counts,
            # binds the entry to the very versions, which the table of what was received names one by one
            "versions": sha256("\n".join(sorted(uids)).encode()).hexdigest(),
        },
    }
