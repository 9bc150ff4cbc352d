"""The page as the settings say; where they would leave it open to anyone, it does not start."""

from dataclasses import replace
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from consumers.accounts.openid import OpenId, load_openid
from consumers.accounts.provider import Provider
from consumers.accounts.users import anyone_can_sign_in
from consumers.notices.ways import Ways
from consumers.web import LOOPBACK, House, closing, create_app
from deploy.byhand import lane_of
from deploy.notices import NotSet, ways_of
from deploy.recording import keep
from deploy.seeing.parts import page_seen
from deploy.stages import stages_of
from deploy.store import ready_store
from schemas.agencies import Partnership
from schemas.settings import Settings
from streams.measures import Beat
from streams.sharing.known import Known
from streams.store import reading

ON_LOOPBACK = LOOPBACK | {"::1"}


class NotSafe(Exception):
    """The settings would leave the page open; the message says to what."""


class PageServer(uvicorn.Server):
    """A server that has the page end what would go on for ever before it waits for what is still answered."""

    def __init__(self, config: uvicorn.Config, page: FastAPI) -> None:
        super().__init__(config)
        self._page = page

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop, once what was asked is answered."""
        closing(self._page)
        await super().shutdown(sockets)


def serve(settings: Settings, engine: Engine, partnership: Partnership, *, listening: socket | None = None) -> None:
    """Serve the page until it is stopped; ``listening``: a socket that other processes of the page take from, too."""
    page = create_app(house_of(settings, engine, partnership))
    beat = Beat()

    async def turned() -> None:
        beat.strike()

    config = uvicorn.Config(
        page,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        lifespan="on",  # what fails as it starts ends it
        proxy_headers=False,  # by default it believes whoever is on this machine; our own guard reads them
        server_header=False,
        ws="none",
        callback_notify=turned,
        timeout_notify=1,
        **_certificate(settings),
    )
    with page_seen(settings, engine, beat):
        PageServer(config, page).run(sockets=None if listening is None else [listening])


def someone_can_come(settings: Settings, partnership: Partnership) -> bool:
    """Whether the page has anyone to let in; raises ``NotSafe`` where it would not start."""
    engine = ready_store(settings)
    try:
        house = house_of(settings, engine, partnership)
        with reading(engine) as connection:
            return house.provider is not None or anyone_can_sign_in(connection)
    finally:
        engine.dispose()


def house_of(settings: Settings, engine: Engine, partnership: Partnership) -> House:
    """What the page stands on; raises ``NotSafe``."""
    proxies = frozenset(part.strip() for part in settings.web_proxies.split(",") if part.strip())
    tls = bool(_certificate(settings)) or bool(proxies)
    openid = _openid(settings, partnership)
    _check(settings, engine, tls=tls, proxied=bool(proxies), openid=openid)
    url = settings.web_url or f"http{'s' if tls else ''}://{settings.web_host}:{settings.web_port}"
    house = House(
        engine=engine,
        partnership=partnership,
        keep=keep,
        stages=stages_of(partnership),
        tiles=settings.tiles,
        knowing=Known(partnership=partnership),
        hosts=_hosts(settings, proxied=bool(proxies)),
        url=url.rstrip("/"),
        tls=tls,
        proxies=proxies,
        local=openid is None or openid.passwords,
        reach=_ways(settings),
        lane=lane_of(settings),
        processes=settings.web_workers,
    )
    return house if openid is None else replace(house, provider=Provider(openid, house.now))


def _check(settings: Settings, engine: Engine, *, tls: bool, proxied: bool, openid: OpenId | None) -> None:
    beyond = settings.web_host not in ON_LOOPBACK
    if beyond and not tls:
        raise NotSafe(
            f"the page would listen on {settings.web_host} without TLS: set TOCSIN_WEB_TLS_CERT and "
            "TOCSIN_WEB_TLS_KEY, or TOCSIN_WEB_PROXIES where a proxy ends it"
        )
    if (beyond or proxied) and settings.web_url is None:
        raise NotSafe("beyond loopback the page must know where browsers reach it: set TOCSIN_WEB_URL")
    if settings.web_url is not None and urlsplit(settings.web_url).scheme != ("https" if tls else "http"):
        raise NotSafe("TOCSIN_WEB_URL must begin with https:// where there is TLS, with http:// where there is none")
    if beyond and openid is None:
        with reading(engine) as connection:
            anyone = anyone_can_sign_in(connection)
        if not anyone:
            raise NotSafe("nobody can sign in: add the first person with `tocsin users add` before the page listens")


def _ways(settings: Settings) -> Ways:
    try:
        return ways_of(settings)
    except NotSet as why:
        raise NotSafe(str(why)) from None


def _hosts(settings: Settings, *, proxied: bool) -> frozenset[str]:
    named = urlsplit(settings.web_url).hostname if settings.web_url else None
    ours = {f"[{named}]" if ":" in named else named} if named else set()
    return frozenset(ours if proxied or settings.web_host not in ON_LOOPBACK else ours | LOOPBACK)


def _certificate(settings: Settings) -> dict[str, Any]:
    cert, key = settings.web_tls_cert, settings.web_tls_key
    if (cert is None) != (key is None):
        raise NotSafe("TOCSIN_WEB_TLS_CERT and TOCSIN_WEB_TLS_KEY go together")
    return {"ssl_certfile": cert, "ssl_keyfile": key} if cert else {}


def _openid(settings: Settings, partnership: Partnership) -> OpenId | None:
    if settings.openid is None:
        return None
    try:
        return load_openid(settings.openid, partnership)
    except (OSError, ValueError) as wrong:
        raise NotSafe(f"{settings.openid}: {wrong}") from None
