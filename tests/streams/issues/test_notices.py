"""The reporting guard: what changes in the reporting is told as that, and raises no spike."""

from collections.abc import Iterable

from schemas.alert import Alert
from tests.streams.issues.feeds import everyday, feed, town
from tests.streams.issues.way import Body, Way, moment, report


def notices(way: Way) -> list[Body]:
    return [alert for alert in way.alerts() if alert["kind"] == "data-notice"]


def of_towns(way: Way) -> list[Body]:
    return [alert for alert in way.alerts() if alert["kind"] not in ("data-notice", "repeat-place")]


def others(days: Iterable[float]) -> list[Body]:
    """All but housing report on."""
    days = list(days)
    return [*feed("police", days, start=1000), *feed("council", days, start=2000)]


def test_everyday_reporting_is_no_news() -> None:
    assert town(7).alerts() == []


def test_a_publisher_gone_silent_is_told_by_its_own_habit() -> None:
    way = town(0).take(others(range(1, 10)))
    way.close(9)
    (notice,) = notices(way)
    assert notice["title"] == "Housing silent for 9 days"
    assert notice["agencies"]["names"] == ["housing"]
    assert notice["evidence"][0].startswith("housing:")
    assert any("never paused for longer than 0 days" in line for line in notice["why"])
    Alert.model_validate(notice)
    assert of_towns(way) == []


def test_a_silence_that_nothing_else_is_judged_with_is_told_to_all_who_may_know() -> None:
    sent = [
        report(agency, f"{day}-{n}", day + n / 10, place={"text": f"{100 * (day + 80) + 10 * n + at} Larch Road"})
        for at, agency in enumerate(("police", "council", "housing"))
        for day in range(-70, 11)
        for n in range(3)
        if agency != "housing" or day < 1
    ]
    way = Way().take(body for body in sent if body["reported_at"] < moment(1)).close(0)
    for day in range(1, 11):
        way.take(body for body in sent if moment(day) <= body["reported_at"] < moment(day + 1)).close(day)
    told = [notice["title"] for notice in notices(way)]
    assert told
    for agency in ("police", "council", "housing", "fire"):
        assert [copy["title"] for copy in way.standing_copies(agency).values()] == told
    assert way.standing_copies("street-pastors") == {}


def test_its_coming_back_makes_no_spike() -> None:
    back = feed("housing", range(12, 20), start=3000)
    way = town(0).take([*others(range(1, 20)), *back]).close(19)
    assert [notice["title"] for notice in notices(way)] == ["Housing silent for 9 days"]
    assert of_towns(way) == []


def test_one_who_reports_seldom_is_not_silent_for_it() -> None:
    seldom = feed("fire", range(-70, 8, 7), 1)
    way = Way().take([*seldom, *everyday(0), *others(range(1, 10))]).close(9)
    assert not any("Fire" in notice["title"] for notice in notices(way))


def test_where_nobody_reports_nobody_is_silent() -> None:
    way = town(0).close(30)
    assert notices(way) == []


def test_a_new_publisher_is_told_once_and_learns_for_eight_weeks() -> None:
    way = town(7).take([*feed("fire", range(3, 8), 12)]).close(7)
    (notice,) = notices(way)
    assert notice["title"] == "Fire has begun to report"
    assert "(56 days)" in notice["why"][0]
    assert of_towns(way) == []


def test_days_of_nothing_but_late_reports_are_no_surge() -> None:
    late = [{**body, "reported_at": moment(9)} for body in feed("housing", (-7, -6), start=3000)]
    way = town(0).take([*others(range(1, 10)), *late]).close(9)
    assert not any("expected" in notice["title"] for notice in notices(way))


def test_one_that_doubles_in_everything_is_no_issue() -> None:
    more = feed("housing", (5, 6), 10, start=3000)
    way = town(6).take(more).close(6)
    (notice,) = notices(way)
    assert notice["title"].startswith("Housing sent 28 reports in the 2 days to 10 March 2024: 8.0 expected")
    assert of_towns(way) == []


def test_one_kind_that_rises_is_no_reporting_change() -> None:
    more = feed("housing", (5, 6), 12, start=3000, category="drugs", detail="drug-supply")
    for n, body in enumerate(more):
        body["place"] = {"text": f"{n} Vicar Lane", "easting": 438_010.0 + 40 * n, "northing": 371_300.0}
    way = town(6).take(more).close(6)
    assert notices(way) == []
    assert of_towns(way) != []


def test_a_batch_of_late_reports_is_told_and_raises_no_spike() -> None:
    backlog = [
        {**body, "id": f"late-{n}", "reported_at": moment(5.3)}
        for n, body in enumerate(feed("housing", range(-30, -14), 1, start=5000))
    ]
    way = town(6).take(backlog).close(6)
    titles = [notice["title"] for notice in notices(way)]
    assert titles == ["Housing sent 16 late reports on 9 March 2024"]
    assert of_towns(way) == []


def test_it_is_told_alike_however_it_came() -> None:
    sent = others(range(1, 6))
    mixed = sorted([*everyday(0), *sent], key=lambda body: str(body["id"])[::-1])
    assert notices(town(0).take(sent).close(5)) == notices(Way().take(mixed, batch=300).close(5)) != []
