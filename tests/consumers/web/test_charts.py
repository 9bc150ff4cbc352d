"""Charts: a spike's own sentences are read as they are written, and each picture has its figures."""

from datetime import UTC, datetime, timedelta
from inspect import getsource

from consumers.web.charts import by_day, chart_of
from streams.issues import spikes
from tests.consumers.watcher.alerts import an_alert

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHY = [
    "13 incidents from 10 to 12 November 2026; the same days of the past weeks let one expect 1.0 and up to 7; chance "
    "alone would do this somewhere in the partnership once in 100 years or more.",
    "Before, the latest first, these weeks had 2, 0, 0, 2, 0, 2, 2 and 1.",
]


def test_a_spike_shows_what_was_before_what_is_expected_and_what_is_usual_at_most() -> None:
    chart = chart_of(an_alert(kind="spike", why=WHY, observed=13.0, expected=1.0), [])
    assert chart is not None
    assert [bar.count for bar in chart.bars] == [1, 2, 2, 0, 2, 0, 0, 2, 13]
    assert [bar.above for bar in chart.bars] == [False] * 8 + [True]
    assert [(line.kind, line.value) for line in chart.lines] == [("expected", 1.0), ("upper", 7.0)]


def test_what_is_expected_is_drawn_as_the_copy_has_it_where_its_sentence_says_almost_none() -> None:
    why = [WHY[0].replace("expect 1.0", "expect almost none"), WHY[1]]
    chart = chart_of(an_alert(kind="spike", why=why, observed=13.0, expected=0.006), [])
    assert chart is not None
    assert [(line.kind, line.value) for line in chart.lines] == [("expected", 0.006), ("upper", 7.0)]


def test_these_are_the_sentences_that_a_spike_is_told_in() -> None:
    """The copy is all that a chart is read from, so what is written there must stay readable."""
    written = getsource(spikes)
    for part in ("these {whole} had {listed(", "expect {so_many(spike.expected)} and up to {spike.upper}"):
        assert part in written


def test_the_picture_says_what_the_figures_say() -> None:
    chart = by_day([DAY, DAY, DAY + timedelta(days=2)])
    assert chart is not None
    assert [(bar.label, bar.count) for bar in chart.bars] == [("2 Mar", 2), ("3 Mar", 0), ("4 Mar", 1)]
    assert chart.bars[0].height == 2 * chart.bars[2].height > chart.bars[1].height == 0
    assert all(bar.y + bar.height == chart.floor for bar in chart.bars)


def test_many_days_are_counted_by_the_week_and_one_day_makes_no_chart() -> None:
    chart = by_day([DAY + timedelta(days=number) for number in range(100)])
    assert chart is not None
    assert sum(bar.count for bar in chart.bars) == 100
    assert chart.bars[0].count == 7
    assert by_day([DAY, DAY]) is None
