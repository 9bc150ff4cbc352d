"""Local time in the simulated town, and how the agencies tell it."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from deploy.demo.chance import Chance
from deploy.demo.vocabulary import Style, When

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPENS, CLOSES = 9, 17
_PARTS = (0, 6, 12, 18, 24)  # night, morning, afternoon, evening


@cache
def _summer(year: int) -> tuple[datetime, datetime]:
    """When summer time begins and ends, by the local clock: the last Sundays of March and October."""
    ends = (date(year, 3, 31), date(year, 10, 31))
    start, end = (day - timedelta(days=(day.weekday() + 1) % 7) for day in ends)
    return datetime(start.year, start.month, start.day, 2), datetime(end.year, end.month, end.day, 2)  # noqa: DTZ001


def offset(local: datetime) -> int:
    """Hours the local clock is before UTC (the simulator needs no zone database for this one rule)."""
    start, end = _summer(local.year)
    return 1 if start <= local < end else 0


def aware(local: datetime) -> datetime:
    """The UTC moment of a local time."""
    return (local - offset(local) * HOUR).replace(tzinfo=UTC)


def written(local: datetime, zone: str) -> str:
    """A local time as ISO 8601 with an offset, in the zone an agency writes."""
    if zone == "utc":
        return (local - offset(local) * HOUR).isoformat() + "Z"
    return local.isoformat() + ("+01:00" if offset(local) else "+00:00")


def moment(chance: Chance, day: datetime, when: When) -> datetime:
    """A minute of ``day``, or of the night after it, at which such things happen."""
    start, end = when.hours.draw(chance)
    return day + timedelta(minutes=chance.below(60 * (end - start)) + 60 * start)


def _in_office(chance: Chance, local: datetime) -> datetime:
    if local.weekday() < 5 and OPENS <= local.hour < CLOSES:
        return local
    if local.hour >= OPENS:
        local += DAY
    while local.weekday() > 4:
        local += DAY
    opening = local.replace(hour=OPENS, minute=0, second=0)
    return opening + timedelta(minutes=chance.below(240), seconds=chance.below(60))


def reported(chance: Chance, style: Style, end: datetime) -> datetime:
    """When an agency writes its report of what ended at ``end``."""
    at = end + timedelta(seconds=round(60 * chance.between(*style.delay)))
    return _in_office(chance, at) if style.office else at


def pushed(chance: Chance, style: Style, at: datetime) -> datetime:
    """When an agency sends what it wrote at ``at``: soon, or with its batch of the day."""
    sent = at + timedelta(seconds=round(60 * chance.uniform(*style.push)) + 1)
    if style.at is None:
        return sent
    batch = sent.replace(hour=style.at, minute=0, second=0)
    return (batch if batch >= sent else batch + DAY) + timedelta(seconds=chance.below(300))


def told(clock: str, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The time of an incident as an agency's clock tells it; it holds the true one."""
    if clock == "minute":
        return start, end
    if clock == "part":
        first = max(part for part in _PARTS if part <= start.hour)
        last = min(part for part in _PARTS if part > end.hour)
        return start.replace(hour=first, minute=0), end.replace(hour=0, minute=0) + last * HOUR
    step = 15 if clock == "quarter" else 60
    first_minute = start.replace(minute=start.minute // step * step)
    return first_minute, end.replace(minute=end.minute // step * step) + timedelta(minutes=step)
