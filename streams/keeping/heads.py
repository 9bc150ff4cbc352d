"""The ends of all chains, signed: what agencies keep of them is what the log can be held against.

A message holds no chain's name or length, only one salted digest of all, and comes once an hour whether or not anything
happened: how much another agency reported, or whether, cannot be read off it. The store keeps the salt and the ends.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, func, select

from schemas.envelope import headers_for
from schemas.tables import AuditHead, AuditSigned
from schemas.topics import RECEIPTS
from streams.stage import Message
from streams.store import add_new

EVERY = timedelta(hours=1)
WORD = "audit-head"


class Signer:
    """Signs with the partnership's key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw().hex()

    def sign(self, *said: object) -> str:
        """The signature (hex) over what is said."""
        return self._key.sign(_said(*said)).hex()


def signed(public: str, signature: str, *said: object) -> bool:
    """Whether the holder of the key signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), _said(*said))
    except (InvalidSignature, ValueError):
        return False
    return True


def _said(*said: object) -> bytes:
    return json.dumps([str(one) for one in said]).encode()


def signer_in(file: Path) -> Signer:
    """The signer whose key lies in ``file``; made there at first use, the owner's alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().strip())))


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether an hour has passed since the ends were last signed."""
    last = last_signed(connection)
    return last is None or last <= now - EVERY


def last_signed(connection: Connection) -> datetime | None:
    """When the ends were last signed."""
    return connection.execute(select(func.max(AuditSigned.at))).scalar_one_or_none()


def sign_heads(connection: Connection, signer: Signer, agencies: Iterable[str], now: datetime) -> list[Message]:
    """Sign the ends of all chains as they are now; the message that tells every agency."""
    heads = {row.chain: [row.n, row.hash] for row in connection.execute(select(AuditHead.__table__))}
    salt = secrets.token_hex(32)
    root = root_of(salt, heads)
    at = now.isoformat()
    signature = signer.sign(WORD, root, at)
    add_new(connection, AuditSigned, [{"root": root, "at": now, "salt": salt, "heads": heads, "signature": signature}])
    body = {"root": root, "at": at, "public_key": signer.public, "signature": signature}
    value = json.dumps(body, separators=(",", ":")).encode()
    return [
        Message(topic=RECEIPTS.topic(agency), key=None, value=value, headers=headers_for(WORD, id=root, at=now))
        for agency in sorted(agencies)
    ]


def root_of(salt: str, heads: Mapping[str, Any]) -> str:
    """One digest (hex) of all ends; without the salt it tells nothing."""
    return sha256(json.dumps([salt, heads], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
