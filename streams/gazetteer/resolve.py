"""Which address of the list a text means: the best by its evidence, if it is good enough and far enough ahead."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import hypot

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.gazetteer.evidence import (
    BITS,
    evidence,
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
from streams.gazetteer.rows import Known, Row
from streams.gazetteer.text import FULL_TYPES, Reading, Written

_BARS: dict[str, float] = vocabulary("gazetteer")["bars"]
_ACCURACY: dict[str, float] = vocabulary("places")["accuracy"]
_FUZZY = frozenset({"alike", "like", "part"})


Words = tuple[str, ...]


def accuracy_of(what: str) -> float:
    """Metres about what is known to no more than this."""
    return _ACCURACY[what]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a text means: as precisely as is sure. ``uprn`` is given for an address alone."""

    precision: str  # address, building, street, postcode
    label: str
    score: float
    uprn: str = ""
    parent: str = ""
    usrn: str = ""
    postcode: str = ""
    point: tuple[float, float] | None = None
    accuracy: float = 0.0
    located: str = ""  # by what the point is known: address, building, junction, street or postcode
    classification: str = ""
    runner_up: str = ""
    behind: float | None = None  # bits between it and the runner-up
    best: str = ""  # the UPRN that stands first, whether it is sure or not
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class _Found:
    """The best two rows so far, and what is worked out once for a text."""

    index: Index
    written: Written
    core: tuple[str, ...]  # the words that are no town's
    named: list[int]  # the streets whose whole name is written
    at: tuple[tuple[float, float], float] | None = None  # a point that is given beside, and how exact it is
    called: dict[int, tuple[str, Words]] = field(default_factory=dict)  # rows by name: how, and the words beside it
    streets: dict[tuple[int, Words | None], tuple[float, str, Words]] = field(default_factory=dict)
    codes: dict[str, float] = field(default_factory=dict)
    scores: dict[int, tuple[float, Reading]] = field(default_factory=dict)


def resolve(
    index: Index,
    text: str,
    code: str = "",
    *,
    explain: bool = True,
    at: tuple[tuple[float, float], float] | None = None,
) -> Resolved | None:
    """The address, building, street or postcode that a text means; nothing where it says nothing the list knows.

    ``at``: a point that is given beside the text, and within how many metres; it tells two streets of one name apart.
    """
    found = search(index, index.read(text, code), at)
    best = sorted(found.scores.items(), key=_rank)
    answer = _answer(found, best, explain) or _building_only(found)
    if answer is not None and found.written.near:
        answer = _about(answer)
    return answer or _street_only(found, explain) or _code_only(found)


def _about(answer: Resolved) -> Resolved:
    """What is near an address or a building is somewhere in the street, and not at it."""
    accuracy = _ACCURACY["near"] if answer.point else 0.0
    return replace(answer, precision="street", uprn="", parent="", accuracy=accuracy, classification="")


def ranked(index: Index, text: str, code: str = "") -> list[Row]:
    """The addresses that can be meant, the likeliest first, whether any of them is sure or not."""
    found = search(index, index.read(text, code))
    return [index.rows[at].row for at, _ in sorted(found.scores.items(), key=_rank)]


def _rank(item: tuple[int, tuple[float, Reading]]) -> tuple[float, int]:
    return -item[1][0], item[0]


def search(index: Index, written: Written, at: tuple[tuple[float, float], float] | None = None) -> _Found:
    """The rows that can be meant, each with its score."""
    core = index.without_towns(written.words)
    found = _Found(index, written, core, index.written_as(written.words) or index.written_as(core), at)
    if index.names:
        _call(found)
    _look(found)
    return found


def _call(found: _Found) -> None:
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


def _look(found: _Found) -> None:
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


def _score_numbered(found: _Found, street: int, written_numbers: Iterable[str]) -> None:
    numbers = found.index.streets[street].numbers
    for written in filter(None, written_numbers):
        for number in (
            written.split("to") if "to" in written else (written, written.rstrip("abcdefghijklmnopqrstuvwxyz"))
        ):
            if number in numbers:
                _score(found, numbers[number])


