"""A place in normal form: what it is called, where it is, and how precisely it is known. No gazetteer is asked."""

import re
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from schemas.identity import identity
from schemas.kinds import vocabulary
from schemas.report import Place
from streams.matching.places.grid import on_grid, to_grid, to_wgs84
from streams.matching.places.institutions import institution
from streams.matching.places.junctions import junction
from streams.matching.places.pointed import pointed, without_words
from streams.matching.places.postcodes import postcode, split_off
from streams.matching.words import plain

_WORDS = vocabulary("places")
_TYPES = {short: full for full, shorts in _WORDS["street"].items() for short in (full, *shorts)}
_NEAR = re.compile(
    r"^(?:" + "|".join(re.escape(w) for w in sorted(_WORDS["words"]["near"], key=len, reverse=True)) + r")\b[:\s]*",
    re.I,
)
_FLAT = re.compile(rf"\b(?:{'|'.join(_WORDS['words']['flat'])})\s*(?:no\s+)?([0-9]+[a-z]?|[a-z])\b")
_AREA = re.compile(rf"\b(?:{'|'.join(_WORDS['words']['area'])})\b")
_NUMBER = re.compile(r"(?:^|\s)(?:no\s+)?([0-9]+[a-z]?)(?:\s+[0-9]+[a-z]?)?\s+(?=[a-z])")
_PLAIN = re.compile(r"([0-9]+[a-z]?)(?: [0-9]+[a-z]?)? ([a-z]{3,}(?: [a-z]+){0,2})")  # 22 Saltergate
_NUMBER_LETTER = re.compile(r"\b([0-9]+) ([a-z])\b(?= [a-z]{2})")
_REFERENCE = re.compile(r"[0-9]{1,12}|[A-Z]{1,4}[0-9]{3,12}")
_LEADING = re.compile(rf"^(?:(?:{'|'.join(_WORDS['words']['leading'])}) )*(?:the )?(?=.)")
_SPLIT = re.compile(r"[,;\n|]+")
_NOWHERE = frozenset(vocabulary("generic")["no_place"])
_UPRNS = frozenset(vocabulary("generic")["uprns"])
_ACCURACY: dict[str, float] = _WORDS["accuracy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceForm:
    """A place in normal form; ``point`` is its easting and northing in metres.

    ``precision``: address, building, street, postcode or area. ``near``: only somewhere about what is named.
    A point alone has the precision that holds its accuracy. ``cross``: the second street, where two meet.
    ``source``: "narrative" where it was read from the account. ``institution``: which kind of place that many come to.
    """

    uprn: str = ""
    usrn: str = ""
    licence: str = ""
    name: str = ""
    flat: str = ""
    number: str = ""
    street: str = ""
    cross: str = ""
    text: str = ""
    postcode: str = ""
    ward: str = ""
    point: tuple[float, float] | None = None
    accuracy: float = field(default=0.0)
    near: bool = False
    precision: str = "area"
    institution: str = ""
    source: str = ""
    found_uprn: str = ""  # what is made of it by what the partnership knows, beside what the report says
    found_parent: str = ""
    found_usrn: str = ""
    found_postcode: str = ""
    found_precision: str = ""
    found_score: float = 0.0
    found_next: str = ""  # what it would mean next, and how many bits that is behind
    found_behind: float | None = None
    found_ward: str = ""
    found_lsoa: str = ""
    located: str = ""  # by what it is known where it is: given, address, building, junction, street or postcode
    centre: tuple[float, float] | None = None  # of the street, junction or postcode: where it is about, not where it is
    about: float = 0.0  # metres about the centre
    hashed: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Of all it says, worked out once: a form is looked up by itself again and again."""
        if not self.hashed:
            object.__setattr__(self, "hashed", hash(tuple(getattr(self, name) for name in _FIELDS)))
        return self.hashed

    @property
    def item(self) -> str:
        """The id of this way of writing a place, as it is told openly."""
        return _item(self)

    def item_in(self, group: str) -> str:
        """Its id as reports of one group tell it, which are known alike: what others tell of it is none of theirs."""
        return _item_in(self.item, group) if group else self.item

    @property
    def area(self) -> str:
        """The ward, by the report or by where it lies."""
        return self.ward or self.found_ward

    @property
    def where(self) -> tuple[tuple[float, float] | None, float]:
        """The best that is known of where it is, and within how many metres."""
        return (self.point, self.accuracy) if self.point is not None else (self.centre, self.about)

    @property
    def label(self) -> str:
        """What people may call it, from the strongest that is known."""
        street = f"{self.number} {self.street}".strip() + (f" / {self.cross}" if self.cross else "")
        parts = [
            self.name or (self.flat and f"flat {self.flat}"),
            street or (self.text if not self.name else ""),
            self.postcode,
        ]
        return ", ".join(dict.fromkeys(part for part in parts if part)) or self.ward


_FIELDS = tuple(each.name for each in fields(PlaceForm) if each.compare)
_DEFAULTS = {each.name: each.default for each in fields(PlaceForm) if each.compare}


@lru_cache(maxsize=4_096)
def _item(form: PlaceForm) -> str:
    return identity("place-value", *(getattr(form, name) for name in _FIELDS))


@lru_cache(maxsize=4_096)
def _item_in(item: str, group: str) -> str:
    return identity("place-value", item, group)


def read_place(place: Place | None) -> PlaceForm | None:
    """The normal form of what a report says of a place; nothing where it says nothing that can be used."""
    if place is None:
        return None
    return _read(
        place.text or "",
        place.name or "",
        place.uprn or "",
        place.usrn or "",
        place.postcode or "",
        _point(place),
        place.accuracy_m,
        place.ward or "",
        place.premises_licence or "",
    )


def _point(place: Place) -> tuple[float, float] | None:
    if place.easting is not None and place.northing is not None and (found := on_grid(place.easting, place.northing)):
        return found
    if place.lat is not None and place.lon is not None:
        return to_grid(place.lat, place.lon)
    return None


@lru_cache(maxsize=1_024)
def _read(
    text: str,
    name: str,
    uprn: str,
    usrn: str,
    code: str,
    point: tuple[float, float] | None,
    accuracy: float | None,
    ward: str,
    licence: str,
) -> PlaceForm | None:
    written, words = without_words(_IN_BRACKETS.sub(" ", text))
    if point is None and (spoken := pointed(written)):
        point, accuracy, written = spoken.point, spoken.accuracy if accuracy is None else accuracy, spoken.rest
    in_text, written = split_off(written)
    fields = _address(written)
    if words and not fields["text"]:
        fields["text"] = words.replace(".", " ")
    known = {
        "uprn": _number(uprn),
        "usrn": _number(usrn),
        "licence": plain(licence),
        "name": _LEADING.sub("", plain(name) or fields.get("name", "")),
        "postcode": postcode(code) or in_text,
        "ward": " ".join(ward.split()),
        **{key: value for key, value in fields.items() if key != "name"},
    }
    if not (point or any(value for key, value in known.items() if key != "near")):
        return None
    precision = _precision(known, point, accuracy)
    return PlaceForm(
        **known,
        point=point,
        accuracy=_accuracy(precision, point, accuracy, bool(known.get("cross"))),
        precision=precision,
        institution=institution(known["name"], known.get("text", ""), known.get("street", "")),
        located="given" if point else "",
    )


_IN_BRACKETS = re.compile(r"\([^)]*\)")


@lru_cache(maxsize=2_048)
def distinctive(place: PlaceForm) -> tuple[str, ...]:
    """The words of the text that tell one address from another: no kinds of street, numbers or very short ones."""
    return tuple(dict.fromkeys(w for w in place.text.split() if len(w) > 3 and w.isalpha() and w not in _TYPES))


def _number(text: str) -> str:
    """A reference number without the zeros before it; some lists put letters before theirs."""
    said = text.strip().upper().lstrip("0")
    return said if _REFERENCE.fullmatch(said) and said not in _UPRNS else ""


def _address(text: str) -> dict[str, Any]:
    """Flat, number, street and name in a line of address; the whole of it as words besides."""
    said = text.strip()
    meeting = junction(said)
    near = bool(_NEAR.match(said)) and not meeting
    said = _NEAR.sub("", said)
    parts = [_NUMBER_LETTER.sub(r"\1\2", part) for raw in _SPLIT.split(said) if (part := plain(raw))]
    found: dict[str, Any] = {"near": near, "text": " ".join(_full(part) for part in parts)}
    if meeting:
        return found | {"street": _full(plain(meeting[0])), "cross": _full(plain(meeting[1]))}
    for index, part in enumerate(parts):
        if flat := _FLAT.search(part):
            found.setdefault("flat", flat[1])
            part = parts[index] = _FLAT.sub(" ", part).strip()
        if "street" in found:
            continue
        if street := _street(part):
            found |= street
            if "number" not in found and index and parts[index - 1].isalnum() and parts[index - 1][0].isdigit():
                found["number"] = parts[index - 1]
            elif index and "name" not in found and parts[index - 1] and not parts[index - 1][0].isdigit():
                found.setdefault("name", parts[index - 1])
    if "street" not in found and parts and _is_name(parts[0]):
        found.setdefault("name", parts[0])
    if "street" not in found and (plain_ := next((m for part in parts if (m := _PLAIN.fullmatch(part))), None)):
        found |= {"number": plain_[1], "street": plain_[2]}
    return found


def _is_name(part: str) -> bool:
    """Whether a text that is no street's names something: Market Hall, Neon Loom."""
    words = part.split()
    return 0 < len(words) <= 5 and not words[0][0].isdigit() and not _AREA.search(part) and part not in _NOWHERE


def _street(part: str) -> dict[str, str] | None:
    """The street in one part of an address, with the number before it."""
    words = part.split()
    ends = [i for i, word in enumerate(words) if i and word in _TYPES and not words[i - 1].isdigit()]
    if not ends:
        return None
    number = _NUMBER.search(f" {part}")
    start = 0
    found = {}
    if number and number.end() <= len(" ".join(words[: ends[0]])) + 2:
        found["number"] = number[1]
        start = len(part[: number.end() - 1].split())
    end = ends[-1] if not number else next((i for i in ends if i > start), ends[-1])
    if end < start:
        return None
    found["street"] = _full(" ".join(words[start : end + 1]))
    return found


def _full(part: str) -> str:
    """A part with its street types written out; St before a name is a saint."""
    words = part.split()
    return " ".join(
        _TYPES[word]
        if i
        and word in _TYPES
        and not words[i - 1].isdigit()
        and (len(word) > 2 or i == len(words) - 1 or word != "st")
        else word
        for i, word in enumerate(words)
    )


def _precision(known: dict[str, Any], point: tuple[float, float] | None, accuracy: float | None) -> str:
    if known.get("near"):
        return "street"
    if known["uprn"] or (known.get("number") and (known.get("street") or known["postcode"])):
        return "address"
    if known["licence"] or known["name"]:
        return "building"
    if known.get("street") or known["usrn"]:
        return "street"
    if point is not None:
        return _by_accuracy(_ACCURACY["point"] if accuracy is None else accuracy)
    if known["postcode"]:
        return "postcode"
    return "street" if known.get("text") and not _AREA.search(known["text"]) else "area"


def _by_accuracy(metres: float) -> str:
    return next((word for word in ("building", "postcode", "street") if metres <= _ACCURACY[word]), "area")


def _accuracy(precision: str, point: tuple[float, float] | None, stated: float | None, crossing: bool) -> float:
    if crossing and point is None:
        return _ACCURACY["junction"]
    if stated is not None and point is not None:
        return stated
    return _ACCURACY["point"] if point is not None and precision in ("address", "building") else _ACCURACY[precision]


def as_body(form: PlaceForm) -> dict[str, Any]:
    """The form as the store keeps it, with the point in both systems."""
    body = {name: value for name in _FIELDS if (value := getattr(form, name)) not in ("", None, False)}
    body |= {"precision": form.precision, "accuracy_m": body.pop("accuracy"), "label": form.label}
    if form.point is not None:
        del body["point"]
        body["easting"], body["northing"] = form.point
        body["lat"], body["lon"] = to_wgs84(*form.point)
    if form.area:
        body["area"] = form.area
    return body


def from_body(body: dict[str, Any]) -> PlaceForm:
    """The form that ``as_body`` wrote."""
    told = {name: body[name] for name in _FIELDS if name in body}
    told["accuracy"] = body["accuracy_m"]
    if "easting" in body:
        told["point"] = (body["easting"], body["northing"])
    return unpacked(told)


def packed(form: PlaceForm) -> dict[str, Any]:
    """What a form says beyond nothing, to be put together again."""
    return {name: value for name, other in _DEFAULTS.items() if (value := getattr(form, name)) != other}


def unpacked(told: dict[str, Any]) -> PlaceForm:
    """The form that was ``packed``; its points may have come as lists."""
    for name in ("point", "centre"):
        if name in told:
            told[name] = tuple(told[name])
    return PlaceForm(**told)
