"""Closed days have their turn at once where nothing else happens, and else a hundredth of the time."""

from streams.pace import BUSY, MOST_WAIT_S, Lately, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_slow_work_has_its_turn_where_nothing_else_happens() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.worked()
    pace.took(2.0)
    assert not pace.may()
    clock.now += 1.5
    assert pace.may()


def test_while_reports_stream_in_it_has_a_hundredth_of_the_time() -> None:
    clock = Clock()
    pace = Pace(clock)
    slow = 0.0
    for _ in range(100_000):
        clock.now += 0.1
        pace.worked()
        if pace.may():
            clock.now += 2.0
            slow += 2.0
            pace.took(2.0)
    assert 0.009 < slow / (clock.now - 1000.0) < 0.011


def test_nothing_waits_longer_than_minutes() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.took(3600.0)
    clock.now += MOST_WAIT_S
    pace.worked()
    assert pace.may()


def test_while_one_agency_floods_it_waits_as_long_as_it_may() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.took(0.5)
    clock.now += 60.0
    pace.worked()
    pace.flooded()
    assert not pace.may()
    clock.now += 1.0
    pace.worked()
    assert pace.may(), "the flood is over"
    clock.now += MOST_WAIT_S - 61.0
    pace.worked()
    pace.flooded()
    assert pace.may()


def test_what_came_lately_is_of_the_last_second() -> None:
    clock = Clock()
    lately = Lately(clock)
    assert not lately.busy()
    for _ in range(BUSY):
        lately.came("police")
    assert lately.busy()
    clock.now += 0.9
    assert lately.busy()
    clock.now += 0.1
    assert not lately.busy()
    assert not lately.floods()


def test_it_is_a_flood_where_much_comes_and_most_of_it_is_one_senders() -> None:
    clock = Clock()
    lately = Lately(clock)
    for _ in range(BUSY - 1):
        lately.came("police")
    assert not lately.floods(), "not much"
    lately.came("fire")
    assert lately.floods()
    for _ in range(BUSY // 2):
        lately.came("fire")
    assert lately.busy()
    assert not lately.floods()
    clock.now += 1.0
    for _ in range(BUSY):
        lately.came("health")
    assert lately.floods(), "what the others sent before is over"
