"""Clusters by the permutation scan, found when their day is closed and no other way."""

from schemas.alert import Alert
from tests.streams.issues.feeds import town
from tests.streams.issues.way import Body, Way, report


def close_by(number: int, day: float, spread: int = 60, **fields: str) -> Body:
    spot = {
        "text": f"{number} Vicar Lane",
        "easting": 438_300.0 + spread * (number % 3),
        "northing": 371_400.0 + spread * (number // 3),
    }
    kind = {"category": "other-theft", "summary": f"taken {'abcdefghij'[number]}", **fields}
    return report(("police", "council")[number % 2], f"c{number}", day, told=0.02, place=spot, **kind)


def clusters(way: Way) -> list[Body]:
    return [alert for alert in way.alerts() if alert["kind"] == "cluster"]


def elsewhere(day: int, number: int) -> Body:
    """A theft anywhere in the county, day after day."""
    spot = {
        "text": f"{number} Larch Road",
        "easting": 425_000.0 + 2_700 * (number * 7 % 11),
        "northing": 360_000.0 + 2_300 * (number * 5 % 13),
    }
    return report("police", f"e{number}", day + number % 5 / 10, told=0.02, place=spot, category="other-theft")


EVERYWHERE = [elsewhere(day, 2 * (day + 60) + n) for day in range(-60, 8) for n in (0, 1)]


def test_a_crowd_in_space_and_time_is_a_cluster_of_the_closed_day() -> None:
    way = town(7).take(EVERYWHERE).close(7)
    assert clusters(way) == []
    way.take([close_by(n, 3 + n / 3) for n in range(9)])
    assert clusters(way) == []
    way.close(7)
    (cluster,) = clusters(way)
    assert cluster["observed"] == 9
    assert cluster["expected"] < 3
    assert cluster["recurrence_days"] >= 90
    assert cluster["area"]["radius_m"] < 300
    assert "other theft" in cluster["title"]
    assert {f"{b['agency']}:{b['id']}" for b in (close_by(n, 0) for n in range(9))} == set(cluster["evidence"])
    Alert.model_validate(cluster)


def test_as_many_all_over_the_county_are_none() -> None:
    spread = [close_by(n, 3 + n / 3, spread=4_000) for n in range(9)]
    assert clusters(town(7).take([*EVERYWHERE, *spread]).close(7)) == []


def test_what_the_ground_always_has_is_none() -> None:
    always = [close_by(n % 10, day + n / 20) | {"id": f"a{day}-{n}"} for day in range(-56, 8, 4) for n in range(6)]
    assert clusters(town(7).take([*EVERYWHERE, *always]).close(7)) == []
