"""The page of figures is what was measured, no more, and every row of the anchors is on it."""

import pytest

from tests.bench import figures


def test_the_page_is_what_was_kept() -> None:
    assert figures.PAGE.read_text("utf-8") == figures.page(figures.kept())


def test_every_anchor_has_its_row_measured_or_not() -> None:
    rows = figures.page({}).splitlines()[-len(figures.anchors()) :]
    assert [row.split("|")[1].strip() for row in rows] == [one["what"] for one in figures.anchors().values()]
    assert all("not measured" in row for row in rows)


def test_a_figure_without_a_row_is_refused() -> None:
    with pytest.raises(KeyError):
        figures.keep("no-such-row", "1", command="nothing")
