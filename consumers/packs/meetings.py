"""Which meetings there are, who sits there, and what their packs look back on: kept as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.agencies import Partnership
from schemas.kinds import vocabulary

STATUTORY = "@statutory"
CADENCES = ("weekly", "fortnightly", "monthly")


class NoSuchMeeting(Exception):
    """Somebody asks for a meeting or an agency that there is not; the message says which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting and what its pack holds; ``schemas/vocabulary/meetings.toml`` explains each part."""

    name: str
    title: str
    cadence: str
    agencies: Sequence[str]
    days: int
    against: int
    severity: str
    most: int
    places: bool
    reports: bool
    by_area: bool
    minutes: int


def load_meetings(partnership: Partnership) -> Mapping[str, Meeting]:
    """The meetings by name; raises ``NoSuchMeeting`` where one names an agency that there is not."""
    found = {}
    for name, said in vocabulary("meetings")["meeting"].items():
        here = _who(said["agencies"], partnership)
        found[name] = Meeting(name=name, **{**said, "agencies": here})
    return found


def meeting_for(cadence: str, whom: str | None, partnership: Partnership) -> Meeting:
    """The meeting of that cadence, for those ``whom`` names (a meeting, or agencies with commas); else all its own."""
    meetings = load_meetings(partnership)
    usual = next((one for one in meetings.values() if one.cadence == cadence), None)
    if usual is None:
        raise NoSuchMeeting(f"no meeting is {cadence}; there are: {', '.join(CADENCES)}")
    if whom is None or whom == usual.name:
        return usual
    if whom in meetings:
        return replace(meetings[whom], cadence=cadence)
    names = _who([name.strip() for name in whom.split(",") if name.strip()], partnership)
    return replace(usual, agencies=names)


def _who(words: Sequence[str], partnership: Partnership) -> tuple[str, ...]:
    found: set[str] = set()
    for word in words:
        if word == STATUTORY:
            found |= {name for name, member in partnership.items() if member.statutory}
        elif word in partnership:
            found.add(word)
        else:
            raise NoSuchMeeting(f"no agency or meeting {word!r}; the agencies: {', '.join(sorted(partnership))}")
    if not found:
        raise NoSuchMeeting("nobody sits at that meeting")
    return tuple(sorted(found))
