"""The quarterly counts hold nobody, and nothing small enough to show somebody."""

from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings

from streams.keeping.depersonalised import NotAQuarter, quarter_named, rows
from streams.store import reading
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import Way, close_all
from tests.streams.keeping.town import CANARIES, report, store, take, zebedee

NUMBERS = count(100)
TODAY = date(2026, 6, 1)


def at(postcode: str, agency: str = "police", day: int = 3, **others):
    """A report from a postcode."""
    return report(agency, next(NUMBERS), day, place={"text": "High Street", "postcode": postcode}, **others)


def counted(url: str, bodies, name: str = "2026Q1"):
    engine = store(url, bodies)
    with reading(engine) as connection:
        found = list(rows(connection, quarter_named(name, TODAY)))
    engine.dispose()
    return found


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_counts_by_sector_and_of_health_by_outward_postcode_alone(store_url):
    asb = "anti-social-behaviour"
    mine = [at("S41 7QW") for _ in range(5)] + [at("S41 7AB")] + [at("S41 8AA", agency="health") for _ in range(5)]
    assert counted(store_url, mine) == [
        ("2026Q1", "health", asb, "", "S41", "5"),
        ("2026Q1", "police", asb, "", "S41 7", "6"),
    ]


def test_small_counts_are_put_together_and_not_told_where_still_small(url):
    few = [at("S41 7QW") for _ in range(3)] + [at("S40 1AA") for _ in range(3)] + [at("S40 1AA", agency="fire")]
    assert counted(url, few) == [
        ("2026Q1", "fire", "anti-social-behaviour", "", "elsewhere", "<5"),
        ("2026Q1", "police", "anti-social-behaviour", "", "elsewhere", "6"),
    ]


@pytest.mark.parametrize(
    "marked",
    [
        {"restricted_to": ["police"]},
        {"sensitive": ["domestic-abuse"]},
        {"classification": "OFFICIAL-SENSITIVE"},
        {"grading": {"source": "1", "information": "B", "handling": "C", "action": "A1", "sanitisation": "S2"}},
    ],
)
def test_what_not_all_may_know_is_in_no_count(tmp_path, marked):
    (tmp_path / "without").mkdir()
    open_ones = [at("S41 7QW") for _ in range(6)]
    hidden = [at("S41 7QW", **marked) for _ in range(9)]
    assert counted(f"sqlite:///{tmp_path / 'with.db'}", [*open_ones, *hidden]) == counted(
        f"sqlite:///{tmp_path / 'without' / 'without.db'}", open_ones
    )


def test_nobody_and_no_day_is_in_it(url):
    body = [at("S41 7QW", people=[zebedee()], summary="Zebedee Quillfeather") for _ in range(6)]
    text = str(counted(url, body))
    assert not [word for word in (*CANARIES, "2026-", "High Street", "P-1") if word in text]


def test_a_quarter_is_by_the_days_here(url):
    late = "2026-03-31T23:30:00+00:00"  # half past midnight here, on the first of April
    moved = {"occurred": {"from": late, "to": late}, "reported_at": "2026-04-01T09:00:00+00:00"}
    assert counted(url, [at("S41 7QW") | moved for _ in range(6)]) == []


def test_a_retracted_report_is_counted_no_more(url):
    bodies = [at("S41 7QW") for _ in range(6)]
    engine = store(url, bodies)
    take(engine, [{**bodies[0], "action": "retract"}, {**bodies[1], "action": "retract"}], first=50)
    with reading(engine) as connection:
        assert [row[-1] for row in rows(connection, quarter_named("2026Q1", TODAY))] == ["<5"]
    engine.dispose()


@pytest.mark.parametrize("name", ["2026Q5", "2026-Q1", "", "2026Q2", "2026Q3"])
def test_what_is_no_quarter_or_not_over_is_said_so(name):
    with pytest.raises(NotAQuarter):
        quarter_named(name, TODAY)


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [("2025Q4", (2025, 10, 1), (2026, 1, 1)), ("2026Q1", (2026, 1, 1), (2026, 4, 1))],
)
def test_a_quarter_has_three_months(name, first, after):
    found = quarter_named(name, TODAY)
    assert (found.first, found.after) == (date(*first), date(*after))


def published(way):
    with reading(way.engine) as connection:
        return [list(rows(connection, quarter_named(name, TODAY))) for name in ("2024Q1", "2024Q2")]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS, most=8))
def test_no_count_is_other_than_if_hidden_reports_had_never_been(sent):
    assert published(Way().take(sent)) == published(Way().take([body for body in sent if not is_hidden(body)]))
    close_all()


def is_hidden(body):
    """Whether some statutory agency may not know it, by its own marking."""
    shut = body.get("restricted_to") is not None or body.get("sensitive") or body.get("classification")
    return bool(shut) or (body.get("grading") or {}).get("handling") == "C"
