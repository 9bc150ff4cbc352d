"""Where notices may be sent, and that nobody is led anywhere else."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from consumers.notices.wanted import NotWanted
from consumers.notices.ways import NotAllowedThere, Ways
from consumers.notices.wishes import NotDone, Peace
from streams.store import writing
from tests.consumers.accounts.people import Log, a_user
from tests.consumers.notices.people import WAYS, asks, wishes


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "http://hooks.example/x"),
        ("webhook", "https://evil.example/x"),
        ("webhook", "https://hooks.example.evil.example/"),
        ("webhook", "https://hooks.example@evil.example/"),
        ("webhook", "https://u:p@hooks.example/"),
        ("webhook", "https://hooks.example:8443/"),
        ("webhook", "https://127.0.0.1/"),
        ("webhook", "https://[::1]/"),
        ("webhook", "https://169.254.169.254/latest"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "gopher://hooks.example/"),
        ("webhook", "https://hooks.example:x/"),
        ("slack", "slack://a/b/c"),
        ("slack", "https://hooks.example/elsewhere"),
        ("teams", "https://hooks.example/services/x"),
        ("teams", "https://hooks.example\n.evil.example/"),
        ("exec", "https://hooks.example/"),
        ("email", "ann@elsewhere.example"),
        ("email", "ann@council.example, eve@elsewhere.example"),
        ("email", "Ann <ann@council.example>"),
        ("email", "ann@council.example?cc=eve@elsewhere.example"),
        ("ntfy", "https://hooks.example/" + "x" * 1000),
    ],
)
def test_nothing_is_sent_but_to_hosts_and_domains_that_are_named(kind: str, address: str) -> None:
    with pytest.raises(NotAllowedThere):
        WAYS.check(kind, address)


def test_what_is_named_may_be_sent_to() -> None:
    WAYS.check("webhook", "https://Hooks.example/services/x?y=z")
    WAYS.check("email", "ann@Council.example")


def test_where_nothing_is_named_nothing_is_sent() -> None:
    assert Ways().kinds == ()
    for kind in ("webhook", "email"):
        with pytest.raises(NotAllowedThere):
            Ways().check(kind, "https://hooks.example/")


@pytest.mark.parametrize("found", ["127.0.0.1", "::1", "169.254.169.254", "fe80::1%eth0", "0.0.0.0", "224.0.0.1"])
def test_a_named_host_that_leads_back_here_is_not_called(found: str) -> None:
    ways = replace(WAYS, resolve=lambda _host: [found])
    with pytest.raises(NotAllowedThere, match="leads back"):
        ways.check_now("webhook", "https://hooks.example/")
    replace(WAYS, resolve=lambda _host: ["203.0.113.9"]).check_now("webhook", "https://hooks.example/")


def test_what_cannot_be_wished_for_is_said(engine: Engine) -> None:
    user = a_user(engine)
    other = asks(engine, user=a_user(engine, "eve@police.example"))
    with writing(engine) as connection:
        desk, log = wishes(engine, connection, user), Log()
        mine = desk.add_channel("email", "ann@council.example")
        theirs = wishes(engine, connection, other).add_channel("email", "eve@council.example")
        for name, when, channel in (("", "live", mine), ("x", "hourly", mine), ("x", "live", theirs)):
            with pytest.raises(NotDone):
                desk.subscribe(name, when, channel, {})
        for body in ({"kinds": ["war"]}, {"categories": ["x"]}, {"min_severity": "x"}, {"areas": [" "]}):
            with pytest.raises(NotWanted):
                desk.subscribe("x", "live", mine, body)
        for starts, ends, an_hour in (("22:00", None, 6), ("25:00", "07:00", 6), (None, None, 0), (None, None, 61)):
            with pytest.raises(NotDone):
                desk.set_peace(Peace(starts=starts, ends=ends, an_hour=an_hour, digest_at="08:00"))
        with pytest.raises(NotDone):
            desk.end_channel(theirs)
        logged = wishes(engine, connection, user, log)
        logged.unsubscribe(logged.subscribe("x", "live", mine, {}))
        assert [line["detail"]["what"] for line in log.entries] == ["subscribed", "unsubscribed"]
        assert "ann@council.example" not in str(log.entries)
