"""The stories hidden in the fortnight that must raise no alert: what looks like an issue and is none."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from deploy.demo.cast import TIDY, Cast
from deploy.demo.incidents import Party
from deploy.demo.residents import Person
from deploy.demo.times import DAY
from deploy.demo.truth import Story
from deploy.demo.vocabulary import data, kinds

OF_PEOPLE = frozenset({"repeat-person", "repeat-victim", "convergence", "case-review"})
OF_AREAS = frozenset({"spike", "cluster", "theme", "risk-rising"})
MARKET_DAYS = (4, 5)  # the first Friday and Saturday
SURGE = 2.0  # what the market's extra wardens add to an ordinary day, as a multiple of it


def one_incident_told_thrice(cast: Cast) -> Story:
    """One fight that police, housing and wardens all report, police twice."""
    home, people = cast.household()
    attacker = cast.stranger()
    fight = cast.happen(
        "rowdy-neighbour",
        6,
        "18:30",
        home,
        [Party(role="victim", person=people[0]), Party(role="suspect", person=attacker)],
    )
    cast.tell(fight, ("police", "community-safety"))
    cast.tell(fight, {"housing": replace(TIDY, delay=timedelta(hours=15))})
    cast.tell(fight, {"police": replace(TIDY, delay=timedelta(minutes=50))})
    return cast.story(
        "one fight told four times",
        "nothing: it is one incident",
        OF_PEOPLE | {"repeat-place", "near-repeat"},
        expect=False,
        people=(people[0].id, attacker.id),
        places=(home.id,),
    )


def _thefts(cast: Cast, people: tuple[Person, ...], days: tuple[int, ...]) -> None:
    """Each of the people takes something twice, in shops of their own."""
    for number, day in enumerate(days):
        thief = people[number % len(people)]
        shop = cast.take("shop")
        incident = cast.happen("shoplifting", day, "15:00", shop, [Party(role="suspect", person=thief)])
        form = {"given": thief.given, "family": thief.family, "born": thief.born.isoformat(), "sex": thief.sex}
        exactly = Party(role="suspect", person=thief, written={"police": form})
        cast.tell(replace(incident, parties=(exactly,)), {"police": replace(TIDY, form="grid-name")})


def twins(cast: Cast) -> Story:
    """Twins at one address, each caught twice."""
    home, _ = cast.household()
    family = cast.chance.one(data("names")["british"]["family"][30:90])
    one = cast.newcomer(home, age=22, given="Kieran", family=family, sex="M")
    other = cast.newcomer(home, age=22, given="Callum", family=family, sex="M", born=one.born)
    _thefts(cast, (one, other), (1, 3, 6, 8))
    return cast.story(
        "twins at one address", "nothing: they are two people", OF_PEOPLE, expect=False, people=(one.id, other.id)
    )


def father_and_son(cast: Cast) -> Story:
    """Father and son of one name at one address, each caught twice."""
    home, _ = cast.household()
    family = cast.chance.one(data("names")["british"]["family"][30:90])
    father = cast.newcomer(home, age=49, given="Darren", family=family, sex="M")
    son = cast.newcomer(home, age=21, given="Darren", family=family, sex="M")
    _thefts(cast, (father, son), (0, 2, 5, 9))
    return cast.story(
        "father and son of one name", "nothing: they are two people", OF_PEOPLE, expect=False,
        people=(father.id, son.id),
    )  # fmt: skip


def common_name(cast: Cast) -> Story:
    """Two strangers of a common name, each caught twice."""
    homes = [cast.household()[0] for _ in range(2)]
    births = (date(1979, 5, 17), date(1991, 11, 2))
    people = tuple(
        cast.newcomer(home, age=30, given="David", family="Smith", sex="M", born=born)
        for home, born in zip(homes, births, strict=True)
    )
    _thefts(cast, people, (1, 4, 7, 10))
    return cast.story(
        "two people of a common name", "nothing: they are two people", OF_PEOPLE, expect=False,
        people=tuple(person.id for person in people),
    )  # fmt: skip


def hostel(cast: Cast) -> Story:
    """Five strangers who have only a hostel's address in common."""
    people = cast.chance.sample([p for p in cast.residents.hostel if not cast.is_kept(p)], 5)
    cast.keep(*people)
    for person, day in zip(people, (1, 3, 5, 8, 10), strict=True):
        shop = cast.take("shop")
        incident = cast.happen("pspo-breach", day, "13:00", shop, [Party(role="suspect", person=person)])
        cast.tell(incident, ("police",))
    return cast.story(
        "a hostel's address", "nothing: five people who sleep under one roof", OF_PEOPLE, expect=False,
        people=tuple(person.id for person in people),
    )  # fmt: skip


def market_surge(cast: Cast, scale: float) -> Story:
    """A street market brings wardens who write down all they see: three times the reports, of every category."""
    agency = "community-safety"
    days = [cast.first + number * DAY for number in MARKET_DAYS]
    for day in days:
        for kind in kinds().values():
            usual = kind.rate * scale * kind.shares.get(agency, 0.0) * kind.when.days[day.weekday()]
            for _ in range(cast.chance.count(usual * SURGE)):
                cast.desk.tell(cast.life.incident(kind, day), agency)
    on = {day.date() for day in days}
    for sent in cast.desk.sent:
        if sent.agency == agency and datetime.fromisoformat(sent.body["reported_at"]).date() in on:
            cast.told[sent.ref] = cast.desk.truth.incident_of[sent.ref]
    return cast.story(
        "a street market's reporting surge",
        "no issue: one publisher writes three times as much, of everything",
        OF_AREAS,
        expect=False,
    )


QUIET = (one_incident_told_thrice, twins, father_and_son, common_name, hostel)
