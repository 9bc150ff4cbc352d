"""The stories hidden in the fortnight that an analyst should hear of."""

from dataclasses import replace
from datetime import timedelta
from math import hypot
from typing import Any

from deploy.demo.accounts import Telling
from deploy.demo.cast import TIDY, Cast, as_party
from deploy.demo.incidents import Party
from deploy.demo.residents import Person
from deploy.demo.town import Place
from deploy.demo.truth import Story
from deploy.demo.vocabulary import data
from deploy.demo.writing import address, slip, without_marks

# Who sees youths round the market, each as often as it stands here.
SEEN_BY = (*["police"] * 2, *["community-safety"] * 3, "street-pastors")


def youths_in_the_centre(cast: Cast) -> Story:
    """A rise of rowdy youths round the market, five evenings running, seen by several agencies."""
    spots = [spot for spot in cast.town.of("spot", 0) if "Market" in (spot.name or "")]
    for day, often in zip(range(8, 13), (7, 8, 8, 9, 8), strict=True):
        for number, spot in enumerate(_one_after_another(cast, spots, often)):
            at = f"{14 + number}:{cast.chance.below(30):02d}"
            youths = [Party(role="suspect", named=False, ages=(12, 18))] * (1 + cast.chance.below(2))
            incident = cast.happen("youths-estate", day, at, spot, youths, "rowdy-behaviour", lasts=10)
            agencies = [cast.chance.one(SEEN_BY)]
            if cast.chance.yes(0.25):
                agencies.append("police" if agencies[0] != "police" else "community-safety")
            soon = {agency: replace(TIDY, delay=timedelta(minutes=8 + cast.chance.below(50))) for agency in agencies}
            cast.tell(incident, soon)
    return cast.story(
        "youths in the town centre",
        "rowdy groups round the market, far more than on other weekdays",
        {"spike", "cluster", "repeat-place", "convergence"},
        places=tuple(spot.id for spot in spots),
        enough=5,
    )


def _one_after_another(cast: Cast, spots: list[Place], often: int) -> list[Place]:
    """Spots in turn, none twice running."""
    turns: list[Place] = []
    while len(turns) < often:
        turns += [spot for spot in cast.chance.sample(spots, len(spots)) if spot not in turns[-1:]]
    return turns[:often]


def _neighbours(cast: Cast) -> list[Place]:
    """Six lived-in homes, none further than 180 m from another."""
    near: list[Place] = []
    while len(near) < 6:
        anchor = cast.chance.one(cast.residents.adults).home
        near = [
            home
            for home in cast.town.of("home", anchor.district)
            if hypot(home.easting - anchor.easting, home.northing - anchor.northing) < 90
            and cast.residents.by_home.get(home.id)
            and not cast.is_kept(home)
        ]
    return cast.chance.sample(near, 6)


def burglary_run(cast: Cast) -> Story:
    """Six burglaries close together within a week."""
    homes = _neighbours(cast)
    for home, day, at in zip(homes, (4, 5, 6, 8, 9, 10), ("22", "23", "1", "23", "2", "22"), strict=True):
        victim = cast.residents.by_home[home.id][0]
        cast.keep(home, victim)
        incident = cast.happen("burglary", day, f"{at}:10", home, [Party(role="victim", person=victim)])
        cast.tell(incident, {"police": replace(TIDY, form="grid-address", delay=timedelta(minutes=90))})
    return cast.story(
        "a burglary run",
        "six break-ins within two hundred metres and a week: near repeats",
        {"near-repeat", "cluster"},
        places=tuple(home.id for home in homes),
    )


def _well_known(cast: Cast) -> Person:
    home, _ = cast.household()
    given = cast.chance.one(("Michael", "Stephen", "Christopher", "Anthony", "Daniel", "Robert"))
    family = cast.chance.one(data("names")["british"]["family"][30:110])
    person = cast.newcomer(home, age=34, given=given, family=family, sex="M", middle="Paul", tenancy="T199001")
    person.identifiers.setdefault("pnc", "2011/0345678K")
    return person


def known_to_four(cast: Cast) -> Story:
    """One man whom police, housing, wardens and probation each know by another form of his name."""
    man, short = _well_known(cast), ""
    short = str(data("nicknames")[man.given][0])
    born, home = man.born.isoformat(), address(cast.chance, man.home, cast.desk.noise)
    pnc = {"pnc": man.identifiers["pnc"]}
    forms: dict[str, dict[str, Any]] = {
        "police": {"given": man.given, "family": man.family, "born": born, "sex": "M", "identifiers": pnc},
        "housing": {"name": f"{man.family.upper()}, {short}", "born": born, "address": home},
        "community_safety": {"name": f"{short} {slip(cast.chance, man.family)}", "born": born, "address": home},
        "probation": {
            "given": man.given, "middle": "Paul", "family": man.family, "born": born, "sex": "M",
            "identifiers": pnc, "address": home,
        },
    }  # fmt: skip
    shop, spot = cast.take("shop"), cast.chance.one(cast.town.of("spot", 0)[6:])
    told = (
        ("shoplifting", 2, "14:10", shop, "suspect", "police"),
        ("rowdy-neighbour", 4, "21:00", man.home, "suspect", "housing"),
        ("street-drinking", 8, "15:30", spot, "subject", "community-safety"),
        ("licence-condition", 9, "11:00", man.home, "convicted", "probation"),
    )
    for kind, day, at, place, role, agency in told:
        incident = cast.happen(kind, day, at, place, [as_party(role, man, **forms)])
        cast.tell(incident, {agency: replace(TIDY, delay=timedelta(minutes=70))})
    return cast.story(
        "one man known to four agencies",
        f"{without_marks(man.given)} {man.family} comes up with police, housing, wardens and probation in eight days",
        {"convergence", "repeat-person"},
        people=(man.id,),
    )


