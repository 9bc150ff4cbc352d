"""How people and places come out on paper: short names, slips, half dates, half addresses."""

import unicodedata
from datetime import date
from typing import Any

from deploy.demo.chance import Chance
from deploy.demo.residents import Person
from deploy.demo.town import Place
from deploy.demo.vocabulary import Noise, Style, data

Written = dict[str, Any]
TOWN = "Chesterfield"
_STROKES = str.maketrans("łŁđĐøØ", "lLdDoO")
_LOOKS = (
    "grey hooded top, black trousers",
    "red coat, carrying a rucksack",
    "slim build, tracksuit",
    "tall, short beard",
    "blonde hair tied back, white trainers",
    "large build, football shirt",
    "navy jacket, cap",
    "dark clothing, on a bike",
)
_METRES_A_DEGREE = (111_270.0, 66_660.0)  # of latitude and longitude, at the town


def without_marks(name: str) -> str:
    """A name in plain letters, as older systems hold it."""
    if name.isascii():
        return name
    parts = unicodedata.normalize("NFKD", name.translate(_STROKES))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def slip(chance: Chance, name: str) -> str:
    """A name with one slip of the keys: letters swapped, dropped, doubled or another in its place."""
    if len(name) < 3:
        return name
    at = 1 + chance.below(len(name) - 2)
    match chance.below(4):
        case 0:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        case 1:
            return name[:at] + name[at + 1 :]
        case 2:
            return name[:at] + name[at] + name[at:]
        case _:
            return name[:at] + chance.one("aeiounrst") + name[at + 1 :]


def _given(chance: Chance, person: Person, noise: Noise) -> str:
    shorts = data("nicknames").get(person.given)
    if shorts and chance.yes(noise.nickname * 2):
        return str(chance.one(shorts))
    if chance.yes(noise.initial):
        return person.given[0]
    return person.given


def write_name(chance: Chance, person: Person, style: Style, noise: Noise) -> Written:
    """The name's fields, in the agency's manner."""
    given, family = _given(chance, person, noise), person.family
    if chance.yes(noise.typo):
        family = slip(chance, family)
    elif chance.yes(noise.typo):
        given = slip(chance, given)
    if chance.yes(0.7) or style.json == "ascii":
        given, family = without_marks(given), without_marks(family)
    if chance.yes(noise.transpose):
        given, family = family, given
    match style.name:
        case "parts":
            middle = person.middle and without_marks(person.middle)
            gives = middle and chance.yes(style.gives.get("middle", 0.0))
            return {"given": given, **({"middle": middle} if gives else {}), "family": family}
        case "surname-first":
            return {"name": f"{family.upper()}, {given}" if chance.yes(0.8) else f"{family} {given}"}
        case "upper":
            return {"name": f"{given} {family}".upper()}
        case "first-name":
            return {"name": given}
        case _:
            title = ("Mr " if person.sex == "M" else "Ms ") if chance.yes(0.15) else ""
            return {"name": f"{title}{given} {family}"}


def _born(chance: Chance, born: date, noise: Noise) -> str:
    if chance.yes(noise.swap_born) and born.day <= 12:
        born = born.replace(month=born.day, day=born.month)
    elif chance.yes(noise.wrong_born):
        born = born.replace(day=1 + (born.day + 9) % 28) if chance.yes(0.5) else born.replace(year=born.year - 1, day=1)
    if chance.yes(0.03):
        return str(born.year)
    return born.isoformat()


def write_person(chance: Chance, person: Person, role: str, style: Style, noise: Noise, today: date) -> Written:
    """What an agency's report says of a person it knows by name."""
    told: Written = {"role": role, **write_name(chance, person, style, noise)}

    def gives(what: str) -> bool:
        likely = style.gives.get(what, 0.0)
        return bool(likely) and chance.random() < likely * (1 - noise.absent)

    if gives("born") and not chance.yes(noise.no_born):
        told["born"] = _born(chance, person.born, noise)
    elif chance.yes(0.15 + noise.age_only):
        age = person.age(today)
        told |= {"age_from": max(0, age - chance.below(4)), "age_to": age + chance.below(4)}
    if gives("sex"):
        told["sex"] = person.sex
    if person.phone and gives("phone"):
        told["phones"] = [person.phone if chance.yes(0.5) else person.phone.replace(" ", "")]
    if person.email and gives("email"):
        told["emails"] = [person.email]
    known = {k: v for k, v in person.identifiers.items() if chance.yes(style.identifiers.get(k, 0.0))}
    if known:
        told["identifiers"] = known
    if gives("address"):
        told["address"] = _home(chance, person.home, noise, upper=style.name == "surname-first")
    if person.job and gives("occupation"):
        told["occupation"] = person.job
    if gives("local_ref"):
        told["local_ref"] = f"{style.agency[:2].upper()}-N{person.id[1:]}"
    return told


