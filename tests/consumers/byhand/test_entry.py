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
        ({"from-year": "2027"}, "reference"),
        ({"reference": "x" * 200}, "reference"),
        ({"category": "war"}, "reference"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed: dict[str, str], where: str) -> None:
    with pytest.raises(NotWhole) as wrong:
        made(**changed)
    assert list(wrong.value.errors) == [where]
