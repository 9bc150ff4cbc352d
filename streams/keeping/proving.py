"""Whether the log is whole: each chain from its beginning to its end, and against what was signed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Audit, AuditCut, AuditHead, AuditSigned, AuditWords
from streams.keeping.heads import WORD, root_of, signed
from streams.keeping.log import START, digest_of_words, hash_of

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something wrong with the log: in which chain, at which entry of it, and what."""

    chain: str
    n: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How many entries and chains were gone through, how many signed heads they were held against, what is wrong."""

    entries: int
    chains: int
    heads: int
    flaws: tuple[Flaw, ...]


def prove(connection: Connection, public: str, elsewhere: Iterable[Mapping[str, Any]] = ()) -> Proof:
    """Go through the whole log; ``elsewhere``: signed heads as agencies were sent them (root, at, signature)."""
    kept = _kept_heads(connection, public)
    flaws = [*kept.flaws, *_missing(kept, public, elsewhere)]
    expected: dict[str, dict[int, str]] = {}
    for heads in kept.heads:
        for chain, (n, hashed) in heads.items():
            expected.setdefault(chain, {})[n] = hashed
    walk = _walk(connection, public, expected)
    return Proof(entries=walk.entries, chains=walk.chains, heads=len(kept.heads), flaws=(*flaws, *walk.flaws))


@dataclass(frozen=True, slots=True)
class _Kept:
    heads: list[dict[str, Any]]
    roots: set[str]
    flaws: list[Flaw]


def _kept_heads(connection: Connection, public: str) -> _Kept:
    heads, roots, flaws = [], set(), []
    rows = connection.execute(select(AuditSigned.__table__).order_by(AuditSigned.at)).all()
    for place, row in enumerate(rows, start=1):
        if root_of(row.salt, row.heads) != row.root:
            flaws.append(Flaw(chain="signed heads", n=place, says="the ends kept are not those that were signed"))
        elif not signed(public, row.signature, WORD, row.root, row.at.isoformat()):
            flaws.append(Flaw(chain="signed heads", n=place, says="it is not signed by the partnership's key"))
        else:
            heads.append(row.heads)
            roots.add(row.root)
    return _Kept(heads, roots, flaws)


def _missing(kept: _Kept, public: str, elsewhere: Iterable[Mapping[str, Any]]) -> Iterator[Flaw]:
    for place, head in enumerate(elsewhere, start=1):
        at = datetime.fromisoformat(head["at"]).isoformat()
        if not signed(public, head["signature"], WORD, head["root"], at):
            yield Flaw(chain="heads given", n=place, says="it is not signed by the partnership's key")
        elif head["root"] not in kept.roots:
            yield Flaw(chain="heads given", n=place, says=f"what was signed at {at} is no longer in the store")


@dataclass(slots=True)
class _Walk:
    entries: int
    chains: int
    flaws: list[Flaw]


def _walk(connection: Connection, public: str, expected: Mapping[str, Mapping[int, str]]) -> _Walk:
    ends = {row.chain: (row.n, row.hash) for row in connection.execute(select(AuditHead.__table__))}
    cuts = {row.chain: row for row in connection.execute(select(AuditCut.__table__))}
    words = {row.digest: row for row in connection.execute(select(AuditWords.__table__))}
    rows = connection.execution_options(yield_per=AT_A_TIME).execute(
        select(Audit.__table__).order_by(Audit.chain, Audit.n, Audit.seq)
    )
    walk, met = _Walk(0, 0, []), set()
    for chain, entries in groupby(rows, key=lambda row: str(row.chain)):
        met.add(chain)
        walk.chains += 1
        start = _start(chain, cuts.get(chain), public, walk.flaws)
        _one_chain(walk, chain, entries, start, ends.get(chain), expected.get(chain, {}), words)
    for chain in sorted((ends.keys() | expected.keys()) - met):
        start = _start(chain, cuts.get(chain), public, walk.flaws)
        _one_chain(walk, chain, (), start, ends.get(chain), expected.get(chain, {}), words)
    return walk


def _start(chain: str, cut: Any, public: str, flaws: list[Flaw]) -> tuple[int, str]:
    if cut is None:
        return 0, START
    if not signed(public, cut.signature, "audit-cut", chain, cut.n, cut.hash, cut.at.isoformat()):
        flaws.append(Flaw(chain=chain, n=cut.n, says="it was cut up to here, and nobody signed for it"))
    return cut.n, cut.hash


def _one_chain(
    walk: _Walk,
    chain: str,
    entries: Iterable[Any],
    start: tuple[int, str],
    end: tuple[int, str] | None,
    expected: Mapping[int, str],
    words: Mapping[str, Any],
) -> None:
    def flaw(n: int, says: str) -> None:
        walk.flaws.append(Flaw(chain=chain, n=n, says=says))

    (n, last), came = start, dict([start])
    for row in entries:
        walk.entries += 1
        hashed = hash_of(row._mapping)
        if row.n == n + 1:
            if row.prev != last:
                flaw(row.n, "it does not follow the entry before it")
        elif row.n <= n:
            flaw(row.n, "an entry was put in beside it")
        else:
            flaw(n + 1, f"{row.n - n - 1} entries are missing from here on")
        if hashed != row.hash:
            flaw(row.n, "it was changed after it was written")
        if row.why in words and digest_of_words(words[row.why].salt, words[row.why].words) != row.why:
            flaw(row.n, "the reason beside it was changed")
        n, last = max(n, row.n), row.hash
        came[row.n] = row.hash
    if end is None or end != (n, last):
        flaw(n + 1, f"the chain ends here, and should at {end[0]}" if end else "nothing says where the chain ends")
    for at, hashed in sorted(expected.items()):
        if at > n:
            flaw(n + 1, f"the chain ends here, and {at} entries were signed for")
        elif at > start[0] and came.get(at) != hashed:
            flaw(at, "what stands here is not what was signed for: the chain was rewritten up to here")