def _score(found: _Found, rows: Iterable[int]) -> None:
    index, written = found.index, found.written
    for at in rows:
        if at in found.scores:
            continue
        row = index.rows[at]
        how_called, rest = found.called.get(at, ("", None))
        bits, _, left = _street(found, index.street_of[at], rest)
        bits += _code(found, row.postcode) + index.prior
        if how_called:
            bits += worth("name", how_called, index.name_rarity[row.called])
        elif row.name:
            bits += BITS["name"][name_level(left, row) or "missing"]
        flats = index.flats[at]
        best, how = -99.0, written.readings[0]
        for reading in written.readings:
            flat, number, _way = reading
            fit = (
                BITS["number"][_number(number, row, how_called)]
                + BITS["flat"][flat_level(flat, written, row, flats)]
                + reading_bits(reading)
            )
            if fit > best:
                best, how = fit, reading
                if fit >= _FITS:
                    break
        found.scores[at] = bits + best, how


def _number(number: str, row: Known, how_called: str) -> str:
    return "named" if how_called and not number else number_level(number, row.number)


def _street(found: _Found, at: int, rest: Words | None = None) -> tuple[float, str, Words]:
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
        found.streets[key] = bits + BITS["point"][_beside(found, at)], level, left
    return found.streets[key]


def _beside(found: _Found, street: int) -> str:
    """What a point that is given says of a street."""
    centre = found.index.streets[street].centre
    if found.at is None or centre is None:
        return "neither"
    point, accuracy = found.at
    off = hypot(point[0] - centre[0], point[1] - centre[1]) - found.index.streets[street].spread - accuracy
    return "beside" if off <= _BARS["beside"] else "away" if off > _BARS["away"] else "neither"


def _code(found: _Found, code: str) -> float:
    if code not in found.codes:
        level = postcode_level(found.written.postcode, code, found.index)
        found.codes[code] = worth("postcode", level, found.index.code_rarity.get(code, 0.0))
    return found.codes[code]


def _answer(found: _Found, best_first: list[tuple[int, tuple[float, Reading]]], explain: bool) -> Resolved | None:
    if not best_first:
        return None
    at, (score, reading) = best_first[0]
    row = found.index.rows[at]
    _, rest = found.called.get(at, ("", None))
    second = next((other for other in best_first[1:] if found.index.rows[other[0]].row.uprn != row.row.uprn), None)
    behind = round(score - second[1][0], 2) if second else None
    if score < _BARS["address"] or _street(found, found.index.street_of[at], rest)[1] == "different":
        return None
    told = tuple(_told(found, row, at, reading)) if explain else ()
    runner = found.index.rows[second[0]] if second else None
    sure = behind is None or behind >= _BARS["margin"]
    if not sure and (runner is None or runner.building != row.building or runner.postcode != row.postcode):
        return None
    best = row.row
    point = found.index.point(at)
    return Resolved(
        precision="address" if sure else "building",
        label=best.label if sure else _building(row),
        score=round(score, 2),
        uprn=best.uprn if sure else "",
        parent=best.parentuprn or (runner.row.parentuprn if runner and not sure else "") or best.uprn,
        usrn=best.usrn,
        postcode=row.postcode,
        point=point,
        accuracy=_ACCURACY["address" if sure else "building"] if point else 0.0,
        located="address" if sure else "building",
        classification=best.classificationcode,
        runner_up=runner.row.label if runner else "",
        behind=behind,
        best=best.uprn,
        evidence=told,
    )


def _building_only(found: _Found) -> Resolved | None:
    """The building, where its number and street are written and the flat is not the list's."""
    written, index = found.written, found.index
    if not written.flat_said:
        return None
    houses: dict[tuple[tuple[str, ...], str], tuple[float, int]] = {}
    for at in found.scores:
        row = index.rows[at]
        bits, level, _ = _street(found, index.street_of[at])
        if level in ("exact", "alike") and row.number and row.number == written.readings[0][1]:
            bits += _code(found, row.postcode) + index.prior + BITS["number"]["same"]
            best = houses.get((row.building, row.postcode), (-99.0, at))
            houses[row.building, row.postcode] = max(best, (bits, -at if row.is_flat else at))
    ranked_ = sorted(((bits, abs(at)) for bits, at in houses.values()), reverse=True)
    if not ranked_ or ranked_[0][0] < _BARS["address"]:
        return None
    behind = round(ranked_[0][0] - ranked_[1][0], 2) if len(ranked_) > 1 else None
    if behind is not None and behind < _BARS["margin"]:
        return None
    row = index.rows[ranked_[0][1]]
    return Resolved(
        precision="building",
        label=_building(row),
        score=round(ranked_[0][0], 2),
        parent=row.row.parentuprn or row.row.uprn,
        usrn=row.row.usrn,
        postcode=row.postcode,
        point=index.point(ranked_[0][1]),
        accuracy=_ACCURACY["building"] if index.point(ranked_[0][1]) else 0.0,
        located="building",
        classification=row.row.classificationcode,
        runner_up=_building(index.rows[ranked_[1][1]]) if len(ranked_) > 1 else "",
        behind=behind,
        best=row.row.uprn,
    )


