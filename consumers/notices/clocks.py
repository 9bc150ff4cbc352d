"""When something may be told: quiet hours, digests and the cap, by the clock people live by. Pure."""

from datetime import UTC, datetime, time, timedelta

from consumers.notices.rules import notice_rules
from consumers.notices.wishes import Peace
from consumers.words import UK


def quiet_until(peace: Peace, now: datetime) -> datetime | None:
    """When the quiet hours that ``now`` lies in are over; none where it lies in none."""
    if peace.starts is None or peace.ends is None or peace.starts == peace.ends:
        return None
    local, starts, ends = now.astimezone(UK), _clock(peace.starts), _clock(peace.ends)
    at = local.time()
    within = starts <= at < ends if starts < ends else at >= starts or at < ends
    return _next(local, ends) if within else None


def next_digest(peace: Peace, when: str, now: datetime) -> datetime:
    """When the next daily or weekly digest is due."""
    due = _next(now.astimezone(UK), _clock(peace.digest_at))
    while when == "weekly" and due.astimezone(UK).weekday() != notice_rules().weekly_on:
        due = _next(due.astimezone(UK), _clock(peace.digest_at))
    return due


def again_after(tries: int) -> timedelta:
    """How long a channel that was away is left alone, longer each time."""
    rules = notice_rules()
    return min(rules.longest, rules.first * (1 << min(tries - 1, 20)))


def _next(local: datetime, clock: time) -> datetime:
    """The next moment at which the clock here stands so."""
    today = datetime.combine(local.date(), clock, UK)
    found = today if today > local else datetime.combine(local.date() + timedelta(days=1), clock, UK)
    return found.astimezone(UTC)


def _clock(text: str) -> time:
    return time.fromisoformat(text)
