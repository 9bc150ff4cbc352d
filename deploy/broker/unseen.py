"""Passwords on their way to Kafka's programs, so that no list of processes shows one."""

import base64
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.broker.safe import write_secret
from schemas.access import MECHANISM

# The fewest that Kafka takes: more guard a password that could be guessed, and ours are 256 bits of chance.
ITERATIONS = 4096


def salted(user: str, password: str) -> str:
    """A user as Kafka's formatting takes one in: by the salted password, never the password itself."""
    salt = secrets.token_bytes(24)
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    said = (base64.b64encode(part).decode() for part in (salt, derived))
    return '{}=[name={},iterations={},salt="{}",saltedpassword="{}"]'.format(MECHANISM, user, ITERATIONS, *said)


@contextmanager
def unseen(command: Sequence[str], file: Path) -> Iterator[list[str]]:
    """A Java command whose arguments stand in a file of its owner's, while it runs: one can log in by a salted
    password too.
    """
    java, *arguments = command
    write_secret(file, "\n".join(map(_quoted, arguments)) + "\n")
    try:
        yield [java, f"@{file.name}"]
    finally:
        file.unlink(missing_ok=True)


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
