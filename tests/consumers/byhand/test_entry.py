"""One report by form."""

import pytest

from consumers.byhand.entry import NotWhole, report_of
from schemas.report import read_report
from tests.consumers.accounts.people import NOW

TYPED = {
    "category": "burglary", "from-day": "21", "from-month": "11", "from-year": "2026", "from-time": "22:15",
    "summary": "Shed", "place": "12 High Street", "name-1": "Ann Ashe", "role-1": "victim", "phone-1": "01246 111111",
}  # fmt: skip


def made(**changed: str) -> dict[str, object]:
    typed = {**TYPED, **changed}
    return report_of(lambda name: typed.get(name, ""), "door-staff", NOW)


def test_what_was_typed_is_a_report_that_the_pipeline_takes() -> None:
    report = read_report(made())
    assert report.agency == "door-staff"
    assert report.occurred.from_.isoformat() == "2026-11-21T22:15:00+00:00"
    assert report.people[0].name == "Ann Ashe"
    assert read_report(made(reference="V 1")).id == "V 1"


def test_sent_twice_it_is_one_report_and_another_is_another() -> None:
    assert made()["id"] == made()["id"] != made(summary="Garage")["id"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"category": ""}, "category"),
        ({"from-day": "", "from-month": "", "from-year": "", "from-time": ""}, "from-day"),
        ({"from-month": "13"}, "from-day"),
        ({"from-time": "25:00"}, "from-day"),
        ({"to-day": "x"}, "to-day"),
        ({"role-1": ""}, "role-1"),
        ({"from-year": "2027"}, "from-day"),
        ({"to-day": "20", "to-month": "11", "to-year": "2026"}, "to-day"),
        ({"born-1": "May"}, "born-1"),
        ({"summary": "x" * 20_001}, "summary"),
        ({"reference": "x" * 200}, "reference"),
        ({"category": "war"}, "category"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed: dict[str, str], where: str) -> None:
    with pytest.raises(NotWhole) as wrong:
        made(**changed)
    assert list(wrong.value.errors) == [where]


def test_a_day_without_a_time_is_the_whole_day_the_one_it_is_sent_on_too() -> None:
    for day in ("21", f"{NOW:%d}"):
        report = made(**{"from-day": day, "from-time": ""})
        assert report["occurred"] == {"from": f"2026-11-{day}T00:00:00+00:00", "to": f"2026-11-{day}T23:59:59+00:00"}


def test_what_is_still_to_come_is_said_so() -> None:
    with pytest.raises(NotWhole, match=r"^That is still to come\.$"):
        made(**{"from-year": "2027"})
