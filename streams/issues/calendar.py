"""Days and months as people here count them: by the clock on the wall, summer time and all."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")


def local_day(moment: datetime) -> date:
    """The day on which ``moment`` falls here."""
    return moment.astimezone(HERE).date()


@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """The first moment of ``day``, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=HERE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment at which ``day`` is over, in UTC."""
    return start_of(day + timedelta(days=1))


def week_of(day: str) -> str:
    """The week a day (``yyyy-mm-dd``) lies in, Monday to Sunday: ``yyyy-Www``."""
    year, number, _ = date.fromisoformat(day).isocalendar()
    return f"{year:04}-W{number:02}"


def monday_of(week: str) -> date:
    """The day a week (``yyyy-Www``) begins on."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def month_of(day: date) -> str:
    """``yyyy-mm``."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """The first day of ``yyyy-mm``."""
    return date.fromisoformat(f"{month}-01")


def month_before(month: str, count: int) -> str:
    """The month ``count`` months earlier (or later, below nothing)."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - count, 12)
    return f"{year:04}-{number + 1:02}"


def days_in(month: str) -> int:
    """How many days a month has."""
    return (first_of(month_before(month, -1)) - first_of(month)).days


def period_end(period: str) -> datetime:
    """When a day (``yyyy-mm-dd``), a week (``yyyy-Www``) or a month (``yyyy-mm``) is over."""
    if len(period) == 7:
        return start_of(first_of(month_before(period, -1)))
    if len(period) == 8:
        return end_of(monday_of(period) + timedelta(days=6))
    return end_of(date.fromisoformat(period))
