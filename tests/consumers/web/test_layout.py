"""What every page has: the ways from it, its files, and a word where they are not built."""

from importlib.resources import files

import pytest
from sqlalchemy import Engine

from consumers.web import static_files
from consumers.web.navigation import DOORS
from tests.consumers.web.seats import Browser, sat


def test_the_menu_leads_where_one_may_go_and_says_where_one_is(engine: Engine) -> None:
    text = sat(engine, roles=("administrator",)).get("/agencies/police/users").text
    assert '<a class="govuk-service-navigation__link" href="/agencies/police/users" aria-current="true">' in text
    assert 'href="/agencies/police"' not in text.partition("</nav>")[0]
    everything = sat(engine, "fire", roles=("administrator", "analyst", "coordinator")).get("/agencies/fire").text
    for door in DOORS:
        assert f'href="{door.path.format(agency="fire")}"' in everything, door.text


def test_without_what_is_built_a_page_says_what_to_type(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for built in (True, False):
        monkeypatch.setattr("consumers.web.render.dressed", lambda built=built: built)
        assert ("make install" in sat(engine, roles=("analyst",) * (1 + built)).get("/account").text) is not built


def test_a_file_is_sent_again_only_where_it_is_another(page: Browser) -> None:
    first = page.get("/static/page.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert page.get("/static/page.js", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert page.get("/agencies/police").headers["cache-control"] == "no-store"


def test_what_is_listed_as_ours_is_what_is_there() -> None:
    there = {file.name for file in (files("consumers.web") / "static").iterdir() if file.is_file()}
    assert there == set(static_files.OURS)
