"""Who may not know of a report gets the same bytes from every page with it and without it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.consumers.web.seats import WORD, Browser, sat
from tests.streams.issues.way import Way, close_all, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
LINK = re.compile(r'href="(/agencies/[^"]*/alerts/[^"]*)"')
SHUT: dict[str, dict[str, Any]] = {
    "restricted": {"restricted_to": ["police"]},
    "sensitive": {"sensitive": ["domestic-abuse"]},
    "official-sensitive": {"classification": "OFFICIAL-SENSITIVE"},
}


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def shown(browser: Browser, agency: str, hidden: list[str]) -> dict[str, bytes]:
    """Every page the agency can reach, and those of alerts that are not for it, without the word of its session."""
    first = f"/agencies/{agency}"
    paths = [first, f"{first}?severity=high", f"{first}?page=2", *sorted(set(LINK.findall(browser.get(first).text)))]
    for path in paths[3:]:
        browser.submit(f"{path}/reason", {"reason": "case"})
    asked = [*paths, *(f"{first}/alerts/{alert}" for alert in hidden), "/account"]
    return {path: WORD.sub("", browser.get(path).text).encode() for path in asked}


@pytest.mark.parametrize("shut", SHUT.values(), ids=SHUT)
def test_a_hidden_report_changes_no_byte_of_any_page(tmp_path: Path, shut: dict[str, Any]) -> None:
    sent = [report("police", number, 3 * number, people=SUBJECT) for number in range(4)]
    sent += [report("fire", 9, 10, people=SUBJECT) | {"id": "hidden", **shut}]
    with_it = Way(f"sqlite:///{tmp_path / 'with.db'}").take(sent, batch=1)
    without = Way(f"sqlite:///{tmp_path / 'without.db'}").take(sent[:-1], batch=1)
    theirs = list(with_it.standing_copies("fire"))
    assert theirs
    seen = [shown(sat(way.engine, "housing"), "housing", theirs) for way in (with_it, without)]
    assert any("Withdrawn" not in text.decode() and "Why" in text.decode() for text in seen[0].values())
    assert seen[0] == seen[1]
    assert all(b"hidden" not in text.replace(b'type="hidden"', b"") for text in seen[0].values())