def _building(row: Known) -> str:
    house = Row(
        uprn="",
        name=row.row.name,
        number=row.row.number,
        streetname=row.row.streetname,
        locality=row.row.locality,
        townname=row.row.townname,
        postcode=row.row.postcode,
    )
    return house.label


def _told(found: _Found, row: Known, at: int, reading: Reading) -> Iterable[Evidence]:
    index, written = found.index, found.written
    street = index.streets[index.street_of[at]]
    how_called, rest = found.called.get(at, ("", None))
    _, level, left = _street(found, index.street_of[at], rest)
    yield Evidence("prior", round(index.prior, 2), f"It is one of {len(index):,} addresses.")
    yield evidence("street", level, street.rarity)
    yield evidence(
        "postcode", postcode_level(written.postcode, row.postcode, index), index.code_rarity.get(row.postcode, 0.0)
    )
    yield evidence("number", _number(reading[1], row, how_called))
    flats = index.flats[at]
    yield evidence("flat", flat_level(reading[0], written, row, flats))
    if how_called:
        yield evidence("name", how_called, index.name_rarity[row.called])
    elif name := name_level(left, row):
        yield evidence("name", name)
    if found.at is not None:
        yield evidence("point", _beside(found, index.street_of[at]))
    for kind, word in left_over(left, None, index) if level != "different" else ():
        yield evidence("left", kind, words=word)
    if reading[2]:
        yield evidence("reading", reading[2])


def _street_only(found: _Found, explain: bool) -> Resolved | None:
    """The street, where it alone is sure: by its name, and by the postcode where two bear the name."""
    index, written = found.index, found.written
    for at in found.named:
        _street(found, at)
    scored = []
    for (at, rest), (bits, level, _) in found.streets.items():
        if rest is None and level in ("exact", "alike", "like"):
            codes = [_code(found, code) for code in index.streets[at].postcodes]
            scored.append((bits + (max(codes) if codes else 0.0), at, level))
    scored.sort(key=lambda item: (-item[0], item[1]))
    if not scored or scored[0][0] < _BARS["street"]:
        return None
    behind = round(scored[0][0] - scored[1][0], 2) if len(scored) > 1 else None
    if behind is not None and behind < _BARS["margin"]:
        return None
    bits, at, level = scored[0]
    street = index.streets[at]
    first = index.rows[street.rows[0]].row
    one = written.postcode if written.postcode in street.postcodes else ""
    return Resolved(
        precision="street",
        label=", ".join(part for part in (first.streetname, first.locality, first.townname, one) if part),
        score=round(bits, 2),
        usrn=street.usrn,
        postcode=one,
        point=street.centre,
        accuracy=max(street.spread, _ACCURACY["street"]) if street.centre else 0.0,
        located="street",
        runner_up=" ".join(index.streets[scored[1][1]].words) if len(scored) > 1 else "",
        behind=behind,
        evidence=(evidence("street", level, street.rarity),) if explain else (),
    )


def _code_only(found: _Found) -> Resolved | None:
    """The postcode's middle, where no more is known: never an address."""
    code = found.written.postcode
    rows = found.index.postcodes.get(code) if code else None
    if not rows:
        return None
    point, spread = found.index.middle(rows)
    return Resolved(
        precision="postcode",
        label=code,
        score=round(worth("postcode", "same", found.index.code_rarity[code]), 2),
        postcode=code,
        point=point,
        accuracy=max(spread, _ACCURACY["postcode"]) if point else 0.0,
        located="postcode",
    )
