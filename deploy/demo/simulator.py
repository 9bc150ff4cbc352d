"""A partnership's reports for weeks of everyday life and a fortnight with stories in it, and the truth beside them."""

import argparse
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from pathlib import Path

from deploy.demo.accounts import Desk, SentReport
from deploy.demo.cast import Cast
from deploy.demo.chance import Chance
from deploy.demo.decoys import QUIET, market_surge
from deploy.demo.incidents import Life, days_from
from deploy.demo.mishaps import mishaps
from deploy.demo.repeats import problem_places
from deploy.demo.residents import Registrar, Residents, settle
from deploy.demo.stories import HEARD, new_on_the_street
from deploy.demo.times import DAY, aware
from deploy.demo.town import Town, build_town
from deploy.demo.truth import Truth
from deploy.demo.vocabulary import noise as noise_of

START = date(2026, 9, 7)  # a Monday; in the past, so that nothing is reported before it can have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """All that was sent, in sent order, and what is true of it."""

    seed: int
    fortnight: datetime  # when it begins
    reports: list[SentReport]
    truth: Truth
    town: Town
    residents: Residents


def simulate(
    seed: int,
    *,
    history_weeks: int = 10,
    days: int = 14,
    start: date = START,
    scale: float = 1.0,
    noise: str = "mid",
) -> Simulation:
    """What the agencies of a simulated partnership send; the same arguments give the same bytes.

    ``start`` is the first day of the fortnight. ``scale`` multiplies town, people and reports, not the stories.
    ``noise`` is low, mid or high. Raises ``ValueError`` for a fortnight shorter than its stories.
    """
    if days < 14:
        raise ValueError("the stories need fourteen days")
    first = datetime.combine(start, time())
    town = build_town(Chance(f"{seed}:town"), max(1, ceil(scale)))
    registrar = Registrar(Chance(f"{seed}:people"), start)
    residents = settle(registrar, town)
    life = Life(Chance(f"{seed}:life"), town, residents)
    desk = Desk(chance=Chance(f"{seed}:desks"), noise=noise_of(noise), until=first + days * DAY)

    def cast(name: str) -> Cast:
        return Cast(
            chance=Chance(f"{seed}:{name}"),
            first=first,
            town=town,
            residents=residents,
            registrar=registrar,
            life=life,
            desk=desk,
        )

    stories = [tell(cast(tell.__name__)) for tell in (*HEARD, *QUIET)]
    began = first - timedelta(weeks=history_weeks)
    all_days = list(days_from(began, 7 * history_weeks + days))
    desk.truth.repeats = problem_places(cast("repeats"), all_days)
    for day in all_days:
        for incident in life.day(day, scale):
            desk.tell_all(incident)
    stories.append(market_surge(cast("surge"), scale))
    stories.append(new_on_the_street(cast("jelly")))  # last: it takes nobody and no place from everyday life
    desk.truth.stories = stories
    spare = frozenset(ref for story in stories for ref in story.refs)
    reports = _in_order(desk, Chance(f"{seed}:mishaps"), spare)
    return Simulation(
        seed=seed, fortnight=aware(first), reports=reports, truth=desk.truth, town=town, residents=residents
    )


def _in_order(desk: Desk, chance: Chance, spare: frozenset[str]) -> list[SentReport]:
    """All messages by the time they are sent, with the truth's marks set."""
    end = aware(desk.until)
    more = (sent for sent in mishaps(chance, desk.sent, spare) if sent.sent_at < end)
    reports = sorted([*desk.sent, *more], key=lambda sent: (sent.sent_at, sent.agency, sent.ref))
    for position, sent in enumerate(reports):
        if sent.mark:
            desk.truth.marks[position] = sent.mark
        if sent.mark == "retract":
            desk.truth.withdrawn.add(sent.ref)
    return reports


def main(argv: list[str] | None = None) -> None:
    """Write a simulation to files."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.simulator", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True, help="JSON lines, in sent order, as the agencies spell them")
    parser.add_argument("--truth", type=Path, help="what is true of them, as one JSON object")
    parser.add_argument("--start", type=date.fromisoformat, default=START, help="first day of the fortnight")
    parser.add_argument("--history-weeks", type=int, default=10)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--noise", choices=("low", "mid", "high"), default="mid")
    given = parser.parse_args(argv)
    made = simulate(
        given.seed, history_weeks=given.history_weeks, start=given.start, scale=given.scale, noise=given.noise
    )
    given.out.write_bytes(b"".join(sent.raw + b"\n" for sent in made.reports))
    if given.truth:
        given.truth.write_text(json.dumps(made.truth.as_json(), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
