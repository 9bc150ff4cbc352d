"""Points that are written in words: grid references, latitude and longitude, easting and northing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from schemas.kinds import vocabulary
from streams.matching.places.grid import on_grid, square_corner, to_grid

_LEAST: float = vocabulary("places")["accuracy"]["address"]  # no one stands nearer than this to what they note
_DEGREE = 111_200.0  # metres of latitude

_LETTERED = re.compile(r"\b([HJNOST][A-HJ-Z])[ .]?(\d{2,5})[ ,.]?(\d{2,5})\b(?![A-Za-z])", re.I)
_SAID = re.compile(r"\b(?:grid|gr|ngr|os|map)[ .:]*(?:ref(?:erence)?\b)?[ .:]*$", re.I)
_OTHER = re.compile(
    r"\b(?:ref(?:erence)?|crime|log|case|incident|urn|no|number)[ .:#]*$", re.I
)  # a number of something else
_DEGREES = re.compile(
    r"(?:\blat(?:itude)?[ :=]*)?(-?\d{1,2}\.\d{3,9})\s*°?\s*([NSEW])?\s*[,;/ ]\s*"
    r"(?:lon(?:g|gitude)?[ :=]*)?(-?\d{1,2}\.\d{3,9})(?![\d.])\s*°?\s*(?:([NSEW])\b)?",
    re.I,
)
_MINUTES = re.compile(
    r"(\d{2})\s*[°d]\s*(\d{1,2})\s*['′m]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″s]|''))?\s*([NS])[ ,]+"
    r"(\d{1,2})\s*[°d]\s*(\d{1,2})\s*['′m]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″s]|''))?\s*([EW])\b",
    re.I,
)
_METRES = re.compile(
    r"\bE(?:ast(?:ing)?s?)?[ :=]*(\d{6})(?:\.\d+)?[ ,;/]+N(?:orth(?:ing)?s?)?[ :=]*(\d{5,7})(?:\.\d+)?\b", re.I
)
_BARE = re.compile(r"^\s*(\d{6})(?:\.\d+)?[ ,;/]+(\d{5,7})(?:\.\d+)?\s*$")
_WORDS = re.compile(
    r"(?:/{3}|\b(?:w3w|what3words)[ :]*/{0,3})([a-z]+\.[a-z]+\.[a-z]+)\b|^\s*([a-z]{3,}\.[a-z]{3,}\.[a-z]{3,})\s*$"
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A point that a text gives, how exact it is in metres, and the text without it."""

    point: tuple[float, float]
    accuracy: float
    rest: str


Way = Callable[[str, bool], Iterator[tuple[re.Match[str], tuple[float, float] | None, float]]]


@lru_cache(maxsize=4_096)
def pointed(text: str, where: Literal["place", "narrative"] = "place") -> Pointed | None:
    """The one point that a text gives; nothing where it gives none, or two that differ.

    In a narrative, numbers mean much else: there a reference must be called one, or be spaced as one.
    """
    found = [
        (match, point, accuracy)
        for way in _WAYS
        for match, point, accuracy in way(text, where == "place")
        if point is not None
    ]
    if not found or len({point for _, point, _ in found}) > 1:
        return None
    match, point, accuracy = found[0]
    return Pointed(point, max(accuracy, _LEAST), f"{text[: match.start()]} {text[match.end() :]}")


def without_words(text: str) -> tuple[str, str]:
    """The text without a what3words address, and that address: it is kept, and cannot be looked up."""
    match = _WORDS.search(text)
    if match is None:
        return text, ""
    return f"{text[: match.start()]} {text[match.end() :]}".strip(), match[1] or match[2]


def _lettered(text: str, plainly: bool) -> Iterator[tuple[re.Match[str], tuple[float, float] | None, float]]:
    """SK 383 711: the middle of the square it names."""
    for match in _LETTERED.finditer(text):
        east, north = match[2], match[3]
        if len(east) != len(north):
            digits = east + north
            if len(digits) % 2 or match[0][len(match[1]) :].strip() != digits:
                continue
            east, north = digits[: len(digits) // 2], digits[len(digits) // 2 :]
        said = _SAID.search(text[: match.start()]) is not None
        spaced = match[0].count(" ") == 2
        if not said and (
            _OTHER.search(text[: match.start()])
            or len(east) < 3
            or (not plainly and not (spaced and match[1].isupper()))
        ):
            continue
        size = 10.0 ** (5 - len(east))
        corner = square_corner(match[1].upper())
        if corner is not None:
            at = (corner[0] + int(east) * size + size / 2, corner[1] + int(north) * size + size / 2)
            yield match, on_grid(*at), round(size * 0.71, 1)


def _degrees(text: str, plainly: bool) -> Iterator[tuple[re.Match[str], tuple[float, float] | None, float]]:
    """53.2350, -1.4213, whichever comes first."""
    for match in _DEGREES.finditer(text):
        if not plainly and min(len(match[1].partition(".")[2]), len(match[3].partition(".")[2])) < 4:
            continue
        one, other = _signed(match[1], match[2]), _signed(match[3], match[4])
        lat, lon = (other, one) if abs(other) > abs(one) else (one, other)
        exact = _DEGREE * 10.0 ** -min(len(match[1].partition(".")[2]), len(match[3].partition(".")[2]))
        yield match, to_grid(lat, lon), round(exact, 1)


def _signed(number: str, way: str | None) -> float:
    return -abs(float(number)) if way and way in "SWsw" else float(number)


def _minutes(text: str, plainly: bool) -> Iterator[tuple[re.Match[str], tuple[float, float] | None, float]]:  # noqa: ARG001
    """53°14'06"N 1°25'17"W."""
    for match in _MINUTES.finditer(text):
        lat, lon = (
            int(d) + int(m) / 60 + float(s or 0) / 3600 for d, m, s in (match.group(1, 2, 3), match.group(5, 6, 7))
        )
        exact = _DEGREE / (3600 if match[3] else 60)
        yield match, to_grid(lat if match[4] in "Nn" else -lat, lon if match[8] in "Ee" else -lon), round(exact, 1)


def _metres(text: str, plainly: bool) -> Iterator[tuple[re.Match[str], tuple[float, float] | None, float]]:
    """E438371 N371123; a bare pair only where nothing else is written."""
    found = list(_METRES.finditer(text)) or (list(_BARE.finditer(text)) if plainly else [])
    for match in found:
        yield match, on_grid(float(match[1]), float(match[2])), _LEAST


_WAYS: tuple[Way, ...] = (_lettered, _degrees, _minutes, _metres)
