"""Passwords: whether one will do, and what is kept of it."""

import unicodedata
from collections.abc import Iterable
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from zxcvbn import zxcvbn

from consumers.accounts.rules import PageRules

# Each takes 64 MiB and four threads for a tenth of a second: more at once would let a flood of tries take the machine.
AT_ONCE = 2
ASKED_OF_ZXCVBN = 72  # characters; its time grows with the square, and no longer password is weak by what it knows


class TooWeak(Exception):
    """The password will not do; the message says why."""


class Passwords:
    """Keeps and checks passwords with argon2id, as RFC 9106 advises where memory is short."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._turns = BoundedSemaphore(AT_ONCE)

    def kept(self, password: str) -> str:
        """What the store keeps of it."""
        with self._turns:
            return self._hasher.hash(_normal(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that was kept; where none was, as much work is done for nothing."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._of_nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was kept with other parameters than now."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _of_nobody(self) -> str:
        return self._hasher.hash("no one signs in with this")


def will_do(password: str, rules: PageRules, known: Iterable[str] = ()) -> None:
    """Raise ``TooWeak`` where it is too short, too long or easily guessed; ``known``: words anyone would try."""
    normal = _normal(password)
    if len(normal) < rules.shortest_password:
        raise TooWeak(f"It must have at least {rules.shortest_password} characters: three unrelated words will do.")
    if len(normal) > rules.longest_password:
        raise TooWeak(f"It may have at most {rules.longest_password} characters.")
    found = zxcvbn(normal[:ASKED_OF_ZXCVBN], user_inputs=["tocsin", *known])
    if found["score"] < rules.strength:
        said = found["feedback"]["warning"] or "It is easily guessed."
        raise TooWeak(f"{said} Three unrelated words will do.")


def _normal(password: str) -> str:
    """One form for what different keyboards send for the same signs."""
    return unicodedata.normalize("NFKC", password)
