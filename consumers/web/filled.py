"""What somebody filled in, as the words it is to be; or what is wrong with it, by field."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from consumers.web.forms import Form, one
from consumers.words import printable
from schemas.sentences import reasons_of
from schemas.values import Word

W = TypeVar("W", bound=Word)
Errors = Mapping[str, str]
# As a form says it; the rest as a sender would be told.
_PLAIN = {"missing": "Fill this in.", "string_too_short": "Fill this in.", "literal_error": "Choose one."}


def said(form: Form, *names: str) -> dict[str, Any]:
    """The fields that were filled in, without the room around them; those left empty are not among them."""
    typed = {name: _clean(one(form, name)) for name in names}
    return {name: value for name, value in typed.items() if value}


def several(form: Form, name: str) -> list[str]:
    """All that was ticked under one name."""
    return [_clean(value) for value in form.get(name, ()) if value.strip()]


def prefixed(form: Form, prefix: str) -> dict[str, str]:
    """The fields whose names begin so, by what follows."""
    found = {name.removeprefix(prefix): _clean(one(form, name)) for name in form if name.startswith(prefix)}
    return {name: value for name, value in found.items() if value}


def number(values: dict[str, Any], *names: str) -> None:
    """Have these be numbers, where they are written as such."""
    for name in names:
        if str(values.get(name, "")).isascii() and str(values.get(name, "")).isdecimal():
            values[name] = int(values[name])


def read(word: type[W], values: Mapping[str, Any]) -> tuple[W | None, Errors]:
    """The words, or a sentence for each field that is wrong."""
    try:
        return word.model_validate(dict(values)), {}
    except ValidationError as error:
        return None, _errors(error, word)


def _errors(error: ValidationError, word: type[Word]) -> dict[str, str]:
    found: dict[str, str] = {}
    details = error.errors(include_url=False, include_input=False)
    for detail, sentence in zip(details, reasons_of(error, word), strict=False):
        field = str(detail["loc"][0]) if detail["loc"] else str(detail["type"])
        plain = _PLAIN.get(detail["type"]) or sentence.removeprefix(f"{field} ")
        found.setdefault(field, plain[:1].upper() + plain[1:].rstrip(".") + ".")
    return found


def _clean(text: str) -> str:
    """Text without the line ends that browsers send, and with nothing in it that hides."""
    return "\n".join(printable(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def options(values: Mapping[str, str], empty: str | None = None) -> Sequence[tuple[str, str]]:
    """The choices of a list; with one that is none, if it is to have a text."""
    return [*([("", empty)] if empty is not None else []), *values.items()]
