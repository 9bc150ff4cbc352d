"""The people of the simulated town, household by household."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any

from deploy.demo.chance import Chance, Weighted, earlier_commoner
from deploy.demo.town import Place, Town
from deploy.demo.vocabulary import data

OCCUPIED = 0.75
HOSTEL_ROOMS = 20
# Numbers the regulator keeps for drama: nobody's telephone rings. Residents beyond them have none.
_DRAMA = ("07700 900", "01632 960", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0",
          "0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0", "020 7946 0", "0191 498 0")  # fmt: skip
_JOBS = ("shop assistant", "driver", "care worker", "student", "unemployed", "builder", "nurse", "warehouse operative",
         "cleaner", "retired", "cook", "office worker", "door supervisor", "bar staff", "teacher")  # fmt: skip
_HOUSEHOLDS = Weighted({"single": 30.0, "couple": 26.0, "family": 30.0, "lone": 9.0, "sharers": 5.0})
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
# Families of some origins have children whose day of birth was never written down.
_FIRST_OF_JANUARY = {"pakistani": 0.08, "african": 0.12, "indian": 0.03}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A resident as they truly are."""

    id: str
    given: str
    family: str
    sex: str
    born: date
    home: Place
    middle: str | None = None
    phone: str | None = None
    email: str | None = None
    job: str | None = None
    identifiers: dict[str, str] = field(default_factory=dict)

    def age(self, on: date) -> int:
        """Whole years lived."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(slots=True, kw_only=True)
class Residents:
    """All residents, and the lists the incidents draw from."""

    all: list[Person] = field(default_factory=list)
    by_home: dict[str, list[Person]] = field(default_factory=dict)
    by_street: dict[str, list[Person]] = field(default_factory=dict)
    adults: list[Person] = field(default_factory=list)
    young: list[Person] = field(default_factory=list)
    hostel: list[Person] = field(default_factory=list)
    today: date = date(2026, 9, 7)

    def take_in(self, person: Person) -> Person:
        """Put a person where they can be found."""
        self.all.append(person)
        self.by_home.setdefault(person.home.id, []).append(person)
        self.by_street.setdefault(person.home.street, []).append(person)
        age = person.age(self.today)
        if person.home.kind == "hostel":
            self.hostel.append(person)
        elif age >= 18:
            self.adults.append(person)
        if 11 <= age <= 24:
            self.young.append(person)
        return person


class Registrar:
    """Makes people, each with an id, a name, and numbers that are nobody else's."""

    def __init__(self, chance: Chance, today: date) -> None:
        self.chance = chance
        self.today = today
        self._origins = Weighted({name: float(entry["weight"]) for name, entry in data("names").items()})
        self._names = {
            name: {part: earlier_commoner(entry[part]) for part in ("male", "female", "family")}
            for name, entry in data("names").items()
        }
        self._phones = (f"{start}{number:03d}" for number, start in product(range(1000), _DRAMA))
        self._count = 0
        self._tenancies = 0

    def origin(self) -> str:
        """Where a household's names come from."""
        return self._origins.draw(self.chance)

    def family(self, origin: str) -> str:
        """A family name."""
        return self._names[origin]["family"].draw(self.chance)

    def given(self, origin: str, sex: str) -> str:
        """A given name."""
        return self._names[origin]["male" if sex == "M" else "female"].draw(self.chance)

    def tenancy(self) -> str:
        """A council tenancy's number."""
        self._tenancies += 1
        return f"T{100000 + self._tenancies}"

    def birthday(self, age: int, origin: str) -> date:
        """A date of birth for someone of this age."""
        day = self.today - timedelta(days=age * 365.25 + self.chance.below(365))
        if self.chance.yes(_FIRST_OF_JANUARY.get(origin, 0.0)):
            return day.replace(month=1, day=1)
        return day

    def person(self, home: Place, origin: str, *, age: int, tenancy: str | None = None, **known: Any) -> Person:
        """A person living at ``home``; ``known`` fixes family, given, sex, born or middle name."""
        chance = self.chance
        self._count += 1
        sex = known.pop("sex", None) or ("M" if chance.yes(0.5) else "F")
        family = _gendered(known.pop("family", None) or self.family(origin), sex)
        given = known.pop("given", None) or self.given(origin, sex)
        born = known.pop("born", None) or self.birthday(age, origin)
        middle = self.given(origin, sex) if chance.yes(0.6) else None
        grown = age >= 16
        return Person(
            id=f"P{self._count:06d}",
            given=given,
            family=family,
            sex=sex,
            born=born,
            home=home,
            middle=known.pop("middle", middle),
            phone=next(self._phones, None) if grown and chance.yes(0.85) else None,
            email=f"{_plain(given)}.{_plain(family)}{self._count}@example.org" if grown and chance.yes(0.5) else None,
            job=chance.one(_JOBS) if grown else None,
            identifiers=self._identifiers(tenancy, grown),
        )

    def _identifiers(self, tenancy: str | None, grown: bool) -> dict[str, str]:
        chance, number = self.chance, self._count
        made = {"nhs": nhs_number(number)}
        if tenancy:
            made["tenancy"] = tenancy
        if grown and chance.yes(0.25):
            year = 1998 + chance.below(28)
            letter = _PNC_LETTERS[(year % 100 * 10_000_000 + number) % 23]
            made["pnc"] = f"{year}/{number:07d}{letter}"
            made["cro"] = f"{number:06d}/{year % 100:02d}{_PNC_LETTERS[number % 23]}"
        if grown and chance.yes(0.05):
            made["licence"] = f"PERS{number:06d}"
        return made


