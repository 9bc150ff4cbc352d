"""A version is known to be bad where an advisory lists it or it lies in a range of one, as OSV says."""

from typing import Any

import pytest

from tests.bench.security.advisories import affects, pinned


def of(events: list[dict[str, str]], **others: Any) -> dict[str, Any]:
    ranges = [{"type": "GIT", "events": [{"introduced": "0"}]}, {"type": "ECOSYSTEM", "events": events}]
    return {
        "id": "PYSEC-1",
        "affected": [{"package": {"name": "Jinja2"}, "ranges": ranges, "versions": ["3.1rc1"]}],
    } | others


@pytest.mark.parametrize(
    ("version", "bad"),
    [("2.10.3", True), ("2.11.3", False), ("3.0", True), ("3.1", True), ("3.2", False), ("3.1rc1", True)],
)
def test_the_last_event_before_a_version_decides(version: str, bad: bool) -> None:
    events = [{"introduced": "0"}, {"fixed": "2.11.3"}, {"introduced": "3.0"}, {"last_affected": "3.1"}]
    assert affects(of(events), "jinja2", version) is bad


def test_what_was_withdrawn_or_is_of_another_package_says_nothing() -> None:
    assert not affects(of([{"introduced": "0"}], withdrawn="2024-01-01T00:00:00Z"), "jinja2", "1.0")
    assert not affects(of([{"introduced": "0"}]), "markupsafe", "1.0")


def test_a_lock_is_read() -> None:
    lock = (
        'Flask_Thing[extra]==1.2.3 \\\n    --hash=sha256:00\ntzdata==2026.6 ; sys_platform == "win32" \\\n    # via x\n'
    )
    assert pinned(lock) == {"flask-thing": "1.2.3", "tzdata": "2026.6"}
