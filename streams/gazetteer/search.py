"""The addresses that a text can mean, each with what speaks for it in bits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import hypot

from schemas.kinds import vocabulary
from streams.gazetteer.evidence import (
    BITS,
    flat_level,
    left_over,
    name_level,
    number_level,
    postcode_level,
    reading_bits,
    street_level,
    worth,
)
from streams.gazetteer.index import Index
from streams.gazetteer.rows import Known
from streams.gazetteer.text import FULL_TYPES, Reading, Written

_BARS: dict[str, float] = vocabulary("gazetteer")["bars"]
_FUZZY = frozenset({"alike", "like", "part"})
Words = tuple[str, ...]
Beside = tuple[tuple[float, float], float]  # a point that is given beside the text, and within how many metres
Scored = tuple[int, tuple[float, Reading]]  # a row, its bits, and how the numbers were read for it


@dataclass(slots=True)
class Found:
    """The rows that can be meant, and what is worked out once for a text."""

    index: Index
    written: Written
    core: Words  # the words that are no town's
    towns: set[Words]  # the towns and localities that are written
    named: list[int]  # the streets whose whole name is written
    at: Beside | None = None
    called: dict[int, tuple[str, Words]] = field(default_factory=dict)  # rows by name: how, and the words beside it
    streets: dict[tuple[int, Words | None], tuple[float, str, Words]] = field(default_factory=dict)
    codes: dict[str, float] = field(default_factory=dict)
    scores: dict[int, tuple[float, Reading]] = field(default_factory=dict)
    same: dict[int, tuple[float, Reading]] = field(default_factory=dict)  # by what tells rows apart with no numbers


def rank(item: Scored) -> tuple[float, int]:
    """The order of the rows: by bits, and where they are alike as the list has them."""
    return -item[1][0], item[0]


def search(index: Index, written: Written, at: Beside | None = None) -> Found:
    """The rows that can be meant, each with its score."""
    core = index.without_towns(written.words)
    found = Found(
        index,
        written,
        core,
        index.towns_in(written.words),
        index.written_as(written.words) or index.written_as(core),
        at,
    )
    if index.names:
        _call(found)
    _look(found)
    return found


def _call(found: Found) -> None:
    """Score the rows whose name is written, or is all that is written but for a slip of the pen."""
    index, words = found.index, found.written.words
    for name, (start, end) in index.called(words).items():
        for row in index.names[name]:
            found.called[row] = ("whole", tuple(w for w in words[:start] + words[end:] if w != "the"))
    if not (found.called or found.named or found.written.numbers):
        for name in index.called_like([word for word in found.core if word != "the"]):
            for row in index.names[name]:
                found.called[row] = ("alike", ())
    _score(found, found.called)


def _look(found: Found) -> None:
    """Score the rows that can be meant: those plainly named first, and all that are like them if that is not sure."""
    index, written = found.index, found.written
    named = found.named
    for street in named:
        _score_numbered(found, street, written.readings[0][1:2])
    best = sorted((score for score, _ in found.scores.values()), reverse=True)
    if best and best[0] >= _PLAIN and (len(best) == 1 or best[0] - best[1] >= _BARS["margin"]):
        return
    at_code = index.streets_at.get(written.postcode, []) if written.postcode else []
    like = index.like("".join(found.core)) if found.core else []
    for street in dict.fromkeys([*named, *like, *at_code]):
        _score_numbered(found, street, written.numbers)
        if not written.readings[0][1]:
            _score(found, index.streets[street].rows[:_MOST])
        else:
            _score(found, index.streets[street].numbers.get("", ()))
    codes = [written.postcode] if at_code else []
    if written.postcode and not at_code:
        codes = index.near_codes(written.postcode)
    for near in codes:
        _score(found, index.postcodes[near])
    if not any(number in index.streets[s].numbers for s in named for number in written.numbers):
        for street in named:
            _score(found, index.streets[street].rows[:_MOST])


_PLAIN = 8.0
_FITS = BITS["number"]["same"] + BITS["flat"]["neither"]  # no other reading can do better by enough to count
_MOST = 400


def _score_numbered(found: Found, street: int, written_numbers: Iterable[str]) -> None:
    numbers = found.index.streets[street].numbers
    for written in filter(None, written_numbers):
        for number in (
            written.split("to") if "to" in written else (written, written.rstrip("abcdefghijklmnopqrstuvwxyz"))
        ):
            if number in numbers:
                _score(found, numbers[number])


def _score(found: Found, rows: Iterable[int]) -> None:
    """Score rows; where no number is written, those of a street differ by little, and what is alike is scored once."""
    scores, same, of = found.scores, found.same, found.index.unnumbered
    unnumbered = not found.written.flat_said and not any(flat or number for flat, number, _ in found.written.readings)
    for at in rows:
        if at in scores:
            continue
        if not unnumbered or at in found.called:
            scores[at] = _fit(found, at)
            continue
        if of[at] not in same:
            same[of[at]] = _fit(found, at)
        scores[at] = same[of[at]]


def _fit(found: Found, at: int) -> tuple[float, Reading]:
    """How a row fits: its bits, and how the numbers are best read for it."""
    index, written = found.index, found.written
    row = index.rows[at]
    how_called, rest = found.called.get(at, ("", None))
    bits, _, left = street_bits(found, index.street_of[at], rest)
    bits += code_bits(found, row.postcode) + index.prior
    if how_called:
        bits += worth("name", how_called, index.name_rarity[row.called])
    elif row.name:
        level = name_level(left, row) or "missing"
        bits += BITS["name"][level]
        if level != "missing":  # what the name accounts for is not left over
            bits += left_bits(left, row, index) - left_bits(left, None, index)
    flats = index.flats[at]
    best, how = -99.0, written.readings[0]
    for reading in written.readings:
        flat, number, _way = reading
        fit = (
            BITS["number"][number_word(number, row, how_called)]
            + BITS["flat"][flat_level(flat, written, row, flats)]
            + reading_bits(reading)
        )
        if fit > best:
            best, how = fit, reading
            if fit >= _FITS:
                break
    return bits + best, how


def left_bits(left: Words, row: Known | None, index: Index) -> float:
    """The bits of the words that are left over."""
    return sum(BITS["left"][kind] for kind, _ in left_over(left, row, index))


def number_word(number: str, row: Known, how_called: str) -> str:
    """How the number fits; what is called by its name needs none."""
    return "named" if how_called and not number else number_level(number, row.number)


def street_bits(found: Found, at: int, rest: Words | None = None) -> tuple[float, str, Words]:
    """How a street fits the words, or those that the name of a building leaves: bits, level, and what is left over."""
    key = (at, rest)
    if key not in found.streets:
        street = found.index.streets[at]
        words, core = (found.written.words, found.core) if rest is None else (rest, found.index.without_towns(rest))
        level, left = ("named", ()) if rest is not None and not core else street_level(street, words, core)
        if level == "exact" and at not in found.named and found.named and found.index.streets_in(at, found.named):
            level = "part"
        over = list(left_over(left, None, found.index))
        if level == "different" and all(kind == "name" or word in FULL_TYPES for kind, word in over):
            level = "none"
        if level == "different":
            over = []
        bits = BITS["street"]["instead"] if found.named and at not in found.named and level in _FUZZY else 0.0
        bits += worth("street", level, street.rarity) + sum(BITS["left"][kind] for kind, _ in over)
        bits += BITS["point"][beside(found, at)] + BITS["town"][town_word(found, at)]
        found.streets[key] = bits, level, left
    return found.streets[key]


def town_word(found: Found, at: int) -> str:
    """Whether the towns that are written, and are no part of the street's name, are the street's."""
    street = found.index.streets[at]
    written = [town for town in found.towns if not set(town) <= set(street.words)] if found.towns else []
    if not written:
        return "none"
    return "same" if all(town in street.towns for town in written) else "other"


def beside(found: Found, street: int) -> str:
    """What a point that is given says of a street."""
    centre = found.index.streets[street].centre
    if found.at is None or centre is None:
        return "neither"
    point, accuracy = found.at
    off = hypot(point[0] - centre[0], point[1] - centre[1]) - found.index.streets[street].spread - accuracy
    return "beside" if off <= _BARS["beside"] else "away" if off > _BARS["away"] else "neither"


def code_bits(found: Found, code: str) -> float:
    """The bits of a postcode of the list."""
    if code not in found.codes:
        level = postcode_level(found.written.postcode, code, found.index)
        found.codes[code] = worth("postcode", level, found.index.code_rarity.get(code, 0.0))
    return found.codes[code]
