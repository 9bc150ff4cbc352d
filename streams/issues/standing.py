"""Findings as the store has them, and the alert each is part of."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.tables import Finding as Kept
from streams.issues.values import Finding


@dataclass(kw_only=True)
class Standing:
    """Findings as the store has them, and the alert each is part of."""

    findings: dict[str, Finding] = field(default_factory=dict)
    alerts: dict[str, str | None] = field(default_factory=dict)

    def take(self, rows: Iterable[object]) -> set[str]:
        """Take rows in; the ids that were not known yet."""
        fresh = set()
        for row in rows:
            number: str = row.id  # type: ignore[attr-defined]
            if number not in self.findings:
                self.findings[number] = Finding.from_json(row.body)  # type: ignore[attr-defined]
                self.alerts[number] = row.alert  # type: ignore[attr-defined]
                fresh.add(number)
        return fresh

    def add(self, other: "Standing") -> set[str]:
        """Take in what another holds; the ids that were not known yet."""
        fresh = other.findings.keys() - self.findings.keys()
        for number in fresh:
            self.findings[number], self.alerts[number] = other.findings[number], other.alerts[number]
        return set(fresh)


COLUMNS = (Kept.id, Kept.alert, Kept.body)
