"""One's own account, an agency's users, and the reason for looking at a person."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from consumers.accounts.rules import page_rules
from consumers.accounts.users import found
from tests.consumers.accounts.people import PASSWORD, Log, a_user
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, a_house, sat, tell

NEW = "gravel-monsoon-teapot"
SHOWN = {"person": {"id": "p1", "name": "Ricky Thorn", "born": "1991-06-03"}}


def sign_in(engine: Engine, name: str, password: str) -> Browser:
    browser = Browser(a_house(engine))
    browser.submit("/sign-in", {"name": name, "password": password}, seen_on="/sign-in")
    return browser


def change(browser: Browser, **fields: str) -> str:
    answer = browser.submit(
        "/account/password", {"old": PASSWORD, "new": NEW, "again": NEW, **fields}, seen_on="/account/password"
    )
    return "" if answer.status_code == 303 else str(answer.text)


def test_a_changed_password_ends_every_other_session_and_renews_this_one(engine: Engine, page: Browser) -> None:
    other = sign_in(engine, "analyst@police.example", PASSWORD)
    before = page.cookies["tocsin"]
    assert change(page) == ""
    assert page.cookies["tocsin"] != before
    assert page.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert sign_in(engine, "analyst@police.example", PASSWORD).get("/account").status_code == 303
    assert sign_in(engine, "analyst@police.example", NEW).get("/account").status_code == 200


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"old": "not it"}, "is wrong"),
        ({"again": "gravel-monsoon-teapots"}, "differ"),
        ({"new": "short", "again": "short"}, "at least 12"),
        ({"new": "analyst@police.example", "again": "analyst@police.example"}, "will not do"),
        ({"new": PASSWORD, "again": PASSWORD}, "the one you have"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    page: Browser, fields: dict[str, str], says: str
) -> None:
    assert says in change(page, **fields)
    assert change(page) == ""


def test_whoever_finds_a_browser_open_cannot_try_passwords_for_ever(page: Browser) -> None:
    for _ in range(page_rules().tries["account"]):
        change(page, old="guess")
    assert "too often" in change(page)


def test_the_account_lists_its_sessions_and_ends_the_others(engine: Engine, page: Browser) -> None:
    other = sign_in(engine, "analyst@police.example", PASSWORD)
    assert page.get("/account").text.count("this browser, now") == 1
    assert page.submit("/account/sessions").status_code == 303
    assert other.get("/account").status_code == 303
    assert "Sign out everywhere else" not in page.get("/account").text


def test_an_administrator_adds_someone_who_then_chooses_a_password(engine: Engine) -> None:
    log = Log()
    desk = sat(engine, roles=["administrator"], log=log)
    added = desk.submit("/agencies/police/users", {"name": "Bob@police.example", "roles": ["analyst", "coordinator"]})
    told = re.search(r"<code>([a-z0-9-]{19})</code>", added.text)
    assert told
    assert told[1] not in desk.get("/agencies/police/users").text
    assert sign_in(engine, "bob@police.example", told[1]).get("/").headers["location"] == "/account/password"
    assert [(entry["act"], entry["detail"]["what"]) for entry in log.entries] == [("account", "added")]
    assert told[1] not in str(log.entries)


@pytest.mark.parametrize("act", ["roles", "disable", "enable", "password", "sign-out"])
def test_users_of_another_agency_are_not_there(engine: Engine, act: str) -> None:
    """The same bytes for another agency's user, by either agency's address, as for one that there is not."""
    theirs = a_user(engine, "bob", "housing")
    desk = sat(engine, roles=["administrator"])
    fields = {"roles": "administrator"}
    nowhere = desk.submit(f"/agencies/police/users/nobody/{act}", fields)
    for path in (f"/agencies/police/users/{theirs}/{act}", f"/agencies/housing/users/{theirs}/{act}"):
        answer = desk.submit(path, fields)
        assert answer.status_code == nowhere.status_code == 404
        assert answer.content == nowhere.content
    with engine.begin() as connection:
        bob = found(connection, name="bob")
    assert bob is not None
    assert (bob.roles, bob.disabled_at, bob.must_change) == (("analyst",), None, False)
    assert "bob" not in desk.get("/agencies/police/users").text


def test_an_administrator_changes_others_but_not_their_own_roles(engine: Engine) -> None:
    desk, bob = sat(engine, roles=["administrator"]), a_user(engine, "bob")
    with engine.begin() as connection:
        own = found(connection, name="administrator@police.example")
    assert own is not None
    assert desk.submit(f"/agencies/police/users/{bob}/roles", {"roles": "coordinator"}).status_code == 303
    assert desk.submit(f"/agencies/police/users/{bob}/disable").status_code == 303
    with engine.begin() as connection:
        changed = found(connection, id=bob)
    assert changed is not None
    assert changed.roles == ("coordinator",)
    assert changed.disabled_at is not None
    assert desk.submit(f"/agencies/police/users/{bob}/enable").status_code == 303
    for act, fields in (("roles", {"roles": "analyst"}), ("disable", {})):
        refused = desk.submit(f"/agencies/police/users/{own.id}/{act}", fields)
        assert refused.status_code == 400
        assert "ask another administrator" in refused.text
    assert desk.submit(f"/agencies/police/users/{own.id}/password").status_code == 404


def test_a_changed_role_signs_the_person_out(engine: Engine) -> None:
    bob = a_user(engine, "bob")
    theirs = Browser(a_house(engine)).sit(bob)
    sat(engine, roles=["administrator"]).submit(f"/agencies/police/users/{bob}/roles", {"roles": "administrator"})
    assert theirs.get("/account").status_code == 303


def test_a_person_is_shown_once_a_reason_was_given_and_it_is_logged(engine: Engine) -> None:
    log, path = Log(), "/agencies/police/alerts/a1"
    tell(engine, "police", an_alert(1, **SHOWN), an_alert(2, **SHOWN), an_alert(3, person={"id": "p2", "name": "Al"}))
    page = sat(engine, log=log)
    assert "Ricky Thorn" not in page.get(path).text
    assert "Ricky Thorn" not in page.get("/agencies/police").text
    for wrong in ({}, {"reason": "curiosity"}, {"reason": "case", "words": "x" * 501}):
        assert page.submit(f"{path}/reason", wrong).status_code == 400
    assert log.entries == []
    assert page.submit(f"{path}/reason", {"reason": "case", "words": "NC/26/114"}).headers["location"] == path
    assert "Ricky Thorn, born 1991-06-03" in page.get(path).text
    (line,) = log.entries
    assert (line["act"], line["subject"]) == ("consultation", "alert:a1")
    assert line["detail"] == {"person": "p1", "agency": "police", "reason": "case"}
    assert line["why"] == "NC/26/114"
    assert "Ricky Thorn" in page.get("/agencies/police/alerts/a2").text
    assert "Why do you look" in page.get("/agencies/police/alerts/a3").text


def test_a_reason_holds_for_the_session_it_was_given_in(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1, **SHOWN))
    path = "/agencies/police/alerts/a1"
    page.submit(f"{path}/reason", {"reason": "case"})
    assert "Ricky Thorn" in page.get(path).text
    again = sign_in(engine, "analyst@police.example", PASSWORD)
    assert "Ricky Thorn" not in again.get(path).text


def test_a_reason_for_an_alert_of_another_agency_is_for_nothing(engine: Engine, page: Browser) -> None:
    tell(engine, "housing", an_alert(1, **SHOWN))
    answers = [
        page.submit(f"/agencies/{agency}/alerts/{alert}/reason", {"reason": "case"})
        for agency, alert in (("police", "a1"), ("housing", "a1"), ("police", "a9"), ("nobody", "a1"))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_waits_are_told_in_words(engine: Engine, stranger: Browser) -> None:
    for _ in range(page_rules().tries["account"] + 1):
        answer = stranger.submit("/sign-in", {"name": "nobody", "password": "wrong"}, seen_on="/sign-in")
    assert answer.status_code == 429
    assert "Wait 1 second, then" in answer.text
    assert timedelta(seconds=1) < page_rules().longest_wait
