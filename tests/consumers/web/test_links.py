"""Two alerts are linked for whoever holds both, and for nobody else; a link can be taken back."""

import re

import pytest
from sqlalchemy import Engine, select

from schemas.tables import Work
from streams.store import reading
from tests.consumers.accounts.people import Log
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import WORD, Browser, sat, tell

HERE = "/agencies/police/alerts"
LINK = {"other": "a2", "why": "same-place"}
NOISE = {"title": "Noise at night", "evidence": ["police:1", "police:2"]}
LITTER = {"title": "Litter at the arcade", "evidence": ["police:3"], "kind": "repeat-place"}


@pytest.fixture
def told(engine: Engine, page: Browser) -> Browser:
    """The police hold two alerts, housing its own copies of both, fire of one."""
    tell(engine, "police", an_alert(1, **NOISE), an_alert(2, **LITTER))
    tell(engine, "housing", an_alert(11, **{**NOISE, "evidence": ["police:1"]}), an_alert(12, **LITTER))
    tell(engine, "fire", an_alert(22, **LITTER))
    return page


def links(page: Browser, path: str) -> list[str]:
    """What an alert is linked with, as its page says."""
    part = page.get(path).text.partition("Linked with</h2>")[2].partition("<h2")[0]
    return re.findall(r'href="([^"]*)"', part)


def test_a_link_stands_on_both_and_is_taken_back(engine: Engine, told: Browser) -> None:
    assert "Litter at the arcade" in told.get(f"{HERE}/a1/link").text
    assert told.submit(f"{HERE}/a1/link", LINK).headers["location"] == f"{HERE}/a1"
    assert told.submit(f"{HERE}/a2/link", {"typed": "a1", "why": "same-place"}).status_code == 303
    assert (links(told, f"{HERE}/a1"), links(told, f"{HERE}/a2")) == ([f"{HERE}/a2"], [f"{HERE}/a1"])
    assert "Litter at the arcade" not in told.get(f"{HERE}/a1/link").text.partition("Which one?")[2]
    with reading(engine) as connection:
        (id,) = connection.execute(select(Work.id)).scalars()
    undone = told.submit(f"/agencies/police/records/{id}/undo", {"seen": "1", "alert": "a2"})
    assert undone.headers["location"] == f"{HERE}/a2"
    assert links(told, f"{HERE}/a1") == links(told, f"{HERE}/a2") == []


def test_that_it_was_made_and_undone_is_logged(engine: Engine) -> None:
    log = Log()
    tell(engine, "police", an_alert(1, **NOISE), an_alert(2, **LITTER))
    page = sat(engine, log=log)
    page.submit(f"{HERE}/a1/link", LINK)
    (made,) = [entry for entry in log.entries if entry["act"] == "alteration"]
    assert (made["detail"]["kind"], made["detail"]["what"], made["subject"][:5]) == ("link", "made", "work:")


@pytest.mark.parametrize("form", [{"other": "a1"}, {"other": "a11"}, {"other": ""}, {"other": "a2", "why": "because"}])
def test_what_is_no_link_is_said(engine: Engine, told: Browser, form: dict[str, str]) -> None:
    answer = told.submit(f"{HERE}/a1/link", {**LINK, **form})
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    with reading(engine) as connection:
        assert connection.execute(select(Work.id)).all() == []


def test_whoever_holds_both_sees_it_and_whoever_holds_one_gets_the_same_page(engine: Engine, told: Browser) -> None:
    housing, fire = sat(engine, "housing"), sat(engine, "fire")
    ways = {housing: "/agencies/housing/alerts/a11", fire: "/agencies/fire/alerts/a22"}
    before = {page: WORD.sub("", page.get(path).text) for page, path in ways.items()}
    told.submit(f"{HERE}/a1/link", LINK)
    assert links(housing, ways[housing]) == ["/agencies/housing/alerts/a12"]
    assert "Take it back" not in housing.get(ways[housing]).text.partition("Linked with")[2].partition("<h2")[0]
    assert WORD.sub("", fire.get(ways[fire]).text) == before[fire]
    assert fire.submit("/agencies/fire/alerts/a22/link", {**LINK, "other": "a1"}).status_code == 400
    assert fire.submit("/agencies/fire/alerts/a1/link", LINK).status_code == 404
