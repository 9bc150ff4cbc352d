"""The store key: it wraps each body's own key, and names what was erased without saying it.

A SQLite file has its key in a file beside it, so that the store is whole by itself; ``TOCSIN_STORE_KEY_FILE`` puts it
elsewhere, as it should be where the database is not this machine's alone. A PostgreSQL with no key file named keeps the
key in a table: erasing works the same, but whoever has the database has the key.
"""

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, select

from schemas.tables import StoreKey
from streams.statements import Statement
from streams.store import add_new

KEY_BYTES = 32
NONCE_BYTES = 12
# A key that seals one body and no other needs no nonce of its own.
_ONLY_ONCE = bytes(NONCE_BYTES)
_NAME = "store"


class WrongKey(Exception):
    """The store's key is missing or another's: nothing that was sent can be read."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body under a key of its own, and that key under the store's."""

    key: bytes
    body: bytes


class Keyring:
    """What one store key can do."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise WrongKey(f"a store key has {KEY_BYTES} bytes, this one {len(key)}")
        self.key = key
        self._wrap = AESGCM(_derived(key, "wrap"))
        self._mac = _derived(key, "erased")
        self.archive = _derived(key, "backup")
        self.check = _derived(key, "check").hex()

    def seal(self, uid: str, body: bytes) -> Sealed:
        """The body under a new key, and the key wrapped; ``uid`` is bound to both."""
        own, nonce, name = secrets.token_bytes(KEY_BYTES), os.urandom(NONCE_BYTES), uid.encode()
        return Sealed(
            key=nonce + self._wrap.encrypt(nonce, own, name), body=AESGCM(own).encrypt(_ONLY_ONCE, body, name)
        )

    def unseal(self, uid: str, sealed: Sealed) -> bytes:
        """The body as it was sent; raises ``WrongKey`` where it was sealed by another store's key or changed since."""
        name = uid.encode()
        try:
            own = self._wrap.decrypt(sealed.key[:NONCE_BYTES], sealed.key[NONCE_BYTES:], name)
            return AESGCM(own).decrypt(_ONLY_ONCE, sealed.body, name)
        except InvalidTag:
            raise WrongKey(f"body {uid} is not under this store's key, or was changed") from None

    def mark(self, *parts: str | int) -> str:
        """What stands for ``parts`` in the list of the erased: nobody without the key can tell what it stands for."""
        return hmac(self._mac, "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _derived(key: bytes, purpose: str) -> bytes:
    # the store key is random and whole, so one keyed hash a purpose is enough
    return hmac(key, f"tocsin {purpose} 1".encode(), sha256).digest()


_KEYRINGS: "WeakKeyDictionary[Engine, Keyring]" = WeakKeyDictionary()
_FILES: "WeakKeyDictionary[Engine, Path]" = WeakKeyDictionary()


def keep_key_in(engine: Engine, file: Path) -> None:
    """Say that the store's key is in ``file``; it is made there at first use."""
    _FILES[engine] = file


def keyring_of(connection: Connection) -> Keyring:
    """The keyring of a store that has one; raises ``WrongKey``."""
    ring = _KEYRINGS.get(connection.engine)
    return ring if ring is not None else _as_written_down(connection, _kept(connection))


def write_down_key(connection: Connection) -> Keyring:
    """The keyring, and on record which key it is, so that another is refused; for transactions that write."""
    kept = _kept(connection)
    if kept is None:
        file = key_file(connection.engine)
        ring = _KEYRINGS.get(connection.engine)  # of a transaction that was rolled back
        ring = ring or Keyring(_from_file(file) if file else secrets.token_bytes(KEY_BYTES))
        value = None if file else b64encode(ring.key).decode()
        add_new(connection, StoreKey, [{"name": _NAME, "value": value, "check": ring.check}])
        _KEYRINGS[connection.engine] = ring
        kept = _kept(connection)  # another's, if it was faster
    return _as_written_down(connection, kept)


def _kept(connection: Connection) -> Any:
    return _KEPT_KEY(connection).one_or_none()


_KEPT_KEY = Statement(lambda _: select(StoreKey.value, StoreKey.check).where(StoreKey.name == _NAME))


def _as_written_down(connection: Connection, kept: Any) -> Keyring:
    if kept is None:
        raise WrongKey("the store has no key yet")
    ring = _KEYRINGS.get(connection.engine)
    if ring is None or not compare_digest(ring.check, kept.check):
        ring = _KEYRINGS[connection.engine] = _read(connection.engine, kept)
    return ring


def _read(engine: Engine, kept: Any) -> Keyring:
    file = key_file(engine)
    if kept.value is None and (file is None or not file.exists()):
        raise WrongKey(f"the store's key is not in {file}: without it nothing that was sent can be read")
    ring = Keyring(b64decode(kept.value) if kept.value else _from_file(file or Path()))
    if not compare_digest(kept.check, ring.check):
        raise WrongKey(f"the key in {file} is not the one this store was written with")
    return ring


def key_file(engine: Engine) -> Path | None:
    """The file that holds the store's key; None where it is in the database, or in memory alone."""
    if engine in _FILES:
        return _FILES[engine]
    name = engine.url.database
    if engine.dialect.name != "sqlite" or name in (None, "", ":memory:"):
        return None
    return Path(f"{name}.key")


def keyring_in(file: Path) -> Keyring:
    """The keyring of the key in a file that is there; raises ``WrongKey``."""
    return Keyring(_from_file(file))


def _from_file(file: Path) -> bytes:
    """The key in ``file``; a new one where there is none, the owner's alone, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(part, file)  # of two processes that start at once, one makes it and both read it
        except FileExistsError:
            pass
        finally:
            part.unlink()
    try:
        return b64decode(file.read_bytes().strip(), validate=True)
    except ValueError:
        raise WrongKey(f"{file} holds no store key") from None