def nhs_number(number: int) -> str:
    """The ``number``-th NHS number of the range kept for tests (999), with its check digit."""
    while True:
        digits = f"999{number:06d}"
        check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(digits)) % 11
        if check != 10:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}{0 if check == 11 else check}"
        number += 300_000


def _gendered(family: str, sex: str) -> str:
    return f"{family[:-1]}a" if sex == "F" and family.endswith(("ski", "cki")) else family


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if "a" <= letter <= "z")


def _ages(chance: Chance, shape: str) -> Iterator[int]:
    """The ages of a household, adults first."""
    head = round(chance.triangular(19, 88, 42))
    if shape == "sharers":
        yield from (18 + chance.below(18) for _ in range(3))
        return
    yield head
    if shape in ("couple", "family"):
        yield max(18, head + chance.below(9) - 4)
    if shape in ("family", "lone"):
        for _ in range(1 + chance.below(3)):
            yield max(0, min(head - 18 - chance.below(18), 24))


def _household(registrar: Registrar, home: Place) -> Iterator[Person]:
    chance, origin = registrar.chance, registrar.origin()
    shape = _HOUSEHOLDS.draw(chance)
    family = registrar.family(origin)
    tenancy = registrar.tenancy() if chance.yes(0.3) else None
    for place, age in enumerate(_ages(chance, shape)):
        own_name = shape == "sharers" or (place == 1 and chance.yes(0.2))
        yield registrar.person(home, origin, age=age, tenancy=tenancy, family=None if own_name else family)


def settle(registrar: Registrar, town: Town) -> Residents:
    """People for the town's homes and hostels."""
    residents = Residents(today=registrar.today)
    for home in town.all_of("home"):
        if registrar.chance.yes(OCCUPIED):
            for person in _household(registrar, home):
                residents.take_in(person)
    for hostel in town.all_of("hostel")[::5]:
        for _ in range(HOSTEL_ROOMS):
            residents.take_in(registrar.person(hostel, registrar.origin(), age=20 + registrar.chance.below(40)))
    return residents


def grown_ups(people: Sequence[Person], today: date) -> list[Person]:
    """Those of ``people`` who are eighteen or older."""
    return [person for person in people if person.age(today) >= 18]
