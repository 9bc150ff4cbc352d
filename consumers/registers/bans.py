"""Bans: which run, which end soon, which are over, and how often each was broken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from consumers.ladder.asked import months_after
from consumers.ladder.people import Reader
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import told_of
from schemas.kinds import vocabulary
from schemas.work import Ban


@dataclass(frozen=True, slots=True, kw_only=True)
class BanKind:
    """A kind of ban: by which law, how many years at most, and until when one could be made."""

    name: str
    title: str
    law: str
    source: str
    years: int | None = None
    made_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A ban with the person that the agency knows it is on, how it stands, and its breaches."""

    kept: Kept
    person: str | None
    state: str  # to come, running, ends soon, over
    breaches: tuple[Kept, ...]


@lru_cache(maxsize=1)
def ban_kinds() -> Mapping[str, BanKind]:
    """The kinds there are."""
    return {name: BanKind(name=name, **entry) for name, entry in vocabulary("registers")["ban"].items()}


def faults_of(ban: Ban) -> list[str]:
    """What is wrong with a ban by what its kind allows, as sentences."""
    kind = ban_kinds().get(ban.kind)
    if kind is None:
        return ["Choose a kind of ban."]
    found = []
    if kind.made_until is not None and ban.start > kind.made_until:
        found.append(f"{kind.title}: none could be made after {kind.made_until:%-d %B %Y}.")
    if kind.years is not None:
        latest = months_after(ban.start, 12 * kind.years)
        if ban.until is None or ban.until > latest:
            found.append(f"{kind.title}: it ends on {latest:%-d %B %Y} at the latest.")
    return found


def state_of(ban: Ban, today: date) -> str:
    """How a ban stands on a day."""
    if (ban.ended is not None and ban.ended <= today) or (ban.until is not None and ban.until < today):
        return "over"
    if ban.start > today:
        return "to come"
    soon = today + timedelta(days=vocabulary("registers")["soon_days"])
    return "ends soon" if ban.until is not None and ban.until <= soon else "running"


def bans_of(reader: Reader, shown: Iterable[str]) -> list[Standing]:
    """The bans that the agency may see, those that end first before the others, those over last."""
    breaches = all_kept(reader.connection, "breach")
    persons = reader.by_person("ban", shown=shown)
    known: dict[str, tuple[Kept, str | None]]
    known = {one.id: (one, person) for person, some in persons.items() for one in some}
    for one in all_kept(reader.connection, "ban"):
        if one.record.subject is None and (one.agency == reader.agency or _told(reader, one)):
            known[one.id] = (one, None)
    found = [
        Standing(
            kept=one,
            person=person,
            state=state_of(one.record, reader.today),
            breaches=tuple(breach for breach in breaches if breach.parent == one.id),
        )
        for one, person in known.values()
    ]
    return sorted(found, key=lambda one: (one.state == "over", one.kept.record.until or date.max, one.kept.id))


def penalties_of(reader: Reader) -> list[Kept]:
    """The breaches of public spaces protection orders that the agency wrote down, the newest first."""
    found = all_kept(reader.connection, "breach", agency=reader.agency)
    return sorted((one for one in found if one.parent is None), key=lambda one: (one.record.on, one.id), reverse=True)


def _told(reader: Reader, one: Kept) -> bool:
    return one.record.share and reader.agency in told_of(reader.partnership, one.agency, reader.today, "person")
