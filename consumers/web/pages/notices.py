"""Notices: what somebody wants to hear of, by which way and when; their own list; and the feeds under their secret."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.responses import Response as Feed
from sqlalchemy import Connection

from consumers.notices.feeds import Reader, atom, calendar, end_addresses, has_address, new_address, reader_of
from consumers.notices.wanted import KINDS, NotWanted, Wanted
from consumers.notices.watching import unwatch, watch, watched_by
from consumers.notices.ways import NotAllowedThere
from consumers.notices.wishes import NotDone, Peace, Wishes, channels_of, peace_of, subscriptions_of
from consumers.web.forms import Form, one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import visit_of
from schemas.kinds import CATEGORIES

HERE = "/notices"
MAY = "be-told"
OURS = "/agencies/"  # where a form of ours may lead back to
Change = Callable[[Wishes, Form], None]


class Notices:
    """Everyone's own; nobody sees another's."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.notices, may=MAY)
        for path, change in CHANGES.items():
            ways.post(f"{HERE}/{path}", self._changing(change), may=MAY)
        ways.post(f"{HERE}/watch", self.watch, may=MAY)
        ways.post(f"{HERE}/feeds", self.open_feeds, may=MAY)
        ways.post(f"{HERE}/feeds/end", self.end_feeds, may=MAY)
        ways.get("/feeds/{secret}/alerts.atom", self.atom, may="come-in")
        ways.get("/feeds/{secret}/reviews.ics", self.calendar, may="come-in")

    def notices(self, request: Request, alert: str = "") -> Response:
        """All of it; ``alert``: one that a subscription is to be begun for."""
        return self._list(request, alert=alert[:36])

    def watch(self, request: Request) -> Response:
        """Put something on one's list, or take it off, and go back."""
        visit = visit_of(request)
        area = one(visit.form, "area").strip().casefold()
        what = f"area:{area}" if area else one(visit.form, "what")
        if not what.isprintable():
            return self._list(request, status=400, says="That cannot be put on your list.")
        with self._house.engine.begin() as connection:
            if one(visit.form, "off") == "yes":
                unwatch(connection, visit.who.user, what)
            elif not watch(connection, visit.who.user, what, self._house.now()):
                return self._list(request, status=400, says="That cannot be put on your list.")
        onward = one(visit.form, "back")
        ours = onward.startswith(OURS) and onward.isascii() and onward.isprintable() and "\\" not in onward
        return RedirectResponse(onward if ours and "//" not in onward else HERE, status_code=303)

    def open_feeds(self, request: Request) -> Response:
        """A new secret address, shown this once; the one before answers no more."""
        with self._house.engine.begin() as connection:
            secret = new_address(connection, self._house.keep, visit_of(request).who.user, self._house.now())
        return self._list(request, secret=secret)

    def end_feeds(self, request: Request) -> Response:
        """Have the feeds answer nobody."""
        with self._house.engine.begin() as connection:
            end_addresses(connection, self._house.keep, visit_of(request).who.user, self._house.now())
        return RedirectResponse(HERE, status_code=303)

    def atom(self, secret: str) -> Response:
        """The newest alerts."""
        return self._feed(secret, atom, "application/atom+xml; charset=utf-8")

    def calendar(self, secret: str) -> Response:
        """The review dates."""
        return self._feed(secret, calendar, "text/calendar; charset=utf-8")

    def _feed(self, secret: str, made: Callable[[Connection, Reader, str], bytes], media: str) -> Response:
        with reading(self._house.engine) as connection:
            reader = reader_of(connection, secret, self._house.partnership)
            if reader is None:
                raise HTTPException(404)
            return Feed(made(connection, reader, self._house.url), media_type=media)

    def _changing(self, change: Change) -> Callable[..., Response]:
        """An answer that makes one change to one's own wishes."""

        def answer(request: Request) -> Response:
            visit, house = visit_of(request), self._house
            try:
                with house.engine.begin() as connection:
                    wishes = Wishes(
                        connection=connection, keep=house.keep, at=house.now(), user=visit.who.user, ways=house.reach
                    )
                    change(wishes, visit.form)
            except (NotDone, NotWanted, NotAllowedThere) as why:
                return self._list(request, status=400, says=str(why))
            return RedirectResponse(HERE, status_code=303)

        return answer

    def _list(
        self, request: Request, *, status: int = 200, says: str = "", secret: str = "", alert: str = ""
    ) -> Response:
        user = visit_of(request).who.user
        with reading(self._house.engine) as connection:
            channels = channels_of(connection, user)
            values: dict[str, Any] = {
                "subscriptions": [
                    (row.id, row.name, row.when, _said(row.body)) for row in subscriptions_of(connection, user)
                ],
                "peace": peace_of(connection, user),
                "watched": sorted(watched_by(connection, user)),
                "feeds_open": has_address(connection, user),
            }
        return self._pages.page(
            request,
            "notices.html",
            status=status,
            says=says,
            channels=[(row.id, row.kind, _shortened(row.kind, row.address), row.away_since) for row in channels],
            channel_choices=[(row.id, f"{row.kind}: {_shortened(row.kind, row.address)}") for row in channels],
            kinds_of_channel=[(kind, WAYS[kind]) for kind in self._house.reach.kinds],
            kinds=[(kind, kind.replace("-", " ")) for kind in KINDS],
            categories=list(CATEGORIES.items()),
            agencies=[(name, member.title) for name, member in self._house.partnership.items()],
            alert=alert,
            feed=f"{self._house.url}/feeds/{secret}" if secret else "",
            **values,
        )


