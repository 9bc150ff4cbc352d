"""Signing in with one's own organisation, against a provider that signs real tokens, and against one that lies."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import Engine

from consumers.accounts.openid import OpenId, load_openid
from consumers.accounts.provider import Provider
from consumers.accounts.users import Desk, found
from schemas.agencies import load_partnership
from tests.consumers.accounts.people import Log, a_user
from tests.consumers.web.organisation import (
    CLIENT,
    SECRET,
    Claims,
    Organisation,
    running,
    signed,
    signed_by_a_stranger,
    signed_by_nobody,
    signed_with_the_public_key,
)
from tests.consumers.web.seats import Browser, a_house

PERSON = {"preferred_username": "Ann.Ashe@police.example", "organisation": "Police", "groups": ["tocsin-read", "other"]}


@pytest.fixture(scope="module")
def listening() -> Iterator[Organisation]:
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def its_key(listening: Organisation) -> RSAKey:
    return listening.key


@pytest.fixture
def organisation(listening: Organisation, its_key: RSAKey) -> Organisation:
    """The provider as it is when it does not lie."""
    fresh = Organisation(issuer=listening.issuer, key=its_key, person=dict(PERSON))
    listening.__dict__.update(fresh.__dict__)
    return listening


def settings_of(organisation: Organisation) -> OpenId:
    return OpenId(
        issuer=organisation.issuer,
        client_id=CLIENT,
        secret=SecretStr(SECRET),
        agency_claim="organisation",
        roles_claim="groups",
        agencies={"Police": "police", "Housing": "housing"},
        roles={"tocsin-read": "analyst", "tocsin-admin": "administrator"},
    )


def browser_of(
    engine: Engine, organisation: Organisation, log: Log | None = None, now: Callable[[], datetime] | None = None
) -> Browser:
    clock = now or (lambda: datetime.now(UTC))
    provider = Provider(settings_of(organisation), clock)
    return Browser(a_house(engine, log, provider=provider, local=False, now=clock, url="http://localhost:8080"))


def goes_there(browser: Browser) -> str:
    """Where the provider sends the browser back to, once someone has signed in there."""
    away = browser.get("/sign-in/organisation")
    assert away.status_code == 303, away.text
    back = httpx2.get(away.headers["location"]).headers["location"]
    assert back.startswith("http://localhost:8080/sign-in/organisation/back?")
    return back.removeprefix("http://localhost:8080")


def test_who_the_organisation_vouches_for_is_let_in_as_it_says(engine: Engine, organisation: Organisation) -> None:
    log = Log()
    browser = browser_of(engine, organisation, log)
    assert "/sign-in/organisation" in browser.get("/sign-in").text
    answer = browser.get(goes_there(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    account = browser.get("/account").text
    assert "ann.ashe@police.example" in account
    assert "kept by your organisation" in account
    assert log.acts() == ["account", "sign-in"]
    with engine.begin() as connection:
        user = found(connection, name="ann.ashe@police.example")
    assert user is not None
    assert (user.agency, user.roles) == ("police", ("analyst",))


def test_the_next_time_they_are_whom_the_organisation_says_by_then(engine: Engine, organisation: Organisation) -> None:
    first = browser_of(engine, organisation)
    first.get(goes_there(first))
    organisation.person |= {"organisation": "Housing", "groups": ["tocsin-admin"]}
    again = browser_of(engine, organisation)
    again.get(goes_there(again))
    assert again.get("/").headers["location"] == "/agencies/housing/users"
    assert first.get("/account").status_code == 303


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_(**others: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **others}


LIES = {
    "another audience": with_(aud="someone-else"),
    "several audiences and another party": with_(aud=[CLIENT, "other"], azp="other"),
    "no audience": without("aud"),
    "another issuer": with_(iss="https://evil.example"),
    "no issuer": without("iss"),
    "another nonce": with_(nonce="0" * 64),
    "no nonce": without("nonce"),
    "expired": with_(exp=int(time.time()) - 300),
    "never expires": without("exp"),
    "not yet": with_(nbf=int(time.time()) + 3600),
    "made in the future": with_(iat=int(time.time()) + 3600),
    "another token's hash": with_(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "nobody": without("sub"),
    "an unknown agency": with_(organisation="Circus"),
    "two agencies": with_(organisation=["Police", "Housing"]),
    "no role": with_(groups=["other"]),
    "roles as one word": with_(groups={"tocsin-read": True}),
    "no name": with_(preferred_username="<script>"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_us_lets_nobody_in(engine: Engine, organisation: Organisation, lie: str) -> None:
    organisation.spoil = LIES[lie]
    nobody_comes_in(engine, organisation)


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (signed_by_a_stranger, "BadSignatureError"),
        (signed_by_nobody, "UnsupportedAlgorithmError"),
        (signed_with_the_public_key, "UnsupportedAlgorithmError"),
    ],
)
def test_a_token_that_the_organisation_did_not_sign_lets_nobody_in(
    engine: Engine, organisation: Organisation, sign: Callable[[Organisation, Claims], str], why: str
) -> None:
    organisation.sign = sign
    assert nobody_comes_in(engine, organisation) == why


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 10])
def test_what_is_no_token_lets_nobody_in(engine: Engine, organisation: Organisation, token: str) -> None:
    organisation.sign = lambda *_: token
    nobody_comes_in(engine, organisation)


def nobody_comes_in(engine: Engine, organisation: Organisation) -> str:
    """Why, as the log has it; it is never that the provider failed."""
    log = Log()
    browser = browser_of(engine, organisation, log)
    answer = browser.get(goes_there(browser))
    assert answer.status_code == 403
    assert "could not be signed in" in answer.text
    assert browser.get("/account").status_code == 303
    assert log.acts() == ["refused"]
    assert "Ann" not in str(log.entries)
    why = str(log.entries[0]["detail"]["fault"])
    assert not why.startswith("HTTP")
    return why


def test_a_provider_that_calls_itself_otherwise_is_not_asked(engine: Engine, organisation: Organisation) -> None:
    organisation.told_issuer = "https://evil.example"
    assert browser_of(engine, organisation).get("/sign-in/organisation").status_code == 403


def test_a_provider_that_is_away_is_told_of_in_a_sentence(engine: Engine, organisation: Organisation) -> None:
    away = replace(organisation, issuer="http://127.0.0.1:9")
    answer = browser_of(engine, away).get("/sign-in/organisation")
    assert answer.status_code == 403
    assert "could not be signed in" in answer.text


def test_what_comes_back_must_be_what_this_browser_went_for(engine: Engine, organisation: Organisation) -> None:
    """Another's code or state, a state with no browser, the answer of another issuer, an error: nobody is signed in."""
    browser, other = browser_of(engine, organisation), browser_of(engine, organisation)
    back, others = goes_there(browser), goes_there(other)
    sent = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    theirs = {name: values[0] for name, values in parse_qs(urlsplit(others).query).items()}
    stranger = browser_of(engine, organisation)
    for who, answer in (
        (browser, {**sent, "state": theirs["state"]}),
        (browser, {**sent, "state": ""}),
        (browser, {**sent, "code": theirs["code"]}),
        (browser, {**sent, "iss": "https://evil.example"}),
        (browser, {"state": sent["state"], "error": "access_denied"}),
        (stranger, sent),
    ):
        assert who.get("/sign-in/organisation/back", params=answer).status_code == 403
        assert who.get("/account").status_code == 303


