"""Problem addresses and one busy thief: what truly repeats in everyday life, weeks before the fortnight and in it."""

from collections.abc import Iterable
from datetime import datetime

from deploy.demo.cast import Cast
from deploy.demo.incidents import Incident, Party
from deploy.demo.truth import Repeat
from deploy.demo.vocabulary import kinds


def problem_places(cast: Cast, days: Iterable[datetime]) -> list[Repeat]:
    """A shop, a pub, a park corner and a home that come up about weekly, and a shoplifter who does."""
    home, tenants = cast.household()
    thief = cast.stranger()
    here = {"problem shop": cast.take("shop"), "problem pub": cast.take("pub"), "problem park": cast.take("park")}
    kind_of = {"problem shop": "shoplifting", "problem pub": "licensing-breach", "problem park": "youths-estate"}
    refs: dict[str, list[str]] = {name: [] for name in (*here, "problem home", "busy shoplifter")}
    for day in days:
        for name, place in here.items():
            if cast.chance.yes(1 / 6):
                refs[name] += _told(cast, cast.life.incident(kinds()[kind_of[name]], day, place=place))
        if cast.chance.yes(1 / 8):
            rowdy = Party(role="suspect", person=tenants[0])
            noisy = cast.life.incident(kinds()["rowdy-neighbour"], day, place=home, parties=(rowdy,))
            refs["problem home"] += _told(cast, noisy)
        if cast.chance.yes(1 / 6):
            stolen = cast.life.incident(kinds()["shoplifting"], day, parties=(Party(role="suspect", person=thief),))
            refs["busy shoplifter"] += _told(cast, stolen)
    things: dict[str, tuple[str, ...]] = {name: (place.id,) for name, place in here.items()}
    things |= {"problem home": (home.id, tenants[0].id), "busy shoplifter": (thief.id,)}
    return [Repeat(name=name, things=things[name], refs=tuple(told)) for name, told in refs.items()]


def _told(cast: Cast, incident: Incident) -> list[str]:
    before = len(cast.desk.sent)
    cast.desk.tell_all(incident)
    return [sent.ref for sent in cast.desk.sent[before:]]
