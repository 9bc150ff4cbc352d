"""A backup's bytes, sealed by a key made from the store's: cut short, changed or out of order, it does not open."""

import hmac
import os
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from streams.keeping.keyring import NONCE_BYTES

MAGIC = b"tocsin backup 1\n"
_SALT_BYTES = 16
_FRAME = 1 << 20
_TAG_BYTES = 16


class NotABackup(Exception):
    """It is no backup, or one of another store's key, or not whole."""


def seal(source: BinaryIO, target: BinaryIO, key: bytes) -> None:
    """Write what ``source`` holds to ``target``, sealed a frame at a time."""
    salt = os.urandom(_SALT_BYTES)
    target.write(MAGIC + salt)
    cipher = AESGCM(_own(key, salt))
    frame, number = source.read(_FRAME), 0
    while True:
        following = source.read(_FRAME)
        target.write(cipher.encrypt(_nonce(number), frame, b"more" if following else b"last"))
        if not following:
            return
        frame, number = following, number + 1


def opened(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """What a backup holds, a frame at a time; raises ``NotABackup`` before the first frame that is not whole."""
    if source.read(len(MAGIC)) != MAGIC:
        raise NotABackup("it is no backup of Tocsin's")
    cipher = AESGCM(_own(key, source.read(_SALT_BYTES)))
    frame, number = source.read(_FRAME + _TAG_BYTES), 0
    while True:
        following = source.read(_FRAME + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number), frame, b"more" if following else b"last")
        except InvalidTag:
            raise NotABackup("it is of another store's key, or was changed or cut short") from None
        if not following:
            return
        frame, number = following, number + 1


def _own(key: bytes, salt: bytes) -> bytes:
    return hmac.new(key, salt, sha256).digest()


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")
