"""The scripted run against every address there is; a page that the run does not know fails it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import Engine

from consumers.web.gate import Ways
from tests.consumers.web import security
from tests.consumers.web.seats import a_house
from tests.consumers.web.world import FIELDS, HIDDEN, QUERIES, Way, World

FEW = (
    "<script>alert(1)</script>", "{{1337*7331}}", "'; drop table told; --", "x\r\nSet-Cookie: tocsin=evil",
    "../../app.py", "\x00",
)  # fmt: skip


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    world = World(engine=engine)
    with world.browser:  # one loop for all requests, where each would begin one of its own
        yield world


def test_the_run_knows_every_address(world: World) -> None:
    """Whoever adds a page says in ``world.py`` what it takes, and it is tried like the others."""
    assert {way.path for way in world.ways if way.method == "POST"} == set(FIELDS)
    assert {way.path for way in world.ways if way.method == "GET"} == set(QUERIES)
    assert {param for way in world.ways for param in way.params} <= set(world.own())


@pytest.mark.parametrize("check", [check for check in security.CHECKS if check is not security.injections])
def test_the_check_finds_nothing(world: World, check: security.Check) -> None:
    assert security.problems(world, (check,)) == []
    assert world.asked >= len(world.ways)


def test_what_is_written_stays_text(store_url: str, world: World) -> None:
    assert list(security.injections(world, FEW, each=2)) == []


def test_what_no_store_takes_is_no_person_and_no_pair(store_url: str, world: World) -> None:
    word = world.remain("police", "analyst")
    ways = {way.path: way for way in world.ways if way.method == "POST"}
    assert world.submit(ways["/agencies/{agency}/review/reason"], word).status_code == 303
    for path, fields in (("/agencies/{agency}/bans", ("person",)), ("/agencies/{agency}/review", ("a", "b"))):
        for field in fields:
            assert world.submit(ways[path], word, **{field: "a\x00b"}).status_code == 400


def test_the_run_would_find_a_page_that_leaks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page put in that shows all to all, sends anyone anywhere and writes what it is sent into its text."""
    world = World(engine=engine)
    app = world.browser.app
    assert isinstance(app, FastAPI)

    def leak(agency: str, kind: str = "") -> Response:
        return Response(f"{HIDDEN} {kind}", media_type="text/html", headers={"location": f"//evil.example/{agency}"})

    Ways(app, a_house(engine)).get("/leak/{agency}", leak, may="come-in")
    world.ways = [Way(method="GET", path="/leak/{agency}", may="read-alerts")]
    monkeypatch.setitem(QUERIES, "/leak/{agency}", ("kind",))
    found = security.problems(world, (security.nobody, security.roles, security.other_agencies))
    found += security.injections(world, FEW)
    for said in ("nobody GET", "administrator GET", "another agency's", "leads to //evil", "shows what it must not"):
        assert any(said in one for one in found), said
