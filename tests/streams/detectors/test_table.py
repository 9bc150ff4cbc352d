"""Tables of counts: what is read, what is refused and in which words."""

import pytest

from streams.detectors.methods import judge
from streams.detectors.names import METHODS
from streams.detectors.table import Unreadable, read_table, told

HEAD = "series,date,count\n"


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column series and no column date and no column count"),
        ("series,date\na,2024-01-01\n", "no column count"),
        (HEAD, "no rows"),
        (f"{HEAD}a,01/02/2024,3\n", "line 2: '01/02/2024' is not a date"),
        (f"{HEAD}a,2024-02-30,3\n", "line 2: '2024-02-30' is not a date"),
        (f"{HEAD}a,2024-01-01,-1\n", "line 2: '-1' is not a count"),
        (f"{HEAD}a,2024-01-01,1.5\n", "line 2: '1.5' is not a count"),
        (f"{HEAD}a,2024-01-01,nan\n", "line 2: 'nan' is not a count"),
        (f"{HEAD}a,2024-01-01,\n", "line 2: '' is not a count"),
        (f"{HEAD},2024-01-01,1\n", "line 2: the series has no name"),
        (f"{HEAD}a,2024-01-01,1\nb,2024-01-01,1\na,2024-01-01,1\n", "line 4: 'a' has 2024-01-01 twice, first on"),
        (f"{HEAD}a,2024-01-01,1\na,2024-02-01,1\na,2024-03-01,2\n", "monthly"),
        (f"{HEAD}" + "".join(f"a,2024-01-{1 + 7 * at:02},1\n" for at in range(4)) + "a,2024-01-29,1\na,2024-02-06,1\n",
         "2024-02-06 is not a whole number of weeks"),
        ("series,date,count,count\na,2024-01-01,1,2\n", "two columns are named count"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_table(lines(text))


def test_order_case_further_columns_and_a_byte_order_mark_do_not_matter() -> None:
    table = read_table(lines("\ufeffCount,place,Date,SERIES\n3,x,2024-01-08,a\n2,y,2024-01-01,a\n"))
    (group,) = table.groups
    assert (group.names, group.series.counts[:, 0].tolist(), group.series.daily) == (("a",), [2.0, 3.0], False)
    assert not table.filled


def test_missing_weeks_and_days_count_as_none_and_are_told() -> None:
    table = read_table(lines(f"{HEAD}w,2024-01-01,1\nw,2024-01-22,4\nd,2024-01-01,1\nd,2024-01-02,1\nd,2024-01-05,2\n"))
    assert [group.series.counts[:, 0].tolist() for group in table.groups] == [[1, 0, 0, 4], [1, 1, 0, 0, 2]]
    assert table.filled == {"w": 2, "d": 2}
    assert [group.series.daily for group in table.groups] == [False, True]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_judges_weeks_and_days_and_says_nothing_too_early(method: str) -> None:
    text = HEAD + "".join(f"w,{2018 + at // 52}-W{1 + at % 52:02}-1,{3 + at % 3}\n" for at in range(300))
    table = read_table(lines(text.replace("W53", "W52")))
    rows = list(told(table, [judge(group.series, method) for group in table.groups]))
    assert len(rows) == len(table.groups[0].series.days)
    assert rows[0][3:] == ("", "", "0")
    assert all(row[3] and row[4] and row[5] in "01" for row in rows[-20:])
    days = read_table(
        lines(HEAD + "".join(f"d,2024-{1 + at // 28:02}-{1 + at % 28:02},{at % 4}\n" for at in range(160)))
    )
    shown = list(told(days, [judge(group.series, method) for group in days.groups]))
    assert {row[5] for row in shown} <= {"0", "1"}


def test_series_come_back_as_they_came_in() -> None:
    table = read_table(lines(f"{HEAD}b,2024-01-08,2\na,2024-01-01,1\nb,2024-01-01,1\n"))
    rows = list(told(table, [judge(group.series, "ears-c1") for group in table.groups]))
    assert [row[:3] for row in rows] == [
        ("b", "2024-01-01", "1"),
        ("b", "2024-01-08", "2"),
        ("a", "2024-01-01", "1"),
    ]
