"""What is wrong with a message, as sentences that name its fields and never a value of a person's."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from schemas.report import Report
from schemas.values import Word

MOST_REASONS = 20  # a reader mends the first few; a sender may not make us write a book
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)

Context = Mapping[str, Any]

_SENTENCES: Mapping[str, Callable[[Context], str]] = {
    "missing": lambda _: "is missing",
    "string_type": lambda _: "must be text, in quotes",
    "string_too_short": lambda _: "is empty",
    "string_too_long": lambda ctx: f"is longer than {ctx['max_length']:,} characters",
    "string_unicode": lambda _: "holds half a surrogate pair, which is no character",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "is too large a number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "bool_type": lambda _: "must be true or false",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']}",
    "literal_error": lambda ctx: "must be " + str(ctx["expected"]).replace("'", '"'),
    "too_long": lambda ctx: f"has more than {ctx['max_length']} entries",
    "tuple_type": lambda _: "must be a list",
    "list_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be an object",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "nul": lambda _: "holds U+0000",
}
# Their messages are whole sentences, about more than one field.
_WHOLE = frozenset({"order", "reason", "outcome", "task", "title", "lent", "holder", "until", "reference"})
_PATTERNS = {"agency": "is not an agency's name ([a-z][a-z0-9-]{1,30})", "id": "holds a control character"}


def reasons_of(error: ValidationError, word: type[Word] = Report) -> list[str]:
    """A sentence for each thing wrong with what was to be a ``word``; at most twenty, then how many more."""
    details = error.errors(include_url=False, include_input=False)
    reasons = [sentence for detail in details[:MOST_REASONS] for sentence in _sentences(detail, word)]
    if len(details) > MOST_REASONS:
        reasons.append(f"and {len(details) - MOST_REASONS} more")
    return reasons


def only_unknown_fields(error: ValidationError) -> bool:
    """Whether nothing is wrong but fields that are not known."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return all(detail["type"] == "extra_forbidden" for detail in details)


def _sentences(detail: ErrorDetails, word: type[Word]) -> Iterator[str]:
    kind, where, context = detail["type"], path_of(detail["loc"]), detail.get("ctx", {})
    if kind == "times":
        yield from context["sentences"]
    elif kind in _WHOLE:
        yield detail["msg"]
    elif kind == "extra_forbidden":
        known = nearest(str(detail["loc"][-1]), fields_at(word, detail["loc"][:-1]))
        yield f"{where} is not a known field; the nearest is {known}"
    elif kind == "one_of":
        known = nearest(context["given"], context["words"])
        yield f"{where} is not a known {detail['loc'][-1]}; the nearest is {known}"
    elif kind == "string_pattern_mismatch":
        yield f"{where} {_PATTERNS.get(str(detail['loc'][-1]), 'holds U+0000')}"
    elif kind in _SENTENCES:
        yield f"{where} {_SENTENCES[kind](context)}"
    else:
        yield f"{where} {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def path_of(steps: Iterable[int | str]) -> str:
    """A field as a person would write it: ``people[0].address.lat``."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "[key]":
            path += f".{shown(step)}"
    return path.removeprefix(".") or "it"


def shown(field: str) -> str:
    """A field's name, fit to stand in a sentence whatever a sender called it."""
    return field if _PLAIN.fullmatch(field) else json.dumps(field[:40])


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``; CamelCase and hyphens make no difference."""
    choices = {name: _letters(name) for name in known}
    found = process.extractOne(_letters(word[:64]), choices, scorer=fuzz.ratio)
    return str(found[2])


@lru_cache(maxsize=1024)
def _letters(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def fields_at(word: type[Word], steps: Iterable[int | str]) -> list[str]:
    """The fields known to the object that ``steps`` lead to."""
    for step in steps:
        fields = {field.alias or name: field for name, field in word.model_fields.items()}
        if isinstance(step, str) and step in fields:
            word = _word_in(fields[step].annotation) or word
    return [field.alias or name for name, field in word.model_fields.items()]


def _word_in(annotation: Any) -> type[Word] | None:
    if isinstance(annotation, type) and issubclass(annotation, Word):
        return annotation
    return next((found for part in get_args(annotation) if (found := _word_in(part))), None)
