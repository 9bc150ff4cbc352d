"""A second small partnership with other habits than the demo's: other words, delays, places, slips and traps.

Its tellers round and misjudge times, so that two tellings of one incident need not overlap.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2025, 2, 3, tzinfo=UTC)
DAYS, INCIDENTS = 42, 900
SLIPS = {"low": 0.04, "mid": 0.12, "high": 0.28}  # chance that a thing goes wrong where it could
AGENCIES = ("police", "community-safety", "housing", "fire", "health", "licensing", "environmental-protection")
ROADS = (
    "Almond Grove",
    "Bishop Street",
    "Castle Hill",
    "Dyers Wynd",
    "Eastgate",
    "Ferry Lane",
    "Granary Row",
    "Hope Terrace",
    "Ivy Bank",
    "Jubilee Crescent",
    "Kings Parade",
    "Lime Avenue",
    "Mill Race",
    "North Quay",
    "Orchard Way",
    "Priory Close",
)
SHOPS = ("Cobbler and Key", "Hartleys Chemist", "Spice Garden", "Quayside Arms", "Bright Wash", "The Tin Whistle")
GIVEN = (
    "Aisha",
    "Brendan",
    "Carol",
    "Dmitri",
    "Elsie",
    "Farouk",
    "Gemma",
    "Hugo",
    "Imran",
    "Joanne",
    "Keith",
    "Leanne",
)
FAMILY = ("Ashworth", "Bukowski", "Chaudhry", "Delaney", "Entwistle", "Fairbairn", "Gilmour", "Hussain", "Ibbotson")
# category and detail in the first and in other hands, what may be said, and who tells
KINDS: tuple[tuple[tuple[str, str | None], tuple[str, str | None], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("anti-social-behaviour", "noise"),
        ("anti-social-behaviour", "rowdy-neighbour"),
        ("bass thumping until {h}", "neighbour's stereo on full", "karaoke next door, {n} guests"),
        ("housing", "environmental-protection", "police"),
    ),
    (
        ("shoplifting", None),
        ("other-theft", None),
        ("took {n} packs of razors", "ran out with spirits worth £{m}", "trolley of nappies pushed past the till"),
        ("police", "community-safety"),
    ),
    (
        ("violent-crime", None),
        ("public-order", None),
        ("headbutted outside, lost a tooth", "brawl, {n} involved", "bottle thrown at a bouncer"),
        ("police", "health", "licensing"),
    ),
    (
        ("criminal-damage-arson", "vandalism"),
        ("anti-social-behaviour", "vandalism"),
        ("greenhouse panes put through", "wing mirrors off {n} vans", "bus shelter shattered"),
        ("police", "housing", "community-safety"),
    ),
    (
        ("deliberate-fire", None),
        ("criminal-damage-arson", None),
        ("pallets ablaze behind the garages", "skip well alight", "moped torched"),
        ("fire", "police", "environmental-protection"),
    ),
    (
        ("anti-social-behaviour", "fly-tipping"),
        ("anti-social-behaviour", "littering"),
        ("plasterboard and {n} tyres left", "fridge freezer on the pavement", "asbestos sheets in the lay-by"),
        ("environmental-protection", "housing", "community-safety"),
    ),
)


@dataclass(slots=True)
class Other:
    """Reports as they are sent, and the incident each is of."""

    reports: list[dict[str, Any]]
    truth: dict[str, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """What truly happened."""

    id: str
    kind: int
    at: datetime
    minutes: int
    road: int
    house: int
    shop: int | None
    people: tuple[tuple[str, str, str], ...]
    plate: str | None
    number: int


def other_partnership(seed: int, noise: str) -> Other:
    """Six weeks of it; the same arguments give the same reports."""
    chance, slips = random.Random(f"other:{seed}:{noise}"), SLIPS[noise]
    made = Other([], {})
    happened = [_happening(chance, n) for n in range(INCIDENTS)]
    for what in [*happened, *_traps(chance)]:
        tellers = list(KINDS[what.kind][3])
        chance.shuffle(tellers)
        for agency in tellers[: chance.choices((1, 2, 3), (70, 22, 8))[0]]:
            _tell(chance, made, what, agency, slips)
    made.reports.sort(key=lambda report: str(report["reported_at"]))
    return made


def _happening(chance: random.Random, number: int, **fixed: Any) -> Happening:
    kind = chance.randrange(len(KINDS))
    evening = chance.gauss(20, 3.5) if kind in (0, 2, 4) else chance.gauss(14, 4)
    named = [
        (role, chance.choice(GIVEN), chance.choice(FAMILY)) for role in ("victim", "suspect") if chance.random() < 0.5
    ]
    known: dict[str, Any] = {
        "id": f"X{number}",
        "kind": kind,
        "at": START + timedelta(days=chance.randrange(DAYS), hours=evening),
        "minutes": int(chance.expovariate(1 / 25)),
        "road": chance.randrange(len(ROADS)),
        "house": chance.randrange(1, 120),
        "shop": chance.randrange(len(SHOPS)) if kind in (1, 2) and chance.random() < 0.7 else None,
        "people": tuple(named),
        "plate": f"Y{chance.choice('ABCDE')}{chance.randrange(51, 75)} K{chance.choice('LMNOP')}X"
        if chance.random() < 0.08
        else None,
        "number": chance.randrange(2, 15),
    }
    return Happening(**{**known, **fixed})


def _traps(chance: random.Random) -> list[Happening]:
    """Different incidents that look like one."""
    found: list[Happening] = []

    def add(**fixed: Any) -> None:
        found.append(_happening(chance, 10_000 + len(found), **fixed))

    for _ in range(12):
        day = START + timedelta(days=chance.randrange(DAYS - 7))
        road, house, evening = chance.randrange(len(ROADS)), chance.randrange(1, 120), day + timedelta(hours=20)
        family = (
            ("victim", chance.choice(GIVEN), chance.choice(FAMILY)),
            ("suspect", chance.choice(GIVEN), chance.choice(FAMILY)),
        )
        shop = chance.randrange(len(SHOPS))
        add(kind=2, at=evening, road=road, shop=shop)  # two things at one place on one evening
        add(kind=3, at=evening + timedelta(minutes=100), road=road, shop=shop)
        for days in (0, 1):  # one family's quarrels on successive days
            add(kind=2, at=evening + timedelta(days=days), road=road, house=house, shop=None, people=family)
        for nights in range(4):  # one flat, every night
            add(kind=0, at=evening + timedelta(days=nights, hours=2), road=road, house=house + 1, people=())
        for hours in (0, 1):  # two thefts from one shop
            add(kind=1, at=day + timedelta(hours=13 + hours), road=road, shop=shop, minutes=5)
        for hours in (0, 2):  # a fire and a copy of it
            add(kind=4, at=evening + timedelta(hours=hours), road=road, house=chance.randrange(1, 120))
    market = START + timedelta(days=12, hours=10)
    for number in range(10):  # a market day's thefts
        add(kind=1, at=market + timedelta(minutes=40 * number), road=4, shop=number % len(SHOPS), minutes=4)
    return found


def _tell(chance: random.Random, made: Other, what: Happening, agency: str, slips: float) -> None:
    off = timedelta(minutes=chance.gauss(0, 6 + 60 * slips))  # people misjudge
    start, end = what.at + off, what.at + off + timedelta(minutes=what.minutes)
    if agency in ("housing", "environmental-protection"):  # told by the half hour
        start = start.replace(minute=start.minute // 30 * 30, second=0, microsecond=0)
        end = end.replace(minute=end.minute // 30 * 30, second=0, microsecond=0) + timedelta(minutes=30)
    elif agency == "health" or chance.random() < slips:
        end = start  # about then
    hours = (
        chance.lognormvariate(2.2, 1)
        if agency in ("housing", "health", "licensing")
        else chance.lognormvariate(-1, 0.8)
    )
    first, later, says, _ = KINDS[what.kind]
    category, detail = first if agency == KINDS[what.kind][3][0] or chance.random() > 2 * slips else later
    text = chance.choice(says).format(h=what.at.strftime("%H:%M"), n=what.number, m=what.number * 7)
    ref = f"{agency[:3].upper()}-{len(made.reports) + 1:05d}"
    report: dict[str, Any] = {
        "id": ref,
        "agency": agency,
        "reported_at": (max(start, end) + timedelta(hours=hours)).isoformat(),
        "occurred": {"from": start.isoformat(), "to": end.isoformat()},
        "category": category,
        "summary": f"{text}{chance.choice(('', '. Ongoing', '; logged', ' - see file'))}",
        "place": _place(chance, what, agency, slips),
        "people": [_person(chance, *person, slips) for person in what.people if chance.random() < 0.7],
    }
    if detail and chance.random() > slips:
        report["detail"] = detail
    if what.plate and agency in ("police", "fire"):
        report["vehicles"] = [{"vrm": what.plate.replace(" ", "")}]
    made.reports.append(report)
    made.truth[f"{agency}:{ref}"] = what.id


def _place(chance: random.Random, what: Happening, agency: str, slips: float) -> dict[str, Any]:
    road = ROADS[what.road]
    lat, lon = 53.40 + what.road * 0.004 + what.house * 0.00004, -1.50 + (what.road % 5) * 0.006
    if chance.random() < slips:
        return {"text": road[:-2] if chance.random() < 0.3 else road}
    told: dict[str, Any] = {}
    if what.shop is not None:
        told = {"text": chance.choice(("{s}, {r}", "{r} ({s})", "at {s}, {r}")).format(s=SHOPS[what.shop], r=road)}
    else:
        told = {"text": f"{what.house}, {road}" if agency == "housing" else f"{what.house} {road}"}
    if agency in ("police", "fire") or chance.random() < 0.2:
        spread = 0.0001 + slips * 0.0008
        told |= {"lat": round(lat + chance.gauss(0, spread), 6), "lon": round(lon + chance.gauss(0, spread), 6)}
    return told


def _person(chance: random.Random, role: str, given: str, family: str, slips: float) -> dict[str, Any]:
    if chance.random() < slips:
        family = family[:-2] + family[-1]
    name = (
        f"{given[0]}. {family}"
        if chance.random() < slips
        else f"{family} {given}"
        if chance.random() < slips
        else f"{given} {family}"
    )
    return {"role": role, "name": name}