def test_a_code_is_good_once_and_the_way_back_is_not_open_for_ever(engine: Engine, organisation: Organisation) -> None:
    clock = [datetime.now(UTC)]
    browser = browser_of(engine, organisation, now=lambda: clock[0])
    back = goes_there(browser)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    late = browser_of(engine, organisation, now=lambda: clock[0])
    back = goes_there(late)
    clock[0] += timedelta(minutes=11)
    assert late.get(back).status_code == 403


def test_who_is_disabled_here_stays_out_whatever_their_organisation_says(
    engine: Engine, organisation: Organisation
) -> None:
    browser = browser_of(engine, organisation)
    browser.get(goes_there(browser))
    with engine.begin() as connection:
        user = found(connection, name="ann.ashe@police.example")
        assert user is not None
        Desk(connection=connection, keep=Log(), at=datetime.now(UTC), by="operator").disable(user.id)
    assert browser.get(goes_there(browser)).status_code == 403
    assert browser.get("/account").status_code == 303


def test_nobody_is_taken_for_one_who_signs_in_here_under_the_same_name(
    engine: Engine, organisation: Organisation
) -> None:
    a_user(engine, "ann.ashe@police.example", roles=["administrator"])
    browser = browser_of(engine, organisation)
    assert browser.get(goes_there(browser)).status_code == 403


def test_passwords_kept_here_do_not_open_the_page_unless_that_is_set(
    engine: Engine, organisation: Organisation
) -> None:
    a_user(engine)
    browser = browser_of(engine, organisation)
    page = browser.get("/sign-in").text
    assert 'type="password"' not in page
    assert browser.post("/sign-in", data={"word": "x"}, headers={"origin": "http://localhost:8080"}).status_code == 403


def test_a_new_key_is_fetched_when_one_signs_with_it(engine: Engine, organisation: Organisation) -> None:
    browser = browser_of(engine, organisation)
    browser.get(goes_there(browser))
    organisation.key = RSAKey.generate_key(2048, {"kid": "two"})
    organisation.sign = lambda ours, claims: signed(ours.key, claims, "two")
    assert browser.get(goes_there(browser)).status_code == 303
    assert organisation.asked == ["itself", "jwks", "jwks"]


FILE = """
issuer = "https://login.example"
client_id = "tocsin"
client_secret_file = "secret.txt"
agency_claim = "organisation"
roles_claim = "groups"
[agency]
"Police" = "police"
[role]
"tocsin-read" = "analyst"
"""


def test_the_settings_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hush\n")
    (tmp_path / "openid.toml").write_text(FILE)
    read = load_openid(tmp_path / "openid.toml", load_partnership())
    assert (read.issuer, read.agencies) == ("https://login.example", {"Police": "police"})
    assert read.roles == {"tocsin-read": "analyst"}
    assert read.secret is not None
    assert read.secret.get_secret_value() == "hush"
    assert "hush" not in repr(read)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("https://login", "http://login", "https"),
        ('"analyst"', '"king"', "king"),
        ('= "police"', '= "circus"', "circus"),
        ("client_id", "client", "client"),
    ],
)
def test_a_wrong_setting_is_said(tmp_path: Path, before: str, after: str, says: str) -> None:
    (tmp_path / "secret.txt").write_text("hush\n")
    (tmp_path / "openid.toml").write_text(FILE.replace(before, after))
    with pytest.raises(ValueError, match=says):
        load_openid(tmp_path / "openid.toml", load_partnership())
