"""The gate: nobody comes by without a permission, a session, and a form that is ours."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update

from consumers.accounts.rules import page_rules
from consumers.web import create_app
from consumers.web.forms import LARGEST
from consumers.web.gate import Unguarded, Ways, all_guarded
from consumers.web.safety import AT_ONCE, Flood
from schemas.roles import NoSuchPermission
from schemas.tables import User
from tests.consumers.accounts.people import NOW, PASSWORD, Log, a_user
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import URL, Browser, a_house, sat, tell

RULES = page_rules()


def test_an_address_that_names_no_permission_stops_the_page_from_starting(engine: Engine) -> None:
    app = create_app(a_house(engine))
    app.add_api_route("/forgotten", lambda: "open to all")
    with pytest.raises(Unguarded, match="/forgotten"):
        all_guarded(app)
    with pytest.raises(Unguarded), TestClient(app):
        pass


def test_a_permission_that_there_is_not_stops_it_as_well(engine: Engine) -> None:
    with pytest.raises(NoSuchPermission, match="everything"):
        Ways(FastAPI(), a_house(engine)).get("/all", lambda: None, may="everything")


def test_who_is_not_signed_in_is_led_to_the_form_and_back(engine: Engine, stranger: Browser) -> None:
    a_user(engine)
    sent = stranger.get("/agencies/police/alerts/a1?x=1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/agencies/police/alerts/a1")
    fields = {"name": "ann@police.example", "password": PASSWORD, "next": "/agencies/police/alerts/a1"}
    answer = stranger.submit("/sign-in", fields, seen_on=sent.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/agencies/police/alerts/a1")
    assert stranger.get("/").headers["location"] == "/agencies/police"
    assert stranger.get("/sign-in").headers["location"] == "/agencies/police"


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil", "javascript:evil", "/a\r\nevil: y",
     "evil", "/" + "a" * 400],
)  # fmt: skip
def test_nobody_is_led_off_the_page(engine: Engine, stranger: Browser, onward: str) -> None:
    a_user(engine)
    assert "evil" not in stranger.get("/sign-in", params={"next": onward}).text
    fields = {"name": "ann@police.example", "password": PASSWORD, "next": onward}
    assert stranger.submit("/sign-in", fields, seen_on="/sign-in").headers["location"] == "/"


def test_signing_in_gives_a_session_that_nobody_knew_before(engine: Engine, stranger: Browser) -> None:
    """Session fixation: whatever the browser came with is worth nothing after, and opens nothing."""
    a_user(engine)
    stranger.hold("chosen-by-another")
    word = stranger.word("/sign-in")
    fields = {"name": "ann@police.example", "password": PASSWORD}
    answer = stranger.submit("/sign-in", {**fields, "word": word}, seen_on="/sign-in")
    (given,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith("tocsin=")]
    assert "chosen-by-another" not in given
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    other = Browser(a_house(engine)).hold("chosen-by-another")
    assert other.get("/account").status_code == 303


def test_a_session_begun_before_ends_when_someone_signs_in_there(engine: Engine) -> None:
    browser = sat(engine)
    a_user(engine, "bob", "housing")
    before = browser.cookies["tocsin"]
    word = browser.word("/account")
    headers = {"origin": URL}
    answer = browser.post("/sign-in", data={"word": word, "name": "bob", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 303
    again = Browser(a_house(engine)).hold(before)
    assert again.get("/account").status_code == 303


def test_over_tls_the_cookie_is_this_hosts_alone_and_browsers_are_told_to_stay_with_https(engine: Engine) -> None:
    a_user(engine)
    browser = Browser(a_house(engine, tls=True), "https://localhost")
    fields = {"name": "ann@police.example", "password": PASSWORD}
    answer = browser.submit("/sign-in", fields, seen_on="/sign-in")
    given = answer.headers.get_list("set-cookie")
    (session,) = [line for line in given if line.startswith("__Host-tocsin=")]
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "Domain" not in session
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in sat(engine).get("/account").headers


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": "http://localhost"},
     {"origin": "https://localhost:8080"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "http://evil.example", "sec-fetch-site": "same-origin"}],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(page: Browser, headers: dict[str, str]) -> None:
    answer = page.post("/sign-out", data={"word": page.word()}, headers=headers)
    assert answer.status_code == 403
    assert page.get("/account").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": URL}, {"sec-fetch-site": "same-origin"}, {"origin": "null", "sec-fetch-site": "same-origin"}]
)
def test_a_form_of_ours_is_taken(page: Browser, headers: dict[str, str]) -> None:
    assert page.post("/sign-out", data={"word": page.word()}, headers=headers).status_code == 303
    assert page.get("/account").status_code == 303


def test_a_form_carries_the_word_of_its_own_session(engine: Engine, page: Browser) -> None:
    other = sat(engine, "housing")
    for word in ("", "0" * 64, other.word()):
        assert page.post("/sign-out", data={"word": word}, headers={"origin": URL}).status_code == 403
    assert page.post("/sign-out", headers={"origin": URL}).status_code == 415
    twice = f"word={page.word()}&word={page.word()}"
    kind = {"origin": URL, "content-type": "application/x-www-form-urlencoded"}
    assert page.post("/sign-out", content=twice, headers=kind).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"word=" + b"x" * LARGEST, "application/x-www-form-urlencoded", 413),
        (b"a=1&" * 200, "application/x-www-form-urlencoded", 400),
        (b"word=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b'{"word": ""}', "application/json", 415),
        (b"word=", "text/plain", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(page: Browser, content: bytes, kind: str, status: int) -> None:
    answer = page.post("/sign-out", content=content, headers={"origin": URL, "content-type": kind})
    assert answer.status_code == status


def test_a_role_opens_what_the_table_says_and_a_refusal_is_logged(engine: Engine) -> None:
    log = Log()
    tell(engine, "police", an_alert(1))
    analyst, administrator = sat(engine, roles=["analyst"], log=log), sat(engine, roles=["administrator"], log=log)
    assert analyst.get("/agencies/police").status_code == 200
    assert analyst.get("/agencies/police/users").status_code == 403
    assert analyst.submit("/agencies/police/users", {"name": "eve", "roles": "administrator"}).status_code == 403
    assert administrator.get("/agencies/police/users").status_code == 200
    assert administrator.get("/agencies/police").status_code == 403
    there, nowhere = (administrator.get(f"/agencies/police/alerts/{id}") for id in ("a1", "a9"))
    assert there.status_code == 403
    assert there.content == nowhere.content
    assert [entry["subject"] for entry in log.entries] == [
        "page:manage-users", "page:manage-users", "page:read-alerts", "page:read-alerts", "page:read-alerts",
    ]  # fmt: skip


def test_a_password_that_another_knows_opens_nothing_but_the_page_to_change_it(engine: Engine) -> None:
    browser = Browser(a_house(engine)).sit(a_user(engine, must_change=True))
    for path in ("/", "/account", "/agencies/police", "/agencies/police/alerts/a1"):
        assert browser.get(path).headers["location"] == "/account/password"
    fields = {"old": PASSWORD, "new": "gravel-monsoon-teapot", "again": "gravel-monsoon-teapot"}
    assert browser.submit("/account/password", fields, seen_on="/account/password").status_code == 303
    assert browser.get("/agencies/police").status_code == 200


def test_a_session_that_idles_ends_though_the_page_asks_for_itself(engine: Engine) -> None:
    clock = [NOW]
    browser = sat(engine, now=lambda: clock[0])
    browser.get("/agencies/police")
    for _ in range(31):
        clock[0] += timedelta(minutes=1)
        answer = browser.get("/agencies/police?live=1")
    assert answer.status_code == 303
    browser = sat(engine, "housing", now=lambda: clock[0])
    for _ in range(31):
        clock[0] += timedelta(minutes=1)
        answer = browser.get("/agencies/housing")
    assert answer.status_code == 200


def test_who_is_disabled_is_out_with_the_next_request(engine: Engine, page: Browser) -> None:
    with engine.begin() as connection:
        connection.execute(update(User).values(disabled_at=NOW))
    assert page.get("/agencies/police").status_code == 303


def test_who_is_of_an_agency_that_left_the_partnership_is_not_signed_in(engine: Engine) -> None:
    gone = a_user(engine, "bob", "circus", ["administrator"])
    browser = Browser(a_house(engine)).sit(gone)
    for path in ("/", "/account", "/agencies/circus", "/agencies/circus/users"):
        assert browser.get(path).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_is_answered(page: Browser, method: str) -> None:
    for path in ("/", "/sign-in", "/agencies/police", "/account", "/static/icon.svg"):
        assert page.request(method, path).status_code == 405


def test_a_flood_from_one_address_is_stopped_and_no_other(engine: Engine) -> None:
    flood = Flood()
    assert sum(flood.lets_by("192.0.2.1", 0.0) for _ in range(1000)) == AT_ONCE
    assert flood.lets_by("192.0.2.2", 0.0)
    assert flood.lets_by("192.0.2.1", 1.0)
    browser = Browser(a_house(engine, seconds=lambda: 0.0))
    answers = [browser.get("/static/icon.svg").status_code for _ in range(int(AT_ONCE * 1.5))]
    assert answers == [200] * int(AT_ONCE) + [429] * int(AT_ONCE * 0.5)


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("10.0.0.9", {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}, 200),
        ("10.0.0.8", {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}, 403),
        ("10.0.0.9", {"x-forwarded-proto": "http", "x-forwarded-for": "192.0.2.1"}, 403),
        ("10.0.0.9", {"x-forwarded-for": "192.0.2.1"}, 403),
        ("10.0.0.9", {"x-forwarded-proto": "https"}, 403),
        ("10.0.0.9", {}, 403),
    ],
)  # fmt: skip
def test_behind_a_proxy_only_what_it_hands_over_is_answered(
    engine: Engine, peer: str, headers: dict[str, str], status: int
) -> None:
    house = a_house(engine, tls=True, proxies=frozenset({"10.0.0.9"}), hosts=frozenset({"tocsin.example"}))
    browser = Browser(house, "https://tocsin.example", client=(peer, 50000))
    assert browser.get("/sign-in", headers=headers).status_code == status


def test_the_address_is_the_last_that_a_proxy_of_ours_saw(engine: Engine) -> None:
    """What a caller writes into the header itself stands further left, and counts for nothing."""
    log = Log()
    house = a_house(engine, log, tls=True, proxies=frozenset({"10.0.0.9"}), hosts=frozenset({"tocsin.example"}))
    browser = Browser(house, "https://tocsin.example", client=("10.0.0.9", 50000))
    browser.headers.update({"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5, 192.0.2.77, 10.0.0.9"})
    browser.submit("/sign-in", {"name": "ann", "password": "wrong"}, seen_on="/sign-in")
    assert log.entries[0]["detail"] == {"address": "192.0.2.77"}


def test_without_a_proxy_no_header_says_where_one_comes_from(engine: Engine) -> None:
    log = Log()
    browser = Browser(a_house(engine, log), client=("192.0.2.5", 50000))
    headers = {"x-forwarded-for": "203.0.113.5", "x-forwarded-proto": "https", "forwarded": "for=203.0.113.5"}
    browser.submit("/sign-in", {"name": "ann", "password": "wrong"}, seen_on="/sign-in", headers=headers)
    assert log.entries[0]["detail"] == {"address": "192.0.2.5"}