WAYS = {
    "email": "E-mail",
    "teams": "Microsoft Teams (a workflow's address)",
    "slack": "Slack (an incoming webhook)",
    "webhook": "Webhook (JSON)",
    "ntfy": "ntfy (a topic's address)",
}


def _add_channel(wishes: Wishes, form: Form) -> None:
    wishes.add_channel(one(form, "kind"), one(form, "address").strip())


def _end_channel(wishes: Wishes, form: Form) -> None:
    wishes.end_channel(one(form, "channel"))


def _subscribe(wishes: Wishes, form: Form) -> None:
    body: dict[str, Any] = {
        "kinds": list(form.get("kinds", ())),
        "categories": list(form.get("categories", ())),
        "agencies": list(form.get("agencies", ())),
        "areas": [area.strip() for area in one(form, "areas").split(",") if area.strip()],
        "min_severity": one(form, "severity") or "low",
    }
    body |= {name: True for name in ("watch", "mine", "changes") if name in form.get("more", ())}
    if alert := one(form, "alert").strip():
        body["alert"] = alert[:36]
    wishes.subscribe(one(form, "name"), one(form, "when"), one(form, "channel"), body)


def _unsubscribe(wishes: Wishes, form: Form) -> None:
    wishes.unsubscribe(one(form, "subscription"))


def _set_peace(wishes: Wishes, form: Form) -> None:
    an_hour = one(form, "an_hour")
    if not an_hour.isascii() or not an_hour.isdigit() or len(an_hour) > 3:
        raise NotDone("Write how many messages an hour as a number.")
    starts, ends = one(form, "starts").strip() or None, one(form, "ends").strip() or None
    wishes.set_peace(Peace(starts=starts, ends=ends, an_hour=int(an_hour), digest_at=one(form, "digest_at").strip()))


CHANGES: Mapping[str, Change] = {
    "channels": _add_channel,
    "channels/end": _end_channel,
    "subscriptions": _subscribe,
    "subscriptions/end": _unsubscribe,
    "quiet": _set_peace,
}


def _shortened(kind: str, address: str) -> str:
    """An address as it may stand on a screen: a webhook's end is a secret."""
    return address if kind == "email" else f"{address.partition('://')[2].partition('/')[0]}/…{address[-4:]}"


def _said(body: Mapping[str, Any]) -> str:
    """What a subscription is for, in words."""
    wanted = Wanted.read(body)
    parts = [", ".join(kind.replace("-", " ") for kind in wanted.kinds) or "alerts of any kind"]
    parts += [f"of {', '.join(CATEGORIES[name].lower() for name in wanted.categories)}"] if wanted.categories else []
    parts += [f"in {', '.join(wanted.areas)}"] if wanted.areas else []
    parts += [f"told by {', '.join(wanted.agencies)}"] if wanted.agencies else []
    parts += [f"{wanted.min_severity} or graver"] if wanted.min_severity != "low" else []
    parts += ["on your list"] if wanted.watch else []
    parts += ["resting on your own reports, and news on those"] if wanted.mine else []
    parts += ["one alert"] if wanted.alert else []
    return "; ".join([*parts, *(["each change"] if wanted.changes else [])])
