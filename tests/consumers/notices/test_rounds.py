"""Who is told what, when, and how often."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from consumers.notices.rounds import recover
from consumers.notices.watching import unwatch, watch
from consumers.notices.wishes import Peace
from schemas.tables import Channel, Receipt, Subscription, Told, User
from streams.store import add, writing
from tests.consumers.accounts.people import NOW
from tests.consumers.notices.people import Post, asks, go, states, wishes
from tests.consumers.packs.telling import tell_each
from tests.consumers.watcher.alerts import an_alert

HOUR = timedelta(hours=1)


def tell(engine: Engine, number: int, agency: str = "police", **changed: Any) -> None:
    tell_each(engine, f"m{number}", {agency: an_alert(number, **changed)})


def retell(engine: Engine, number: int, **changed: Any) -> None:
    with writing(engine) as connection:
        connection.execute(update(Told).where(Told.matter == f"m{number}").values(body=an_alert(number, **changed)))


def receipt(id: str, status: str = "linked", **changed: Any) -> dict[str, Any]:
    row = {"id": id, "ref": "police:7", "agency": "police", "report": "7", "at": NOW, "status": status}
    return {**row, "reasons": ["Ricky Thorn"], "warnings": [], "withdrawn": False, **changed}


def test_what_is_new_is_told_once_and_what_stood_before_is_not(engine: Engine) -> None:
    post = Post()
    tell(engine, 1)
    asks(engine)
    tell(engine, 2, severity="high")
    assert go(engine, post).sent == 1
    assert go(engine, post).owed == 0
    assert post.subjects == ["Tocsin: high alert, near repeat"]
    assert "Burglaries, run 2" in post.sent[0][1].body
    assert "https://tocsin.example/agencies/police/alerts/a2" in post.sent[0][1].body


def test_what_becomes_graver_is_told_again_and_what_falls_and_rises_is_not(engine: Engine) -> None:
    post = Post()
    asks(engine)
    tell(engine, 1, severity="low")
    for severity in ("low", "high", "low", "medium", "high"):
        retell(engine, 1, severity=severity)
        go(engine, post)
    assert post.subjects == ["Tocsin: low alert, near repeat", "Tocsin: high alert, near repeat"]


def test_when_this_one_changes(engine: Engine) -> None:
    post = Post()
    tell(engine, 1)
    tell(engine, 2)
    asks(engine, alert="a1", changes=True)
    for number, version in ((2, 2), (1, 1), (1, 2), (1, 3)):
        retell(engine, number, version=version)
        go(engine, post)
    assert len(post.sent) == 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"kinds": ["spike"]}, False),
        ({"kinds": ["near-repeat"], "categories": ["burglary"], "areas": ["newb"], "agencies": ["housing"]}, True),
        ({"min_severity": "high"}, False),
        ({"agencies": ["fire"]}, False),
        ({"mine": True}, True),
        ({"watch": True}, False),
    ],
)
def test_only_what_was_asked_for(engine: Engine, body: dict[str, Any], told: bool) -> None:
    post = Post()
    asks(engine, **body)
    tell(engine, 1)
    go(engine, post)
    assert bool(post.sent) == told


def test_what_is_on_ones_own_list(engine: Engine) -> None:
    post = Post()
    user = asks(engine, watch=True)
    with writing(engine) as connection:
        assert watch(connection, user, "area:newbold", NOW)
        assert not watch(connection, user, "house:1", NOW)
    tell(engine, 1)
    go(engine, post)
    with writing(engine) as connection:
        unwatch(connection, user, "area:newbold")
    tell(engine, 2)
    go(engine, post)
    assert len(post.sent) == 1


def test_news_on_what_one_sent_says_what_became_of_it_and_no_name(engine: Engine) -> None:
    post = Post()
    old = receipt("r0", at=NOW - timedelta(days=60))
    with writing(engine) as connection:
        add(connection, Receipt, [receipt("r1"), old])
    asks(engine, mine=True)
    with writing(engine) as connection:
        add(connection, Receipt, [receipt("r2", "outcome"), receipt("r3", "accepted"), receipt("r4", agency="fire")])
    go(engine, post)
    ((_, message),) = post.sent
    assert message.subject == "Tocsin: news on a report of yours"
    assert "- 7: outcome" in message.body
    assert "Thorn" not in message.body


def test_no_person_and_nothing_guarded_stands_in_a_message(engine: Engine) -> None:
    post = Post()
    asks(engine)
    tell(
        engine,
        1,
        title="Third incident of Ricky Thorn",
        person={"id": "x", "name": "Ricky Thorn"},
        kind="repeat-person",
    )
    tell(engine, 2, title="A source says", area={"name": "12 High Street"}, handling={"code": "C"})
    go(engine, post)
    ((_, message),) = post.sent
    said = message.subject + message.body
    assert not any(word in said for word in ("Thorn", "Ricky", "source", "High Street"))
    assert message.subject == "Tocsin: 2 alerts"


def test_several_that_come_together_make_one_message(engine: Engine) -> None:
    post = Post()
    asks(engine)
    for number in range(30):
        tell(engine, number, severity="high" if number == 29 else "low")
    go(engine, post)
    ((_, message),) = post.sent
    assert message.subject == "Tocsin: 30 alerts, 1 high"
    assert message.body.startswith("[high] Burglaries, run 29")
    assert "and 10 more, on the page." in message.body


def test_in_quiet_hours_nothing_is_sent_until_they_are_over(engine: Engine) -> None:
    post = Post()
    user = asks(engine)
    with writing(engine) as connection:
        wishes(engine, connection, user).set_peace(Peace(starts="22:00", ends="07:00", an_hour=6, digest_at="08:00"))
    night = NOW.replace(hour=23, minute=30)
    tell(engine, 1)
    assert go(engine, post, night).waiting == 1
    assert go(engine, post, night + 7 * HOUR).sent == 0
    assert go(engine, post, night + 8 * HOUR).sent == 1


def test_over_the_cap_it_waits_for_the_digest_which_says_so(engine: Engine) -> None:
    post = Post()
    user = asks(engine)
    with writing(engine) as connection:
        wishes(engine, connection, user).set_peace(Peace(an_hour=2, digest_at="17:00"))
    for number in range(4):
        tell(engine, number)
        go(engine, post, NOW + timedelta(minutes=number))
    assert len(post.sent) == 2
    assert go(engine, post, NOW.replace(hour=16, minute=59)).sent == 0
    assert go(engine, post, NOW.replace(hour=17)).sent == 1
    assert post.subjects[-1] == "Tocsin digest: 2 alerts"
    assert "2 of these came while you had had your 2 messages of the hour." in post.sent[-1][1].body


@pytest.mark.parametrize(("when", "days"), [("daily", 1), ("weekly", 5)])
def test_a_digest_comes_at_its_hour_with_real_titles(engine: Engine, when: str, days: int) -> None:
    post = Post()  # the day is a Wednesday
    asks(engine, when)
    tell(engine, 1)
    tell(engine, 2)
    due = NOW.replace(hour=8) + timedelta(days=days)
    assert go(engine, post).sent == go(engine, post, due - HOUR).sent == 0
    assert go(engine, post, due).sent == 1
    assert post.subjects == ["Tocsin digest: 2 alerts"]
    assert "Burglaries, run 1" in post.sent[0][1].body


@pytest.mark.parametrize(
    "change",
    [
        update(User).values(disabled_at=NOW),
        update(User).values(roles=["administrator"]),
        update(User).values(agency="fire"),
        update(User).values(agency="nowhere"),
        update(Channel).values(ended_at=NOW),
        update(Subscription).values(ended_at=NOW),
        update(Told).values(body=None),
        update(Told).values(body=an_alert(1, withdrawn=True)),
    ],
)
def test_who_may_not_know_any_more_when_it_is_sent_is_not_told(engine: Engine, change: Any) -> None:
    post = Post()
    asks(engine, "daily")
    tell(engine, 1)
    go(engine, post)
    with writing(engine) as connection:
        connection.execute(change)
    assert go(engine, post, NOW + timedelta(days=1)).sent == 0
    assert states(engine) == ["dropped"]


def test_a_channel_that_is_away_waits_longer_each_time_and_is_given_up(engine: Engine) -> None:
    post = Post()
    post.away = True
    asks(engine)
    tell(engine, 1)
    assert go(engine, post).away == 1
    assert go(engine, post, NOW + timedelta(seconds=29)).away == 0
    assert go(engine, post, NOW + timedelta(seconds=30)).away == 1
    assert go(engine, post, NOW + timedelta(seconds=89)).away == 0
    post.away = False
    assert go(engine, post, NOW + timedelta(seconds=90)).sent == 1
    tell(engine, 2)
    post.away = True
    go(engine, post, NOW + HOUR)
    go(engine, post, NOW + timedelta(days=4))
    assert states(engine) == ["failed", "sent"]


class Killed(BaseException):
    """The process ends here."""


def test_who_dies_between_sending_and_noting_sends_once_more_and_says_so(engine: Engine) -> None:
    post = Post()
    asks(engine)
    tell(engine, 1)

    def sends_and_dies(kind: str, address: str, message: Any) -> bool:
        post(kind, address, message)
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            go(engine, sends_and_dies)  # type: ignore[arg-type]
        recover(engine)
        if states(engine) == ["unsure"]:
            break
    assert len(post.sent) == 2
    assert post.sent[0][1].id == post.sent[1][1].id
    assert "You may have had this before" not in post.sent[0][1].body
    assert "You may have had this before" in post.sent[1][1].body
    recover(engine)
    assert go(engine, post).sent == 0
    assert states(engine) == ["unsure"]


def test_who_dies_before_sending_sends_after(engine: Engine) -> None:
    asks(engine)
    tell(engine, 1)
    with pytest.raises(Killed):
        go(engine, lambda *_: (_ for _ in ()).throw(Killed()))  # type: ignore[arg-type, return-value]
    recover(engine)
    post = Post()
    assert go(engine, post).sent == 1


def test_a_process_that_lost_its_place_sends_nothing(engine: Engine) -> None:
    post = Post()
    asks(engine)
    tell(engine, 1)
    assert go(engine, post, held=lambda: False).sent == 0
    assert states(engine) == ["owed"]


def test_two_subscriptions_that_want_the_same_say_it_once(engine: Engine) -> None:
    post = Post()
    user = asks(engine)
    with writing(engine) as connection:
        channel = connection.execute(Channel.__table__.select()).first()
        assert channel is not None
        wishes(engine, connection, user).subscribe("More", "live", channel.id, {"kinds": ["near-repeat"]})
    tell(engine, 1)
    go(engine, post)
    assert post.subjects == ["Tocsin: medium alert, near repeat"]
    assert states(engine) == ["sent", "sent"]
