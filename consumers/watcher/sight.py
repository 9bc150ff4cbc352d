"""What of the alert topic is news to its reader: each version once, and what was pulled back."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic_core import from_json

from consumers.filters import Filters

MOST_REMEMBERED = 100_000
GONE = -1  # in place of a version: told as withdrawn; a later copy is news again


class News(Enum):
    """In which way an alert is news."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something to show; a withdrawn alert has the copy shown before, if there was one."""

    news: News
    id: str
    alert: Mapping[str, Any]


class Unreadable(Exception):
    """A record that is no alert."""


@dataclass(slots=True, kw_only=True)
class Sight:
    """What was shown so far: by id, the version and what a withdrawal needs to name it by."""

    filters: Filters
    _shown: OrderedDict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=OrderedDict)

    def look(self, key: bytes | None, value: bytes | None) -> Sighting | None:
        """What of a record is news, if anything; raises ``Unreadable``."""
        if value is None:
            return self._pulled_back(key.decode("utf-8", "replace") if key else "")
        alert = _read(value)
        alert_id, version = alert["id"], alert["version"]
        if alert.get("withdrawn"):
            return self._pulled_back(alert_id, alert)
        before = self._shown.get(alert_id)
        if before is not None and before[0] >= version:
            return None
        known = before is not None and before[0] != GONE
        if not known and not self.filters.let_through(alert):
            return None  # but one that was shown is followed, even out of what the filters let through
        self._remember(alert_id, version, alert)
        return Sighting(news=News.CHANGED if known else News.NEW, id=alert_id, alert=alert)

    def _pulled_back(self, alert_id: str, said: Mapping[str, Any] | None = None) -> Sighting | None:
        version, alert = self._shown.get(alert_id, (None, said or {}))
        if version == GONE or not alert_id:
            return None
        if version is None and not (self.filters.let_through(said) if said else self.filters.open):
            return None  # it may never have been shown
        self._remember(alert_id, GONE, {})
        return Sighting(news=News.WITHDRAWN, id=alert_id, alert=alert)

    def _remember(self, alert_id: str, version: int, alert: Mapping[str, Any]) -> None:
        self._shown[alert_id] = (
            version,
            {name: alert[name] for name in ("title", "kind", "severity", "area") if name in alert},
        )
        self._shown.move_to_end(alert_id)
        if len(self._shown) > MOST_REMEMBERED:
            self._shown.popitem(last=False)


def _read(value: bytes) -> dict[str, Any]:
    try:
        alert = from_json(value)
    except ValueError:
        raise Unreadable("it is not JSON") from None
    if not isinstance(alert, dict) or not isinstance(alert.get("id"), str) or not isinstance(alert.get("version"), int):
        raise Unreadable("it has no id and version")
    return alert