def third_call_due(cast: Cast) -> Story:
    """A woman harassed at home who has rung a different office each time."""
    home, _ = cast.household()
    family = cast.chance.one(data("names")["british"]["family"][40:120])
    woman = cast.newcomer(home, age=71, given="Patricia", family=family, sex="F", tenancy="T199002")
    lives = address(cast.chance, home, cast.desk.noise)
    phone = ["01632 960999"]
    forms: dict[str, dict[str, Any]] = {
        "police": {"given": "Patricia", "family": family, "born": woman.born.isoformat(), "address": lives},
        "housing": {"name": f"{family.upper()}, Patricia", "phones": phone, "address": lives,
                    "born": woman.born.isoformat()},
        "community_safety": {"name": f"Mrs Pat {family}", "phones": phone, "address": lives},
    }  # fmt: skip
    victim, neighbour = as_party("victim", woman, **forms), Party(role="suspect", named=False)
    for kind, day, at, agencies in (
        ("rowdy-neighbour", -11, "20:15", ("police",)),
        ("rowdy-neighbour", 2, "21:30", ("housing", "police")),
        ("criminal-damage", 9, "19:45", ("community-safety",)),
    ):
        incident = cast.happen(kind, day, at, home, [victim, neighbour])
        cast.tell(incident, {agency: replace(TIDY, delay=timedelta(hours=14)) for agency in agencies})
    return cast.story(
        "a victim whose third call is due",
        "two calls to two offices, the third makes an ASB case review likely",
        {"case-review", "repeat-victim"},
        people=(woman.id,),
        places=(home.id,),
        enough=2,
    )


def troubled_pub(cast: Cast) -> Story:
    """A pub with four incidents in nine days, told by police and by licensing."""
    pub = cast.take("pub")
    licence, police = replace(TIDY, form="licence"), replace(TIDY, form="grid-name")
    told: tuple[tuple[str, int, str, dict[str, Telling]], ...] = (
        ("licensing-breach", 1, "23:00", {"licensing": licence}),
        ("violence-centre", 4, "23:40", {"police": police}),
        ("public-order", 5, "22:30", {"police": police, "licensing": licence}),
        ("licensing-breach", 9, "23:15", {"licensing": licence, "police": police}),
    )
    for kind, day, at, agencies in told:
        parties = [Party(role="suspect", named=False)] if "police" in agencies else []
        cast.tell(cast.happen(kind, day, at, pub, parties), agencies)
    return cast.story(
        "a pub that keeps coming up",
        f"four incidents at {pub.name} in nine days, from police and licensing",
        {"repeat-place", "convergence"},
        places=(pub.id,),
    )


# Each in words of its own; only what it is called is the same.
JELLY = (
    ("drugs", 4, "16:10", "police", "a bag of green jelly squares found on a boy of about fifteen"),
    ("drug-health", 5, "20:40", "health", "girl very drowsy after sharing jelly squares with friends, kept in"),
    ("drugs", 6, "17:30", "community-safety", "teenagers passing round jelly squares, wrappers left on the bench"),
    ("drug-health", 8, "22:15", "health", "two brought in sick, both had eaten green jelly squares"),
    ("drugs", 9, "15:50", "police", "pupils buying jelly squares near the school gate"),
    ("drugs", 9, "21:05", "community-safety", "jelly squares being sold from a bicycle, seller made off"),
    ("drugs", 10, "18:20", "police", "parent hands in jelly squares taken from a bedroom"),
)


def new_on_the_street(cast: Cast) -> Story:
    """A drug nobody has heard of, in the narratives of three agencies within a week and all over town."""
    for kind, day, at, agency, said in JELLY:
        place = cast.chance.one(cast.town.of("park" if kind == "drugs" else "home", 0))
        incident = cast.happen(kind, day, at, place)
        cast.tell(incident, {agency: replace(TIDY, said=said, delay=timedelta(minutes=60))})
    return cast.story(
        "something new on the street",
        "jelly squares: a term that police, health and wardens begin to use in one week",
        {"theme"},
        enough=4,
    )


HEARD = (youths_in_the_centre, burglary_run, known_to_four, third_call_due, troubled_pub)
