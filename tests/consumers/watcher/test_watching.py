"""Which alerts are shown, once each, and how."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from consumers.filters import Filters, read_since
from consumers.watcher.show import JsonLines, Lines
from consumers.watcher.sight import News, Sight, Unreadable
from tests.consumers.watcher.alerts import an_alert, told

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


def news(sight: Sight, *records: tuple[str | None, bytes | None]) -> list[tuple[str, str]]:
    seen = [sight.look(key.encode() if key else None, value) for key, value in records]
    return [(one.news.value, one.id) for one in seen if one]


def test_each_version_is_shown_once() -> None:
    sight = Sight(filters=Filters())
    assert news(sight, told(1), told(1), told(1, 2), told(1, 1), told(1, 2)) == [("new", "a1"), ("changed", "a1")]


def test_what_was_pulled_back_is_told_once_and_by_name() -> None:
    sight = Sight(filters=Filters())
    assert news(sight, told(1), ("a1", None), ("a1", None)) == [("new", "a1"), ("withdrawn", "a1")]
    assert news(sight, told(1)) == [("new", "a1")]  # it was given back
    (gone,) = (sight.look(b"a1", None),)
    assert gone
    assert gone.alert["title"] == "Burglaries, run 1"


def test_an_alert_marked_withdrawn_is_one() -> None:
    sight = Sight(filters=Filters())
    assert news(sight, told(1), told(1, 2, withdrawn=True)) == [("new", "a1"), ("withdrawn", "a1")]


def test_a_withdrawal_of_what_was_never_shown_is_told_only_where_all_is() -> None:
    assert news(Sight(filters=Filters()), ("a1", None)) == [("withdrawn", "a1")]
    assert news(Sight(filters=Filters(min_severity="high")), ("a1", None), (None, None)) == []
    assert news(Sight(filters=Filters(min_severity="high")), told(1, withdrawn=True)) == []


def test_what_was_shown_is_followed_out_of_the_filters() -> None:
    sight = Sight(filters=Filters(min_severity="medium"))
    assert news(sight, told(1), told(1, 2, severity="low"), told(2, severity="low")) == [
        ("new", "a1"),
        ("changed", "a1"),
    ]


def test_what_is_no_alert_is_unreadable() -> None:
    sight = Sight(filters=Filters())
    for value in (b"", b"{", b"[]", b"{}", b'{"id": 1, "version": 1}', b'{"id": "a"}'):
        with pytest.raises(Unreadable):
            sight.look(b"a", value)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.watcher.sight.MOST_REMEMBERED", 3)
    sight = Sight(filters=Filters())
    news(sight, *(told(number) for number in range(10)))
    assert len(sight._shown) == 3


@pytest.mark.parametrize(
    ("filters", "through"),
    [
        (Filters(), True),
        (Filters(kinds=frozenset({"near-repeat", "spike"})), True),
        (Filters(kinds=frozenset({"spike"})), False),
        (Filters(categories=frozenset({"burglary"})), True),
        (Filters(categories=frozenset({"drugs"})), False),
        (Filters(areas=("newb", "spire")), True),
        (Filters(areas=("town centre",)), False),
        (Filters(min_severity="medium"), True),
        (Filters(min_severity="high"), False),
    ],
)
def test_filters(filters: Filters, through: bool) -> None:
    assert filters.let_through(an_alert()) is through


def test_an_unknown_severity_is_no_filter() -> None:
    with pytest.raises(ValueError, match="no severity 'dire'; there are: low, medium, high"):
        Filters(min_severity="dire")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("7D", NOW - timedelta(days=7)),
        ("30 m", NOW - timedelta(minutes=30)),
        ("2024-03-01T10:00:00Z", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("2024-07-01T10:00", datetime(2024, 7, 1, 9, tzinfo=UTC)),
        ("999999999999w", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_since_is_a_span_or_a_time(text: str, moment: datetime) -> None:
    assert read_since(text, NOW) == moment


def test_since_that_is_neither_is_told() -> None:
    with pytest.raises(ValueError, match="neither a span such as 2h or 7d nor"):
        read_since("last week", NOW)


def shown(as_json: bool, *records: tuple[str, bytes | None]) -> str:
    out = io.StringIO()
    show = (JsonLines(out) if as_json else Lines(out)).show
    sight = Sight(filters=Filters())
    for key, value in records:
        if seen := sight.look(key.encode(), value):
            show(seen)
    return out.getvalue()


def test_a_line_says_what_where_and_why() -> None:
    assert shown(False, told(1), told(1, 2, state="tasked"), ("a1", None)) == (
        "MEDIUM  near-repeat  Burglaries, run 1  Newbold\n"
        "        3 burglaries within 100 m in 6 days.\n"
        "        0.4 expected.\n"
        "        Tue 5 March 2024, 10:00 · 3 reports · id a1\n"
        "MEDIUM  near-repeat  Burglaries, run 1  Newbold  (changed)\n"
        "        3 burglaries within 100 m in 6 days.\n"
        "        0.4 expected.\n"
        "        Tue 5 March 2024, 10:00 · 3 reports · state tasked · id a1\n"
        " GONE   withdrawn  Burglaries, run 1\n"
    )


def test_a_title_cannot_command_the_terminal_or_the_layout() -> None:
    said = shown(False, told(1, title="\x1b[2J[bold]x[/bold]\u202e", why=["a\x07\nb"], area={"name": "\x1b]0;t\x07"}))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "[bold]x[/bold]" in said


def test_odd_alerts_are_shown_as_far_as_they_can_be() -> None:
    said = shown(
        False, ("x", b'{"id":"x","version":1,"why":7,"area":"there","evidence":3,"raised_at":9,"severity":null}')
    )
    assert "id x" in said


def test_json_lines_are_the_copies_as_they_came() -> None:
    lines = shown(True, told(1), ("a1", None)).splitlines()
    assert json.loads(lines[0]) == an_alert(1)
    assert json.loads(lines[1]) == {"id": "a1", "withdrawn": True}
    assert News.NEW.value == "new"
