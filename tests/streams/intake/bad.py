"""Kinds of bad input, each with the code it is refused with: what agencies' systems send, and what attackers would."""

import json
from typing import Any

from tests.streams.intake.making import CANARY, grading, person, raw, report

AT = "2024-05-01T20:00:00Z"


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def text(body: dict[str, Any], old: str, new: str) -> bytes:
    """A body's bytes with one piece of text replaced."""
    written = json.dumps(body)
    assert old in written
    return written.replace(old, new, 1).encode("utf-8", "surrogatepass")


GOOD = report()
LATER = {"from": "2024-05-01T23:00:00Z", "to": "2024-05-01T23:00:00Z"}

BYTES: dict[str, tuple[bytes | None, str]] = {
    "no value": (None, "empty"),
    "no bytes": (b"", "empty"),
    "spaces": (b" \r\n\t ", "empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "not-json"),
    "two byte order marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + raw(GOOD), "not-json"),
    "plain words": (b"hello", "not-json"),
    "xml": (b"<report><id>1</id></report>", "not-json"),
    "csv": (b"id,agency\r\n1,police", "not-json"),
    "a number": (b"42", "not-an-object"),
    "null": (b"null", "not-an-object"),
    "true": (b"true", "not-an-object"),
    "a string": (b'"report"', "not-an-object"),
    "a list of reports": (b"[" + raw(GOOD) + b"]", "not-an-object"),
    "a report as a string": (json.dumps(json.dumps(GOOD)).encode(), "not-an-object"),
    "two objects": (raw(GOOD) + b"\n" + raw(GOOD), "not-json"),
    "cut off": (raw(GOOD)[:-20], "not-json"),
    "one brace": (b"{", "not-json"),
    "braces only": (b"{}", "invalid"),
    "single quotes": (str(GOOD).encode(), "not-json"),
    "a comma too many": (text(GOOD, "}", ",}"), "not-json"),
    "a comment": (b"// a report\n" + raw(GOOD), "not-json"),
    "an unquoted key": (b'{id: "P-1"}', "not-json"),
    "a tab in a text": (text(GOOD, "was seen", "was\tseen"), "not-json"),
    "a bad escape": (text(GOOD, "was seen", "was \\q seen"), "not-json"),
    "a leading zero": (text(report(version=1), '"version": 1', '"version": 01'), "not-json"),
    "hexadecimal": (text(report(version=1), '"version": 1', '"version": 0x1'), "not-json"),
    "a plus sign": (text(report(version=1), '"version": 1', '"version": +1'), "not-json"),
    "latin-1": (json.dumps(report(summary="café"), ensure_ascii=False).encode("latin-1"), "not-utf8"),
    "utf-16": (json.dumps(GOOD).encode("utf-16"), "not-utf8"),
    "utf-16 without a mark": (json.dumps(GOOD).encode("utf-16-le"), "not-json"),
    "utf-32": (json.dumps(GOOD).encode("utf-32-le"), "not-json"),
    "an encoded surrogate": (text(GOOD, "was seen", "was \ud800 seen"), "not-utf8"),
    "an overlong slash": (raw(GOOD).replace(b"was seen", b"was \xc0\xaf seen"), "not-utf8"),
    "random bytes": (bytes(range(256)), "not-utf8"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "not-utf8"),
    "a lone surrogate": (text(GOOD, "was seen", "was \\ud800 seen"), "invalid"),
    "a lone low surrogate": (text(GOOD, "was seen", "was \\udc00 seen"), "invalid"),
    "surrogates the wrong way round": (text(GOOD, "was seen", "\\ude00\\ud83d"), "invalid"),
    "a lone surrogate in a key": (text(GOOD, '"summary"', '"\\ud800"'), "invalid"),
    "NaN": (text(report(place={"lat": 1, "lon": 2}), '"lat": 1', '"lat": NaN'), "not-finite"),
    "Infinity": (text(report(place={"lat": 1, "lon": 2}), '"lat": 1', '"lat": Infinity'), "not-finite"),
    "-Infinity": (text(report(place={"lat": 1, "lon": 2}), '"lat": 1', '"lat": -Infinity'), "not-finite"),
    "NaN in an extension": (text(report(extension={"n": 1}), '"n": 1', '"n": NaN'), "not-finite"),
    "a number beyond all": (text(report(place={"lat": 1, "lon": 2}), '"lat": 1', '"lat": 1e999'), "invalid"),
    "the same in an extension": (text(report(extension={"n": 1}), '"n": 1', '"n": -1e999'), "invalid"),
    "five thousand digits": (text(report(version=1), '"version": 1', '"version": ' + "9" * 5000), "invalid"),
    "a key twice": (text(GOOD, '"id": "P-1"', '"id": "P-1", "id": "P-2"'), "duplicate-key"),
    "a key twice, alike": (text(GOOD, '"id": "P-1"', '"id": "P-1", "id": "P-1"'), "duplicate-key"),
    "a key twice, once escaped": (text(GOOD, '"id": "P-1"', '"id": "P-1", "\\u0069d": "P-2"'), "duplicate-key"),
    "a key twice, deep": (text(report(extension={"a": {"b": 1}}), '"b": 1', '"b": 1, "b": 2'), "duplicate-key"),
    "over a mebibyte": (raw(report(extension={"pad": "x" * (1 << 20)})), "too-large"),
    "one byte over": (raw(GOOD) + b" " * ((1 << 20) + 1 - len(raw(GOOD))), "too-large"),
    "one level too deep": (raw(report(extension={"deep": nested(31)})), "too-deep"),
    "a hundred thousand levels": (b"[" * 100_000, "too-deep"),
    "a hundred thousand levels in a report": (
        text(report(extension={"deep": 1}), '"deep": 1', '"deep": ' + "[" * 100_000 + "]" * 100_000),
        "too-deep",
    ),
}

FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": ...}, "invalid"),
    "id null": ({"id": None}, "invalid"),
    "id empty": ({"id": ""}, "invalid"),
    "id a number": ({"id": 17}, "invalid"),
    "id a list": ({"id": ["P-1"]}, "invalid"),
    "id of 129": ({"id": "x" * 129}, "invalid"),
    "id with a line break": ({"id": "P\n1"}, "invalid"),
    "id with U+0000": ({"id": "P\x001"}, "invalid"),
    "id with U+0085": ({"id": "P\u00851"}, "invalid"),
    "id with a delete": ({"id": "P\x7f1"}, "invalid"),
    "no agency": ({"agency": ...}, "invalid"),
    "agency a number": ({"agency": 5}, "invalid"),
    "another agency": ({"agency": "fire"}, "identity-mismatch"),
    "another agency, and more wrong": ({"agency": "fire", "id": ...}, "identity-mismatch"),
    "the agency in capitals": ({"agency": "POLICE"}, "identity-mismatch"),
    "the agency with a space": ({"agency": "police "}, "identity-mismatch"),
    "an agency nobody knows": ({"agency": "nobody"}, "identity-mismatch"),
    "version 0": ({"version": 0}, "invalid"),
    "version -1": ({"version": -1}, "invalid"),
    "version in quotes": ({"version": "1"}, "invalid"),
    "version true": ({"version": True}, "invalid"),
    "version 1.0": ({"version": 1.0}, "invalid"),
    "version 1.5": ({"version": 1.5}, "invalid"),
    "version null": ({"version": None}, "invalid"),
    "version beyond 64 bits": ({"version": 2**63}, "invalid"),
    "an unknown action": ({"action": "delete"}, "invalid"),
    "action in capitals": ({"action": "REPORT"}, "invalid"),
    "no reported_at": ({"reported_at": ...}, "invalid"),
    "reported_at naive": ({"reported_at": "2024-05-01T20:00:00"}, "invalid"),
    "reported_at a day": ({"reported_at": "2024-05-01"}, "invalid"),
    "reported_at seconds": ({"reported_at": 1714593600}, "invalid"),
    "reported_at seconds in quotes": ({"reported_at": "1714593600"}, "invalid"),
    "reported_at British": ({"reported_at": "01/05/2024 20:00"}, "invalid"),
    "reported_at on 30 February": ({"reported_at": "2024-02-30T20:00:00Z"}, "invalid"),
    "reported_at in year 1": ({"reported_at": "0001-01-01T00:00:00Z"}, "invalid"),
    "reported_at in two days": ({"reported_at": "2024-05-03T09:00:01Z"}, "invalid"),
    "no occurred": ({"occurred": ...}, "invalid"),
    "occurred a text": ({"occurred": AT}, "invalid"),
    "occurred a list": ({"occurred": [AT, AT]}, "invalid"),
    "occurred without to": ({"occurred": {"from": AT}}, "invalid"),
    "occurred without from": ({"occurred": {"to": AT}}, "invalid"),
    "occurred.to null": ({"occurred": {"from": AT, "to": None}}, "invalid"),
    "occurred backwards": ({"occurred": {"from": AT, "to": "2024-05-01T19:00:00Z"}}, "invalid"),
    "occurred after it was reported": ({"occurred": LATER}, "invalid"),
    "occurred for ever": ({"occurred": {"from": AT, "to": "9999-12-31T23:59:59Z"}}, "invalid"),
    "no category": ({"category": ...}, "invalid"),
    "an unknown category": ({"category": "antisocial behaviour"}, "invalid"),
    "category in capitals": ({"category": "BURGLARY"}, "invalid"),
    "category empty": ({"category": ""}, "invalid"),
    "two categories": ({"category": ["drugs", "burglary"]}, "invalid"),
    "an unknown asb_type": ({"asb_type": "Personal"}, "invalid"),
    "detail a number": ({"detail": 3}, "invalid"),
    "summary a list": ({"summary": ["a", "b"]}, "invalid"),
    "summary of 20,001": ({"summary": "x" * 20_001}, "invalid"),
    "summary with U+0000": ({"summary": "a\x00b"}, "invalid"),
    "grading a text": ({"grading": "1A P"}, "invalid"),
    "grading empty": ({"grading": {}}, "invalid"),
    "grading a number": ({"grading": grading(source=1)}, "invalid"),
    "grading 5x5x5": ({"grading": grading(source="E")}, "invalid"),
    "conditions under P": ({"grading": grading(conditions="ask first")}, "invalid"),
    "a code under P": ({"grading": grading(sanitisation="S1")}, "invalid"),
    "C without codes": ({"grading": grading(handling="C")}, "invalid"),
    "C with one code": ({"grading": grading(handling="C", action="A1")}, "invalid"),
    "classification in small letters": ({"classification": "official"}, "invalid"),
    "classification of the old scheme": ({"classification": "RESTRICTED"}, "invalid"),
    "restricted_to a text": ({"restricted_to": "council"}, "invalid"),
    "restricted_to an object": ({"restricted_to": {"council": True}}, "invalid"),
    "restricted_to numbers": ({"restricted_to": [1]}, "invalid"),
    "an unknown sensitivity": ({"sensitive": ["secret-love"]}, "invalid"),
    "sensitive true": ({"sensitive": True}, "invalid"),
    "people an object": ({"people": person()}, "invalid"),
    "people of null": ({"people": [None]}, "invalid"),
    "people of text": ({"people": [CANARY]}, "invalid"),
    "101 people": ({"people": [person()] * 101}, "invalid"),
    "a person without a role": ({"people": [person(role=...)]}, "invalid"),
    "a person with an unknown role": ({"people": [person(role="boss")]}, "invalid"),
    "a name that is a list": ({"people": [person(name=[CANARY])]}, "invalid"),
    "a name without end": ({"people": [person(name="x" * 2001)]}, "invalid"),
    "born the British way": ({"people": [person(born="12/04/1990")]}, "invalid"),
    "born a number": ({"people": [person(born=1990)]}, "invalid"),
    "born in month 13": ({"people": [person(born="1990-13")]}, "invalid"),
    "born tomorrow": ({"people": [person(born="2024-05-02")]}, "invalid"),
    "an age in quotes": ({"people": [person(age_from="30")]}, "invalid"),
    "an age below nothing": ({"people": [person(age_from=-1)]}, "invalid"),
    "an age beyond all": ({"people": [person(age_to=1000)]}, "invalid"),
    "sex in words": ({"people": [person(sex="female")]}, "invalid"),
    "one phone, no list": ({"people": [person(phones="07700 900123")]}, "invalid"),
    "a phone as a number": ({"people": [person(phones=[7700900123])]}, "invalid"),
    "identifiers a list": ({"people": [person(identifiers=[{"pnc": "1"}])]}, "invalid"),
    "an identifier as a number": ({"people": [person(identifiers={"nhs": 9434765919})]}, "invalid"),
    "an address in one line": ({"people": [person(address="1 High Street")]}, "invalid"),
    "an address with half a point": ({"people": [person(address={"lat": 53.2})]}, "invalid"),
    "place a text": ({"place": "High Street"}, "invalid"),
    "lat without lon": ({"place": {"lat": 53.2}}, "invalid"),
    "lon without lat": ({"place": {"lon": -1.4}}, "invalid"),
    "easting without northing": ({"place": {"easting": 438500}}, "invalid"),
    "lat in quotes": ({"place": {"lat": "53.2", "lon": "-1.4"}}, "invalid"),
    "lat true": ({"place": {"lat": True, "lon": 1}}, "invalid"),
    "a uprn as a number": ({"place": {"uprn": 100030000001}}, "invalid"),
    "an accuracy below nothing": ({"place": {"text": "x", "accuracy_m": -1}}, "invalid"),
    "51 vehicles": ({"vehicles": [{}] * 51}, "invalid"),
    "a vehicle as text": ({"vehicles": ["AB12 CDE"]}, "invalid"),
    "related without a colon": ({"related": ["P-2"]}, "invalid"),
    "related to nobody": ({"related": [":7"]}, "invalid"),
    "extension a list": ({"extension": [1]}, "invalid"),
    "extension with U+0000": ({"extension": {"a": ["\x00"]}}, "invalid"),
    "extension with U+0000 in a key": ({"extension": {"\x00": 1}}, "invalid"),
    "an unknown field": ({"colour": "red"}, "unknown-field"),
    "a field in CamelCase": ({"reportedAt": AT}, "unknown-field"),
    "an unknown field of a person": ({"people": [person(surname="x")]}, "unknown-field"),
    "an unknown field of a place": ({"place": {"city": "x"}}, "unknown-field"),
    "a field with no name": ({"": 1}, "unknown-field"),
    "__proto__": ({"__proto__": {"admin": True}}, "unknown-field"),
    "a million unknown letters": ({"x" * 900_000: 1}, "unknown-field"),
    "ten thousand unknown fields": ({f"field{number}": 1 for number in range(10_000)}, "unknown-field"),
    "a structured CloudEvent": ({"specversion": "1.0", "data": {}}, "unknown-field"),
}

