"""Where a narrative says that it was: only what is sure, and only if it is one place.

A full postcode that exists, a house number in a street of the address list, a premises of the list by its whole name,
or a grid reference. What somebody lives at, came from or went to is not where it was.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from schemas.kinds import vocabulary
from schemas.report import Place
from streams.gazetteer import codepoint
from streams.gazetteer.index import Index
from streams.gazetteer.resolve import resolve
from streams.gazetteer.text import DROP, written_out
from streams.matching.places.place import PlaceForm, read_place
from streams.matching.places.pointed import pointed
from streams.matching.places.postcodes import postcodes_in, split_off
from streams.matching.words import plain

_SAID = vocabulary("places")["narrative"]
_MOST = 4_000  # characters that are read
_ELSEWHERE = re.compile(
    rf"\b(?:{'|'.join(_SAID['elsewhere'])})\b[\s,:]*(?:(?:{'|'.join(_SAID['between'])})\b[\s,:]*){{0,4}}$", re.I
)
_HOUSE = re.compile(
    r"\b(?:flat\s+\w{1,3},?\s+)?\d{1,4}[a-z]?(?:\s*[-/]\s*\d{1,4}[a-z]?)?,?\s+(?:(?!\d)[\w'’.-]+\s*){1,4}", re.I
)
_WORD = re.compile(r"[\w'’&-]+")
_LEFT_OUT = DROP | {"the"}


def told_in(summary: str, addresses: Index | None) -> PlaceForm | None:
    """The one place that a narrative surely says; nothing where it says none, or several."""
    text = summary[:_MOST]
    for way in (_points, _houses, _premises, _postcodes):
        found = dict.fromkeys(way(text, addresses))
        if len(found) == 1:
            return replace(next(iter(found)), source="narrative")
        if found:
            return None
    return None


def _points(text: str, addresses: Index | None) -> Iterator[PlaceForm]:  # noqa: ARG001
    said = pointed(text, "narrative")
    if said is not None:
        easting, northing = said.point
        form = read_place(Place(easting=easting, northing=northing, accuracy_m=said.accuracy))
        if form is not None:
            yield form


def _houses(text: str, addresses: Index | None) -> Iterator[PlaceForm]:
    """House numbers before a street of the list, each as the list has it."""
    for match in _HOUSE.finditer(text) if addresses is not None else ():
        if _elsewhere(text, match.start()):
            continue
        if (form := _house(match[0], text[match.end() :][:12], addresses)) is not None:
            yield form


def _house(said: str, after: str, addresses: Index | None) -> PlaceForm | None:
    """The shortest beginning of the words that the list knows as an address."""
    words = said.replace(",", " ").split()
    code, _ = split_off(after)
    for end in range(2, len(words) + 1):
        text = " ".join(words[:end])
        if addresses is None or not addresses.phrases.get(addresses.read(text).words):
            continue
        answer = resolve(addresses, text, code, explain=False)
        if answer is not None and answer.precision == "address":
            return read_place(Place(text=text, uprn=None, postcode=answer.postcode or None))
    return None


def _premises(text: str, addresses: Index | None) -> Iterator[PlaceForm]:
    """Premises of the list by their whole name, of two words or more."""
    if addresses is None or not addresses.names:
        return
    words = [(word, match.start()) for match in _WORD.finditer(text) for word in plain(match[0]).split()]
    words = [(word, start) for word, start in words if word not in _LEFT_OUT]
    for name, (first, _) in addresses.called(written_out(word for word, _ in words)).items():
        rows = addresses.names[name]
        if len(name) > 1 and len(rows) == 1 and not _elsewhere(text, words[first][1]):
            row = addresses.rows[rows[0]]
            form = read_place(Place(name=row.row.name, postcode=row.postcode or None))
            if form is not None:
                yield form


def _postcodes(text: str, addresses: Index | None) -> Iterator[PlaceForm]:  # noqa: ARG001
    for code, match in postcodes_in(text):
        if codepoint.listed(code) and not _elsewhere(text, match.start()):
            form = read_place(Place(postcode=code))
            if form is not None:
                yield form


def _elsewhere(text: str, start: int) -> bool:
    return _ELSEWHERE.search(text[max(0, start - 60) : start]) is not None
