"""Incidents as a kind of entity: how reports are judged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from schemas.kinds import vocabulary
from streams.clusters.kinds import Bars, Evidence, Kind, Verdict
from streams.clusters.rivals import Rivals
from streams.dedupe import crowd
from streams.dedupe.current import tellings
from streams.dedupe.evidence import CLAIMS, related
from streams.dedupe.telling import Telling
from streams.dedupe.when import apart, time
from streams.dedupe.where import EXACT

_RULES = vocabulary("incidents")
_REVIEW, _LOOSE = _RULES["bars"]["review"], _RULES["loose"]
_SAYS: Mapping[str, str] = _RULES["doubt"]
_MORE = frozenset({"time", "kind", "place"})  # by which a pair that nothing pins needs more
_AGAINST = -2.0  # bits of a claim that contradicts
_CONTRADICT = frozenset({"time", "place", "person", "vehicle"})  # then people are asked, however much else agrees
_PIN = frozenset({*EXACT, "beside"})  # places known to the house or premises
_KNOWN, _SURELY = frozenset({"person", "vehicle"}), 6.0  # bits from which both surely name one
_OWN = {"person": 2.5, "vehicle": 2.5, "narrative": 2.0}  # bits from which a claim speaks of this incident alone
_ROUNDING = 0.01  # bits added up in another order


def _most_of(field: str) -> float:
    """The most that a claim on a field can bring."""
    levels = (level for level in _RULES[field].values() if isinstance(level, dict))
    return max(float(level["bits"]) for level in levels if "bits" in level)


_MOST_PLACE = max(_most_of("place"), float(_RULES["place"]["most"]))
_MOST_KIND = _most_of("kind")
_MOST_PERSON, _MOST_SURNAME = _most_of("person"), float(_RULES["person"]["surname"]["bits"])
_MOST_VEHICLE, _MOST_PARTICULAR = _most_of("vehicle"), _most_of("particular")
_MOST_NARRATIVE = float(_RULES["narrative"]["most"])


def judge(a: Telling, b: Telling) -> Verdict | None:
    """What the claims say of two reports together; nothing where they cannot come to a doubt.

    What takes time is asked last, and not at all where the rest could not make up for what is known: nearly always.
    """
    found = [evidence for claim in CLAIMS[:3] if (evidence := claim(a, b)) is not None]
    wanted = _REVIEW - _ROUNDING - _most_else(a, b)
    where = _MOST_PLACE if a.spot is not None and b.spot is not None else 0.0
    if sum(evidence.bits for evidence in found) + where + _MOST_KIND < wanted:
        return None
    found += [evidence for claim in CLAIMS[3:5] if (evidence := claim(a, b)) is not None]
    if sum(evidence.bits for evidence in found) < wanted:
        return None
    found += [evidence for claim in CLAIMS[5:] if (evidence := claim(a, b)) is not None]
    bits = sum(evidence.bits for evidence in found)
    if bits < _REVIEW:
        return None
    return Verdict(
        bits=bits, joins=not _against(a, b, found), never=False, evidence=tuple(found), needs=_needs(a, b, found)
    )


def _most_else(a: Telling, b: Telling) -> float:
    """The most that people, vehicles, narrative and particulars can bring, by what both tell at all."""
    bits = 0.0
    if a.people and b.people:
        bits += _MOST_PERSON
    elif not a.surnames.isdisjoint(b.surnames):
        bits += _MOST_SURNAME
    if a.vehicles and b.vehicles:
        bits += _MOST_VEHICLE
    if not a.words.isdisjoint(b.words):
        bits += _MOST_NARRATIVE
    if a.particulars and b.particulars:
        bits += _MOST_PARTICULAR
    return bits


def evidence_bits(a: Telling, b: Telling) -> float:
    """The evidence for two reports, in bits, however little."""
    return sum(evidence.bits for claim in CLAIMS if (evidence := claim(a, b)) is not None)


def _against(a: Telling, b: Telling, found: Collection[Evidence]) -> Sequence[str]:
    """What contradicts, as sentences; a report that names the other may put it elsewhere."""
    if related(a, b) is not None:
        return () if time(a, b).bits > _AGAINST else (_SAYS["far"],)
    known = any(one.name in _KNOWN and one.bits >= _SURELY for one in found)
    if apart(a, b, known=known):
        return (_SAYS["apart"],)
    against = [one.says for one in found if one.bits <= _AGAINST and one.name in _CONTRADICT]
    return (_SAYS["against"], *against) if against else ()


def _needs(a: Telling, b: Telling, found: Collection[Evidence]) -> float:
    return 0.0 if related(a, b) is not None else enough(found)


def doubt(a: Telling, b: Telling, more: float = 0.0, why_more: str = "") -> str:
    """Why two reports are left to people, whatever the bits; nothing where they are not.

    ``more``: what is asked here beyond what a pair needs.
    """
    found = [evidence for claim in CLAIMS if (evidence := claim(a, b)) is not None]
    if against := _against(a, b, found):
        return " ".join(against)
    needs = _needs(a, b, found)
    if not needs or sum(evidence.bits for evidence in found) >= needs + more:
        return ""
    why = _SAYS["kinds" if _kinds_against(found) else "premises" if _at(found) == "premises" else "loose"]
    return f"{why.format(bits=needs + more)} {why_more}".strip()


def enough(found: Collection[Evidence]) -> float:
    """The bits that a pair needs: the more, the less surely it is of one spot, and the less its kinds and times agree.

    In a street, or at one counter, much may happen in an hour.
    """
    if any(evidence.bits >= _OWN.get(evidence.name, evidence.bits + 1) for evidence in found):
        return 0.0
    if _kinds_against(found):
        return float(_LOOSE["against"])
    if (where := _at(found)) in _PIN:
        return float(_LOOSE["premises"]) if where == "premises" else 0.0
    more = (_LOOSE[one.name].get(one.word, 0.0) for one in found if one.name in _MORE)
    return float(_LOOSE["join"] + sum(more))


def _kinds_against(found: Collection[Evidence]) -> bool:
    return any(one.name == "kind" and one.bits <= _AGAINST for one in found)


def _at(found: Collection[Evidence]) -> str:
    """At which level the places agree."""
    return next((evidence.word for evidence in found if evidence.name == "place"), "")


def never(a: Telling, b: Telling) -> bool:
    """No rule says so of reports: only people do."""
    return a is b


def of_one_agency(a: str, b: str) -> bool:
    """Whether two reports, by their refs, are one agency's: of two, one is likely of another incident."""
    return a.partition(":")[0] == b.partition(":")[0]


def _load(connection: Connection, items: Collection[str]) -> Mapping[str, Telling]:
    return tellings(connection, items)


INCIDENTS: Kind[Telling] = Kind(
    name="incident",
    rule=_RULES["version"],
    bars=Bars(**_RULES["bars"]),
    head=60,
    load=_load,
    judge=judge,
    never=never,
    bits=evidence_bits,
    doubt=doubt,
    rivals=Rivals(alike=of_one_agency, **_RULES["rivals"]),
)


def incidents(connection: Connection) -> Kind[Telling]:
    """How reports are judged in this store: with what it asks beyond what a pair needs."""
    here = crowd.Here(connection)

    def why(a: Telling, b: Telling) -> str:
        circle = here.circle(a.ref, b.ref)
        return doubt(a, b, here.more(circle), here.in_words(circle))

    return replace(INCIDENTS, ask=here.ask, doubt=why)