HIGHER: dict[str, bytes] = {
    "SECRET": raw(report(classification="SECRET")),
    "TOP SECRET": raw(report(classification="TOP SECRET")),
    "secret in small letters": raw(report(classification="secret")),
    "Top-Secret": raw(report(classification="Top-Secret")),
    "with a caveat": raw(report(classification="UK SECRET // UK EYES ONLY")),
    "CONFIDENTIAL": raw(report(classification="CONFIDENTIAL")),
    "TS": raw(report(classification="TS")),
    "with other things wrong": raw(report(classification="SECRET", id=..., colour="red", people=[{}])),
    "in another's name": raw(report(classification="SECRET", agency="fire")),
    "in a list": raw(report(classification=["SECRET"])),
    "in an object": raw(report(classification={"level": "SECRET"})),
    "in a field spelled otherwise": raw(report(Classification="SECRET")),
    "in a field misspelled": raw(report(clasification="SECRET")),
    "in an envelope": raw({"specversion": "1.0", "data": report(classification="SECRET")}),
    "in a list of reports": raw([report(classification="SECRET")]),
    "twice": raw(report(classification="OFFICIAL")).replace(
        b'"classification": "OFFICIAL"', b'"classification": "SECRET", "classification": "OFFICIAL"'
    ),
    "cut off": raw(report(classification="SECRET"))[:-1],
    "cut off in mid-word": raw(report(classification="SECRET")).partition(b'ECRET"')[0] + b"ECRET",
    "with NaN": raw(report(classification="SECRET", extension={"n": float("nan")})),
    "escaped and cut off": raw(report(classification="SECRET")).replace(b"classification", b"cl\\u0061ssification")[
        :-1
    ],
    "in utf-16": json.dumps(report(classification="SECRET")).encode("utf-16"),
    "in latin-1": json.dumps(report(classification="SECRET", summary="café"), ensure_ascii=False).encode("latin-1"),
    "too large": raw(report(classification="SECRET", extension={"pad": "x" * (1 << 20)})),
    "too deep": raw(report(classification="SECRET", extension={"deep": nested(40)})),
    "as plain text": f"TOP SECRET\n{CANARY}".encode(),
    "as a form": f"classification=SECRET&name={CANARY}".encode(),
    "as xml": f"<classification>SECRET</classification><name>{CANARY}</name>".encode(),
}

# Words that may mean a higher marking: not kept either, though nobody can say that they are.
UNKNOWN: dict[str, bytes] = {
    "a word nobody knows": raw(report(classification="BANANA")),
    "a Cyrillic letter": raw(report(classification="S\u0415CRET")),
    "a number": raw(report(classification=4)),
    "cut off in mid-word": raw(report(classification="SECRET")).partition(b'CRET"')[0],
}


def every_kind() -> dict[str, tuple[bytes | None, str]]:
    """All of them: bytes, and the code they are refused with."""
    fields = {name: (raw(report(**changes)), code) for name, (changes, code) in FIELDS.items()}
    higher = {f"over-classified: {name}": (value, "over-classified") for name, value in HIGHER.items()}
    unknown = {f"perhaps over-classified: {name}": (value, "invalid") for name, value in UNKNOWN.items()}
    return {**BYTES, **fields, **higher, **unknown}
