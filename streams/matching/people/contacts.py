"""Telephone numbers, e-mail addresses and identifiers in the one form in which two are the same."""

import re
from functools import lru_cache

from schemas.kinds import vocabulary

_GENERIC = vocabulary("generic")
_NOT_DIGIT = re.compile(r"\D+")
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_PHONES = frozenset(_GENERIC["phones"])
_EMAILS = frozenset(_GENERIC["emails"])
_STARTS = tuple(_NOT_WORD.sub("", start.upper()) for start in _GENERIC["identifier_starts"])
_BETWEEN = re.compile(r"[\s.:-]+")
# The police write the year in two digits or four, and numbers with or without noughts: 95/123456A is 1995/0123456A.
_PNC = re.compile(r"(?:19|20)?([0-9]{2})/0*([0-9]{1,7})([A-Z])")
_PNC_UNDIVIDED = re.compile(r"(?:19|20)([0-9]{2})0*([0-9]{7})([A-Z])")
_CRO = re.compile(r"(SF)?0*([0-9]{1,6})/(?:19|20)?([0-9]{2})([A-Z])")
_CRO_FILE = re.compile(r"SF(?:19|20)?([0-9]{2})/0*([0-9]{1,6})([A-Z])")
_IDENTIFIERS = frozenset(_NOT_WORD.sub("", value.upper()) for value in _GENERIC["identifiers"])


@lru_cache(maxsize=1_024)  # few are met again: two in a hundred identifiers of 9,000 reports
def phone(text: str) -> str | None:
    """A United Kingdom number as dialled from within, a foreign one with its 00; none if it is no one's."""
    digits = _NOT_DIGIT.sub("", text.replace("(0)", "") if text.strip().startswith(("+", "00")) else text)
    if text.strip().startswith("+"):
        digits = "00" + digits
    if digits.startswith("0044"):
        digits = "0" + digits[4:].removeprefix("0")
    elif digits.startswith("44") and len(digits) == 12:
        digits = "0" + digits[2:]
    elif len(digits) == 10 and digits[0] in "1237":
        digits = "0" + digits  # a spreadsheet ate the nought
    if not 9 <= len(digits) <= 17 or digits in _PHONES or len(set(digits[2:])) < 3:
        return None
    return digits


@lru_cache(maxsize=1_024)
def email(text: str) -> str | None:
    """An address in small letters, without what follows a plus; none if it is no one's."""
    said = text.strip().lower().removeprefix("mailto:")
    local, at, domain = said.rpartition("@")
    local = local.partition("+")[0]
    if not (at and local and "." in domain) or " " in said or f"{local}@{domain}" in _EMAILS:
        return None
    return f"{local}@{domain}"


@lru_cache(maxsize=1_024)
def identifier(scheme: str, value: str) -> tuple[str, str] | None:
    """An identifier as its scheme and its letters and digits; none if it is a placeholder."""
    said = _NOT_WORD.sub("", value.upper())
    if len(said) < 3 or said in _IDENTIFIERS or said.startswith(_STARTS) or len(set(said)) == 1:
        return None
    kind = scheme.strip().lower().replace("_", "-").replace(" ", "-")
    return kind, _police(kind, value) or said


def _police(kind: str, value: str) -> str:
    """A number of the Police National Computer or the Criminal Records Office in one form; nothing of another kind."""
    written = _BETWEEN.sub("", value.upper()).removeprefix(kind.upper())
    if kind == "pnc" and (found := _PNC.fullmatch(written) or _PNC_UNDIVIDED.fullmatch(written)):
        return f"{found[1]}/{int(found[2])}{found[3]}"
    if kind == "cro" and (found := _CRO.fullmatch(written)):
        return f"{found[1] or ''}{int(found[2])}/{found[3]}{found[4]}"
    if kind == "cro" and (found := _CRO_FILE.fullmatch(written)):
        return f"SF{found[1]}/{int(found[2])}{found[3]}"
    return ""
