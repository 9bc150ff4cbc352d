"""One round: find what is owed, see what is due and still may be told, send it, and write down that it was sent.

What is to be sent is claimed before it goes and noted after it went. Whoever dies between the two leaves it claimed: it
is sent once more, and says so; whoever dies there again leaves it undecided, and it is not sent a third time.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from consumers.accounts.store import add_new, reading
from consumers.notices.clocks import again_after, next_digest, quiet_until
from consumers.notices.message import Message, Told, message_of
from consumers.notices.rules import notice_rules
from consumers.notices.sender import Send
from consumers.notices.standing import copies_of, known, row_of, tidings
from consumers.notices.wanted import NotWanted, Wanted
from consumers.notices.wishes import Peace, peace_of
from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.roles import load_roles
from schemas.tables import Channel, Notice, Receipt, Subscription, User

READS = "read-alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a round stands on; ``page``: where the page is, ``send``: whether a message got through."""

    engine: Engine
    partnership: Partnership
    page: str
    send: Send
    held: Callable[[], bool] = lambda: True  # whether this process may still send


@dataclass(slots=True)
class Done:
    """What a round came to."""

    owed: int = 0
    sent: int = 0
    dropped: int = 0
    away: int = 0
    waiting: int = field(default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Notices that go to one channel together; ``digest``: of a day or week, or over the cap."""

    user: Row[Any]
    channel: Row[Any]
    peace: Peace
    notices: Sequence[Row[Any]]
    digest: bool


def recover(engine: Engine) -> None:
    """Take up what a process that died had claimed: once more, if that was its first time."""
    with engine.begin() as connection:
        claimed = Notice.state == "sending"
        connection.execute(update(Notice).where(claimed, Notice.again.is_(True)).values(state="unsure"))
        connection.execute(update(Notice).where(claimed).values(state="owed", again=True))


def round_of(reach: Reach, now: datetime) -> Done:
    """Find and send all that is due at ``now``."""
    done = Done()
    with reading(reach.engine) as connection:
        found = _found(connection, reach.partnership, now)
    with reach.engine.begin() as connection:
        for row in found:
            add_new(connection, Notice, row)
        done.owed = sum(row["state"] == "owed" for row in found)
        parcels = list(_due(connection, reach.partnership, now, done))
    for parcel in parcels:
        if not reach.held():
            break
        _deliver(reach, parcel, now, done)
    return done


def _found(connection: Connection, partnership: Partnership, now: datetime) -> list[dict[str, Any]]:
    """The notices that are new to each subscription."""
    rows = connection.execute(
        select(Subscription, User.agency)
        .join(User, User.id == Subscription.user)
        .where(Subscription.ended_at.is_(None), User.disabled_at.is_(None))
        .order_by(Subscription.made_at, Subscription.id)
    )
    found = []
    for row in list(rows):
        if row.agency not in partnership:
            continue
        try:
            wanted = Wanted.read(row.body)
        except NotWanted:
            continue  # a kind or category that there is no longer
        had, peace = known(connection, row.id), peace_of(connection, row.user)
        due = now if row.when == "live" else next_digest(peace, row.when, now)
        live = row.when == "live"
        new = tidings(connection, row.id, row.user, row.agency, wanted, now, live=live)
        found += [row_of(one, row.id, row.user, "owed", now, due) for one in new if one.id not in had]
    return found


def _due(connection: Connection, partnership: Partnership, now: datetime, done: Done) -> Sequence[Parcel]:
    """What is to go now, by channel; quiet hours and the cap put off, what may not be told any more is dropped."""
    rows = connection.execute(
        select(Notice, Subscription.channel, Subscription.when, Subscription.ended_at.label("unsubscribed"))
        .join(Subscription, Subscription.id == Notice.subscription)
        .where(Notice.state == "owed", Notice.due_at <= now)
        .order_by(Notice.owed_at, Notice.id)
    )
    by_way: dict[tuple[str, str, bool], list[Any]] = defaultdict(list)
    for row in rows:
        by_way[row.user, row.channel, row.when != "live" or row.over_cap].append(row)
    parcels: list[Parcel] = []
    for (user_id, channel_id, digest), notices in by_way.items():
        user = connection.execute(select(User).where(User.id == user_id)).one()
        channel = connection.execute(select(Channel).where(Channel.id == channel_id)).one()
        if not _may(user, partnership) or channel.ended_at is not None:
            done.dropped += _set(connection, notices, state="dropped")
            continue
        gone = [one for one in notices if one.unsubscribed is not None]
        done.dropped += _set(connection, gone, state="dropped")
        rest = [one for one in notices if one.unsubscribed is None]
        parcel = Parcel(user=user, channel=channel, peace=peace_of(connection, user_id), notices=rest, digest=digest)
        going = sum(one.user.id == user_id for one in parcels)
        if rest and not _put_off(connection, parcel, going, now, done):
            parcels.append(parcel)
    return parcels


def _may(user: Row[Any], partnership: Partnership) -> bool:
    return user.disabled_at is None and user.agency in partnership and load_roles().allow(user.roles, READS)


def _put_off(connection: Connection, parcel: Parcel, going: int, now: datetime, done: Done) -> bool:
    """Whether it must wait: till the quiet hours are over, or, of what is live and over the cap, till the digest."""
    if (until := quiet_until(parcel.peace, now)) is not None:
        done.waiting += _set(connection, parcel.notices, due_at=until)
        return True
    had = going + _sent_since(connection, parcel.user.id, now - timedelta(hours=1))
    if parcel.digest or had < parcel.peace.an_hour:
        return False
    later = next_digest(parcel.peace, "daily", now)
    done.waiting += _set(connection, parcel.notices, due_at=later, over_cap=True)
    return True


def _sent_since(connection: Connection, user: str, since: datetime) -> int:
    sent = select(func.count(Notice.message.distinct())).where(Notice.user == user, Notice.sent_at > since)
    return connection.scalar(sent) or 0


def _deliver(reach: Reach, parcel: Parcel, now: datetime, done: Done) -> None:
    """Claim, send, and note; what no longer stands when it would go is dropped."""
    with reach.engine.begin() as connection:
        message, gone, kept = _written(connection, reach, parcel)
        done.dropped += _set(connection, gone, state="dropped")
        if message is None:
            return
        _set(connection, kept, state="sending", message=message.id, tries=Notice.tries + 1)
    through = reach.send(parcel.channel.kind, parcel.channel.address, message)
    with reach.engine.begin() as connection:
        _note(connection, parcel, kept, now, through=through)
    done.sent += through
    done.away += not through


def _note(connection: Connection, parcel: Parcel, kept: Sequence[Row[Any]], now: datetime, *, through: bool) -> None:
    channel = Channel.id == parcel.channel.id
    if through:
        _set(connection, kept, state="sent", sent_at=now)
        connection.execute(update(Channel).where(channel).values(away_since=None))
        return
    old = [one for one in kept if now - one.owed_at > notice_rules().given_up]
    _set(connection, old, state="failed")
    tries = max(one.tries for one in kept) + 1
    _set(connection, [one for one in kept if one not in old], state="owed", due_at=now + again_after(tries))
    connection.execute(update(Channel).where(channel, Channel.away_since.is_(None)).values(away_since=now))


def _written(
    connection: Connection, reach: Reach, parcel: Parcel
) -> tuple[Message | None, list[Row[Any]], list[Row[Any]]]:
    """The message, and the notices that no longer stand, and those that do."""
    agency = parcel.user.agency
    copies = {f"alert:{copy['id']}": copy for copy in copies_of(connection, agency)}
    told: list[Told] = []
    gone, kept, seen = [], [], set[str]()
    for notice in parcel.notices:
        copy, news = copies.get(notice.about), _news(connection, agency, notice.about)
        if copy is None and not news:
            gone.append(notice)
            continue
        kept.append(notice)
        if notice.about not in seen:  # several subscriptions may want the same: it is said once
            seen.add(notice.about)
            told.append(Told(copy=copy, news=news, over_cap=notice.over_cap, again=notice.again))
    if not told:
        return None, gone, kept
    id = identity("message", parcel.channel.id, *sorted(notice.id for notice in kept))
    cap = parcel.peace.an_hour
    return message_of(id, told, digest=parcel.digest, agency=agency, page=reach.page, cap=cap), gone, kept


def _news(connection: Connection, agency: str, about: str) -> str:
    """What became of a report of the agency's own, if that still holds: its state, and no word of anyone's."""
    kind, _, id = about.partition(":")
    if kind != "receipt":
        return ""
    held = select(Receipt.report, Receipt.status).where(
        Receipt.id == id, Receipt.agency == agency, Receipt.withdrawn.is_(False)
    )
    row = connection.execute(held).first()
    return "" if row is None else f"{row.report}: {row.status}"


def _set(connection: Connection, notices: Sequence[Row[Any]], **values: Any) -> int:
    ids = [one.id for one in notices]
    for start in range(0, len(ids), 500):
        connection.execute(update(Notice).where(Notice.id.in_(ids[start : start + 500])).values(**values))
    return len(ids)


__all__ = ["Done", "Reach", "recover", "round_of"]
