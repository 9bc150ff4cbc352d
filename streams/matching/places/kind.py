"""Places as a kind of entity: ways of writing one place, by the ladder of practice, strongest first."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping

from rapidfuzz.distance import JaroWinkler
from sqlalchemy import Connection, select

from schemas.tables import PlaceValue
from streams.clusters.kinds import Bars, Evidence, Kind, Verdict
from streams.matching.places.grid import apart, cells
from streams.matching.places.place import PlaceForm, from_body
from streams.matching.words import soundex
from streams.statements import Statement

_EXACT = 50.0  # metres of accuracy within which a point can tell one place from the next
_SAME_POINT = 10.0
_NEARBY = 150.0
_RULE = "places-2026-11"

_SAME = Evidence("text", 40.0, "Written the same.")
_UPRN = Evidence("uprn", 30.0, "The same unique property reference number.")
_FOUND = Evidence("uprn", 28.0, "The same address of the address list.")
_PARENT = Evidence("parent", 22.0, "The same building of the address list, and no more is known.")
_USRN = Evidence("usrn", 22.0, "The same street by its reference number, and no more is known.")
_LICENCE = Evidence("licence", 30.0, "The same premises licence.")
_NAMED = Evidence("name", 24.0, "The same name, at the same postcode, street or spot.")
_NAMED_ONLY = Evidence("name", 12.0, "The same name; where it stands is not said.")
_POSTCODE = Evidence("address", 26.0, "The same number at the same postcode.")
_STREET = Evidence("address", 22.0, "The same number in a street written alike.")
_ELSEWHERE = Evidence("address", 12.0, "The same number in a street written alike, in what may be another town.")
_FLAT = Evidence("flat", -12.0, "A flat in one, none in the other.")
_ALIKE = Evidence("text", 24.0, "Written alike, with the same point or postcode.")
_POINT = Evidence("point", 21.0, "Two exact points within metres of each other.")
_NEXT = Evidence("point", 12.0, "Two exact points within metres of each other, and two names.")
_WITHIN = Evidence("point", 20.5, "Two points, one within what the other is known to.")
_JUNCTION = Evidence("junction", 22.0, "The same two streets meet there.")
_JUNCTIONS = Evidence("junction", 12.0, "Two streets of the same names meet there, in what may be another town.")
_TOLD = Evidence("narrative", -4.0, "It was read from the narrative, and not given as the place.")
_CODE = Evidence("postcode", 22.0, "The same postcode, and no more is known.")


def keys(form: PlaceForm) -> frozenset[str]:
    """The keys by which ways of writing one place find each other; one by which those of several groups do."""
    found = frozenset(key[:200] for key in _keys(form))
    return found | {f"w:{form.item}"} if found else found


def _keys(form: PlaceForm) -> Iterator[str]:
    if uprn := _uprn(form):
        yield f"u:{uprn}"
    if form.found_precision == "building":
        yield f"b:{form.found_parent}"
    if form.cross:
        yield f"j:{form.street}:{form.cross}"
    if _on_street(form):
        yield f"s:{_usrn(form)}:{form.near:d}"
    if form.licence:
        yield f"l:{form.licence}"
    if form.name:
        yield f"n:{form.name}"
    if form.near or form.precision == "street":
        yield f"t:{form.text}:{form.name}"
    elif form.number:
        yield from (f"a:{form.number}:{part}" for part in (form.postcode, soundex(form.street)) if part)
    elif form.precision == "postcode" and form.postcode:
        yield f"p:{form.postcode}"
    if form.point is not None and form.accuracy <= _EXACT and not form.near:
        yield from (f"c:{cell}" for cell in cells(form.point, 100.0, (_EXACT if _no_more(form) else _SAME_POINT) / 2))


def _uprn(form: PlaceForm) -> str:
    return form.found_uprn or form.uprn


def _usrn(form: PlaceForm) -> str:
    return form.found_usrn or form.usrn


def _on_street(form: PlaceForm) -> bool:
    """Whether it is known to be in a street, and no more: neither number, name nor a point of its own."""
    if not _usrn(form) or _uprn(form) or form.number or form.licence or form.name or form.point is not None:
        return False
    return form.found_precision in ("street", "") and form.precision == "street"


def judge(a: PlaceForm, b: PlaceForm) -> Verdict | None:
    """What two ways of writing a place have in common: the strongest rung of the ladder."""
    if _written_the_same(a, b):
        return Verdict(bits=_SAME.bits, joins=True, never=False, evidence=(_SAME,))
    evidence = _rung(a, b)
    if evidence is None:
        return None
    found = [evidence]
    if evidence in (_POSTCODE, _STREET) and bool(a.flat) != bool(b.flat):
        found.append(_FLAT)
    if a.source or b.source:
        found.append(_TOLD)
    return Verdict(bits=sum(e.bits for e in found), joins=True, never=never(a, b), evidence=tuple(found))


def _written_the_same(a: PlaceForm, b: PlaceForm) -> bool:
    """Whether they are one way of writing it, told by reports of two groups."""
    return hash(a) == hash(b) and a == b  # of most the first tells it


def never(a: PlaceForm, b: PlaceForm) -> bool:
    """Whether they are plainly two: unlike reference numbers, house numbers or flats, or far apart."""
    if _written_the_same(a, b):
        return False
    ours, theirs = _uprn(a), _uprn(b)
    if (ours and theirs and ours != theirs) or (a.licence and b.licence and a.licence != b.licence):
        return True
    if ours and ours == theirs and not (a.near or b.near):
        return False  # however differently it is written
    if (a.number and b.number and a.number != b.number) or (a.flat and b.flat and a.flat != b.flat):
        return True
    return a.near != b.near or _far(a, b)


def _far(a: PlaceForm, b: PlaceForm) -> bool:
    if a.point is None or b.point is None:
        return False
    return apart(a.point, b.point) > a.accuracy + b.accuracy + _NEARBY


def _rung(a: PlaceForm, b: PlaceForm) -> Evidence | None:
    if a.uprn and a.uprn == b.uprn:
        return _UPRN
    if _uprn(a) and _uprn(a) == _uprn(b):
        return _FOUND
    if a.licence and a.licence == b.licence:
        return _LICENCE
    if a.found_precision == b.found_precision == "building" and a.found_parent == b.found_parent:
        return _PARENT
    if _on_street(a) and _on_street(b) and a.near == b.near and _usrn(a) == _usrn(b):
        return _USRN
    if a.cross and (a.street, a.cross) == (b.street, b.cross):
        return _meeting(a, b)
    if a.near or b.near or "street" in (a.precision, b.precision):
        return _ALIKE if _written_alike(a, b) else None
    if a.name and b.name and JaroWinkler.similarity(a.name, b.name) >= 0.93:
        return _NAMED if _there(a, b) else _NAMED_ONLY
    if a.number and a.number == b.number:
        return _address(a, b)
    return _spot(a, b)


def _meeting(a: PlaceForm, b: PlaceForm) -> Evidence | None:
    """Two junctions of the same names: one, unless they are far apart, or may be in two towns."""
    if _far(a, b):
        return None
    there = a.point is not None and b.point is not None
    there = there or (bool(a.postcode) and a.postcode == b.postcode)
    return _JUNCTION if there or a.text.startswith(b.text) or b.text.startswith(a.text) else _JUNCTIONS


def _written_alike(a: PlaceForm, b: PlaceForm) -> bool:
    if a.near != b.near or (a.text, a.name, a.number) != (b.text, b.name, b.number):
        return False
    if a.point is not None and b.point is not None:
        return apart(a.point, b.point) <= 1.0
    return a.point is b.point and bool(a.postcode) and a.postcode == b.postcode


def _there(a: PlaceForm, b: PlaceForm) -> bool:
    if a.postcode and a.postcode == b.postcode:
        return True
    if a.point is not None and b.point is not None:
        return apart(a.point, b.point) <= _NEARBY
    return bool(a.street) and a.street == b.street


def _address(a: PlaceForm, b: PlaceForm) -> Evidence | None:
    alike = not (a.street and b.street) or JaroWinkler.similarity(a.street, b.street) >= 0.9
    if not alike:
        return None
    if a.postcode and b.postcode:
        return _POSTCODE if a.postcode == b.postcode else None
    if not (a.street and b.street):
        return None
    if a.point is not None and b.point is not None:
        return _STREET if not _far(a, b) else None
    return _STREET if a.text.startswith(b.text) or b.text.startswith(a.text) else _ELSEWHERE


def _spot(a: PlaceForm, b: PlaceForm) -> Evidence | None:
    if _only_code(a) and _only_code(b) and a.postcode == b.postcode:
        return _CODE if a.point is None or b.point is None or not _far(a, b) else None
    if a.point is None or b.point is None or max(a.accuracy, b.accuracy) > _EXACT:
        return None
    metres = apart(a.point, b.point)
    if metres <= _SAME_POINT:
        return _NEXT if a.name and b.name else _POINT
    return _WITHIN if metres <= min(a.accuracy, b.accuracy) and _no_more(a) and _no_more(b) else None


def _only_code(form: PlaceForm) -> bool:
    """Whether a postcode is all that is known of a place."""
    return form.precision == "postcode" and bool(form.postcode) and not (form.flat or _uprn(form) or form.found_parent)


def _no_more(form: PlaceForm) -> bool:
    """Whether nothing but a point is known."""
    return not (form.number or form.name or form.street or form.text)


# By id, which is made from all that a form says: the first of a block are compared with everyone.
_READ: "OrderedDict[str, PlaceForm]" = OrderedDict()
_MOST = 16_384


_FORMS = Statement(lambda any_of: select(PlaceValue.id, PlaceValue.body).where(any_of(PlaceValue.id, "items")))


def _load(connection: Connection, items: Collection[str]) -> Mapping[str, PlaceForm]:
    found = {item: form for item in items if (form := _READ.get(item)) is not None}
    unread = set(items) - found.keys()
    if unread:
        for item, body in _FORMS(connection, items=unread).all():
            found[item] = _READ[item] = from_body(body)
        while len(_READ) > _MOST:
            _READ.popitem(last=False)
    return found


# Ways of writing one place need no more than one sure rung between two groups of them.
PLACES: Kind[PlaceForm] = Kind(
    name="place",
    rule=_RULE,
    bars=Bars(join=20.0, stay=7.0, review=10.0),
    head=40,
    load=_load,
    judge=judge,
    never=never,
    personal=False,
)