def describe(chance: Chance, role: str, ages: tuple[int, int]) -> Written:
    """A person nobody could name."""
    told: Written = {"role": role, "description": chance.one(_LOOKS)}
    if chance.yes(0.5):
        told["sex"] = "M" if chance.yes(0.75) else "F"
    if chance.yes(0.4):
        low = ages[0] + chance.below(max(1, ages[1] - ages[0] - 4))
        told |= {"age_from": low, "age_to": min(low + 5, ages[1])}
    if chance.yes(0.08):
        male = told.get("sex") != "F"
        told["name"] = chance.one(("Unknown male" if male else "UNKNOWN FEMALE", "Unknown", "Not known"))
    return told


def _house(place: Place) -> str:
    flat = f"Flat {place.flat}, " if place.flat else ""
    name = f"{place.name}, " if place.name else ""
    return f"{flat}{name}{f'{place.number} ' if place.number else ''}{place.street}"


def _code(chance: Chance, place: Place, noise: Noise) -> Written:
    if place.postcode is None or chance.yes(noise.no_code):
        return {}
    code = place.postcode
    if chance.yes(noise.bad_code):
        code = code[:-1] + chance.one("ABDEFGHJLN")
    return {"postcode": code if chance.yes(0.9) else code.replace(" ", "")}


def address(chance: Chance, place: Place, noise: Noise, *, upper: bool = False) -> Written:
    """A place as an address: house, street and postcode."""
    if place.number is None and place.name is None:
        return {"text": f"{place.street}, {TOWN}"}
    text = _house(place) + (f", {TOWN}" if chance.yes(0.6) else "")
    return {"text": text.upper() if upper else text, **_code(chance, place, noise)}


def _home(chance: Chance, home: Place, noise: Noise, *, upper: bool) -> Written:
    if chance.yes(noise.street):
        return {"text": f"{home.street}, {TOWN}", **_code(chance, home, noise)}
    return address(chance, home, noise, upper=upper)


def _grid(chance: Chance, place: Place, noise: Noise) -> Written:
    off = noise.point_m / 4
    return {
        "easting": round(place.easting + chance.gauss(0, off)),
        "northing": round(place.northing + chance.gauss(0, off)),
    }


def _point(chance: Chance, place: Place, noise: Noise) -> Written:
    off = noise.point_m
    told: Written = {
        "lat": round(place.lat + chance.gauss(0, off / 2) / _METRES_A_DEGREE[0], 6),
        "lon": round(place.lon + chance.gauss(0, off / 2) / _METRES_A_DEGREE[1], 6),
    }
    if chance.yes(0.7):
        told["accuracy_m"] = float(round(5 + 2 * off))
    return told


def _outside(chance: Chance, place: Place) -> Written:
    if place.name is None:
        near = f"near no. {place.number}, " if place.number and chance.yes(0.3) else ""
        return {"text": f"{near}{place.street}"}
    how = chance.one(("o/s {}", "outside {}", "{}", "by the {}", "O/S {}"))
    return {"text": how.format(place.name.removeprefix("The ") if "the" in how else place.name)}


def write_place(chance: Chance, place: Place, form: str, noise: Noise) -> tuple[Written, str]:
    """What a report says of a place, and how closely: exact, point, street or area."""
    street = place.kind in ("street", "corner")
    if not street and chance.yes(noise.street):
        form = "street"
    match form:
        case "grid" | "grid-street":
            text = {"text": place.street} if form == "grid-street" or place.name is None else {"text": place.name}
            return {**text, **_grid(chance, place, noise)}, "point"
        case "grid-address" | "grid-name":
            named = {"name": place.name} if place.name and form == "grid-name" else {}
            full = {**named, **address(chance, place, noise), **_grid(chance, place, noise)}
            return full, "point" if street else "exact"
        case "point-outside" | "point-address":
            words = _outside(chance, place) if form == "point-outside" else address(chance, place, noise)
            return {**words, **_point(chance, place, noise)}, "point" if street else "exact"
        case "point-street":
            return {"text": f"{place.street}, {TOWN}", **_point(chance, place, noise)}, "point"
        case "outside":
            return _outside(chance, place), "street" if street or place.name is None else "exact"
        case "licence" | "premises" if place.name:
            told: Written = {"name": place.name, "text": f"{place.number or ''} {place.street}".strip()}
            if form == "licence" and place.licence and chance.yes(0.85):
                told["premises_licence"] = place.licence
            return {**told, **_code(chance, place, noise)}, "exact"
        case "vague":
            area = place.postcode.split()[0] if place.postcode else "town centre"
            return {"text": f"{area} area" if place.postcode else area}, "area"
        case "street":
            ward = {"ward": place.ward} if place.ward and chance.yes(0.4) else {}
            return {"text": f"{place.street}, {TOWN}", **ward}, "street"
        case _:
            told = address(chance, place, noise, upper=form == "address-upper")
            if place.ward and chance.yes(0.15):
                told["ward"] = place.ward
            return told, "street" if street else "exact"
