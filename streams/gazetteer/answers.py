"""What is answered of the addresses that a text can mean: an address only where it is sure and nothing is otherwise."""

from collections.abc import Iterator

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
    worth,
)
from streams.gazetteer.resolved import Resolved, accuracy_of
from streams.gazetteer.rows import Known, Row
from streams.gazetteer.search import Found, Scored, beside, code_bits, number_word, street_bits, town_word
from streams.gazetteer.text import Reading

_BARS: dict[str, float] = vocabulary("gazetteer")["bars"]


def best_answer(found: Found, best_first: list[Scored], explain: bool) -> Resolved | None:
    """The best row, as an address where it is sure and fits, as its building where only that is."""
    if not best_first or best_first[0][1][0] < _BARS["address"]:
        return None
    at, (score, reading) = best_first[0]
    row = found.index.rows[at]
    second = next((other for other in best_first[1:] if found.index.rows[other[0]].row.uprn != row.row.uprn), None)
    runner = found.index.rows[second[0]] if second else None
    behind = round(score - second[1][0], 2) if second else None
    fits = _fits(found, at, reading)
    if not fits:
        return None
    tied = behind is not None and behind < _BARS["margin"]
    if tied and runner is not None and (runner.building, runner.postcode) != (row.building, row.postcode):
        return None
    sure = not tied and fits == "address"
    best, point = row.row, found.index.point(at)
    return Resolved(
        precision="address" if sure else "building",
        label=best.label if sure else _building(row),
        score=round(score, 2),
        uprn=best.uprn if sure else "",
        parent=best.parentuprn or (runner.row.parentuprn if runner and not sure else "") or best.uprn,
        usrn=best.usrn,
        postcode=row.postcode,
        point=point,
        accuracy=accuracy_of("address" if sure else "building") if point else 0.0,
        located="address" if sure else "building",
        classification=best.classificationcode,
        runner_up=runner.row.label if runner else "",
        behind=behind,
        best=best.uprn,
        evidence=tuple(told(found, at, reading)) if explain else (),
    )


def _fits(found: Found, at: int, reading: Reading) -> str:
    """Whether nothing written says that it is another: as an address, only as its building, or not at all."""
    index = found.index
    row = index.rows[at]
    _, rest = found.called.get(at, ("", None))
    if street_bits(found, index.street_of[at], rest)[1] == "different" and not _mistaken(found, row, reading):
        return ""
    number = number_level(reading[1], row.number)
    flat = flat_level(reading[0], found.written, row, index.flats[at])
    if number in _ANOTHER or flat in _OTHER_FLAT or (number == "none" and not _told_otherwise(found, at, reading)):
        return ""
    way = reading[2]
    if way == "number_is_flat" or (way == "swapped" and flat != "same"):
        return ""
    rough = number == "suffix" or flat == "extra" or way == "one_only" or (way == "letter_is_flat" and flat != "same")
    return "building" if rough else "address"  # 12B is in 12, where the list has no 12B


_ANOTHER = frozenset({"slip", "different"})  # a neighbour's, however well all else agrees
_OTHER_FLAT = frozenset({"different", "missing"})


def _mistaken(found: Found, row: Known, reading: Reading) -> bool:
    """Whether the street is written wrong: it has no such number, nor the postcode, in which one address has it."""
    written, index = found.written, found.index
    flat, number, way = reading
    if way or not number or number != row.number or row.postcode != written.postcode or not found.named:
        return False
    if flat != row.flat or written.flat_said != row.is_flat:
        return False
    streets = [index.streets[at] for at in found.named]
    return not any(number in street.numbers or row.postcode in street.postcodes for street in streets)


def _told_otherwise(found: Found, at: int, reading: Reading) -> bool:
    """Whether an address whose number is not written is told by its name or its flat."""
    row = found.index.rows[at]
    if at in found.called or (reading[0] and reading[0] == row.flat):
        return True
    _, _, left = street_bits(found, found.index.street_of[at])
    return name_level(left, row) == "same"


def building_only(found: Found) -> Resolved | None:
    """The building, where its number and street are written and the flat is not the list's."""
    written, index = found.written, found.index
    if not written.flat_said:
        return None
    houses: dict[tuple[tuple[str, ...], str], tuple[float, int]] = {}
    for at in found.scores:
        row = index.rows[at]
        bits, level, _ = street_bits(found, index.street_of[at])
        if level in ("exact", "alike") and row.number and row.number == written.readings[0][1]:
            bits += code_bits(found, row.postcode) + index.prior + BITS["number"]["same"]
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
        accuracy=accuracy_of("building") if index.point(ranked_[0][1]) else 0.0,
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


def street_only(found: Found, explain: bool) -> Resolved | None:
    """The street, where it alone is sure: by its name, and by the postcode where two bear the name."""
    index, written = found.index, found.written
    for at in found.named:
        street_bits(found, at)
    scored = []
    for (at, rest), (bits, level, _) in found.streets.items():
        if rest is None and level in ("exact", "alike", "like"):
            codes = [code_bits(found, code) for code in index.streets[at].postcodes]
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
        accuracy=max(street.spread, accuracy_of("street")) if street.centre else 0.0,
        located="street",
        runner_up=" ".join(index.streets[scored[1][1]].words) if len(scored) > 1 else "",
        behind=behind,
        evidence=(evidence("street", level, street.rarity),) if explain else (),
    )


def code_only(found: Found) -> Resolved | None:
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
        accuracy=max(spread, accuracy_of("postcode")) if point else 0.0,
        located="postcode",
    )


def told(found: Found, at: int, reading: Reading) -> Iterator[Evidence]:
    """Each claim that speaks for or against a row, as it is told."""
    index, written = found.index, found.written
    row = index.rows[at]
    street = index.streets[index.street_of[at]]
    how_called, rest = found.called.get(at, ("", None))
    _, level, left = street_bits(found, index.street_of[at], rest)
    yield Evidence("prior", round(index.prior, 2), f"It is one of {len(index):,} addresses.")
    yield evidence("street", level, street.rarity)
    yield evidence(
        "postcode", postcode_level(written.postcode, row.postcode, index), index.code_rarity.get(row.postcode, 0.0)
    )
    yield evidence("number", number_word(reading[1], row, how_called))
    flats = index.flats[at]
    yield evidence("flat", flat_level(reading[0], written, row, flats))
    if how_called:
        yield evidence("name", how_called, index.name_rarity[row.called])
    elif name := name_level(left, row):
        yield evidence("name", name)
    if (town := town_word(found, index.street_of[at])) != "none":
        yield evidence("town", town)
    if found.at is not None:
        yield evidence("point", beside(found, index.street_of[at]))
    named = row if row.name and not how_called and name_level(left, row) != "missing" else None
    for kind, word in left_over(left, named, index) if level != "different" else ():
        yield evidence("left", kind, words=word)
    if reading[2]:
        yield evidence("reading", reading[2])
