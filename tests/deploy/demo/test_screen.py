import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.accounts import SentReport
from deploy.demo.board import Board, Summary, item_of
from deploy.demo.hearing import HeardAlert, News
from deploy.demo.looking import Standing
from deploy.demo.picture import WIDTH, live_screen, save_picture
from deploy.demo.play import sent_by
from deploy.demo.runner import last_fortnight
from deploy.demo.scoring import score_stories
from deploy.demo.screen import screen_for
from deploy.demo.truth import Story


def board() -> Board:
    made = Board(seed=7, clock=datetime(2026, 9, 10, 21, 40, tzinfo=UTC), share=0.3, history=5000, total=5400)
    made.sent = Counter({"police": 200, "fire": 4})
    made.standing = Standing(outcomes={"accepted": 5350, "rejected": 50}, waiting={"issues": 3}, incidents=4700)
    made.note(news("three times at one place"))
    story = Story(name="a pub", should_hear="a pub again", kinds=frozenset({"spike"}), expect_alert=True)
    made.summary = Summary(verdicts=score_stories([story], []), facts=[("sent", "5,400")], troubles=["something"])
    return made


def news(title: str) -> News:
    said = {"kind": "repeat-place", "severity": "high", "title": title, "why": ["Because of this.", "And that."]}
    return News(what="new", alert=HeardAlert(id="a", body=said, version=1, after_s=0.4))


def test_both_pictures_say_what_the_board_holds() -> None:
    out, made = StringIO(), board()
    made.summary = None
    Console(file=out, width=WIDTH).print(live_screen(made))
    text = out.getvalue()
    for part in ("Thu 10 September 2026, 21:40", "police", "5,350 accepted", "3 before issues", "Because of this."):
        assert part in text


@pytest.mark.parametrize("height", [24, 36, 60])
def test_the_live_picture_fits_the_terminal(height: int) -> None:
    made = board()
    made.summary = None
    for _ in range(20):
        made.note(news("again"))
    out = StringIO()
    Console(file=out, width=80).print(live_screen(made, height))
    lines = out.getvalue().splitlines()
    assert len(lines) <= height
    assert lines[-1].startswith("… starting")


def test_once_the_end_was_shown_only_the_wait_is() -> None:
    out = StringIO()
    Console(file=out, width=80).print(live_screen(board()))
    assert out.getvalue().startswith("… starting")


def test_an_alert_cannot_command_the_terminal() -> None:
    item = item_of(news("\x1b[2Jgone [bold]not bold[/]"), None)
    assert "\x1b" not in item.title
    out = StringIO()
    made = board()
    made.summary = None
    made.items.append(item)
    Console(file=out, width=WIDTH, force_terminal=True).print(live_screen(made))
    assert "[bold]not bold[/]" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


def test_the_picture_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    save_picture(board(), tmp_path / "docs" / "demo.svg")
    svg = (tmp_path / "docs" / "demo.svg").read_text("utf-8")
    assert svg.startswith("<svg")
    assert "missed" in svg
    assert "url(http" not in svg
    assert svg.count("http") == svg.count("http://www.w3.org/2000/svg") + svg.count("https://www.textualize.io")


def test_plain_lines_name_alerts_and_break_a_silence() -> None:
    out, made = StringIO(), board()
    with screen_for(made, out) as screen:
        made.do("starting the broker", "its jars")
        screen.tick()
        screen.alert(made.items[0])
        time.sleep(2.3)
        screen.close()
        said = out.getvalue()
    assert "ALERT new: [high] repeat-place: three times at one place, 0.4 s after its last report" in said
    assert "Thu 10 September 2026 21:40  sent 204 (police 200, fire 4); behind: " in said
    assert "… starting the broker (2 s): its jars" in said
    assert "trouble" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("day", [date(2026, 11, 23) + timedelta(days=n) for n in range(7)])
def test_the_fortnight_is_the_last_that_is_over(day: date) -> None:
    start = last_fortnight(day)
    assert start == date(2026, 11, 9)
    assert start.weekday() == 0
    assert start + timedelta(days=14) <= day


def test_reports_are_sent_by_their_time() -> None:
    at = datetime(2026, 9, 7, tzinfo=UTC)
    sent = [SentReport(agency="fire", sent_at=at + timedelta(hours=n), body={}, raw=b"") for n in range(5)]
    assert sent_by(sent, at - timedelta(1), 0) == 0
    assert sent_by(sent, at + timedelta(hours=2), 1) == 3
    assert sent_by(sent, at + timedelta(days=2), 3) == 5
