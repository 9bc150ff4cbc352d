"""Rows of an address list, as it was given and as they are compared."""

from dataclasses import dataclass, field

from streams.gazetteer.text import DROP, FULL_TYPES, flat_of, read, written_out
from streams.matching.places.postcodes import postcode
from streams.matching.words import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address of the list, in the list's own words."""

    uprn: str
    subname: str = ""
    name: str = ""
    number: str = ""
    streetname: str = ""
    townname: str = ""
    postcode: str = ""
    locality: str = ""
    parentuprn: str = ""
    usrn: str = ""
    easting: float | None = None
    northing: float | None = None
    classificationcode: str = ""

    @property
    def label(self) -> str:
        """The address on one line."""
        street = f"{self.number} {self.streetname}".strip()
        parts = (self.subname, self.name, street, self.locality, self.townname, self.postcode)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row in the form in which it is compared."""

    row: Row
    flat: str
    floors: frozenset[str]
    is_flat: bool
    number: str
    name: frozenset[str]
    called: tuple[str, ...]
    street: tuple[str, ...]
    towns: frozenset[str]
    called_towns: tuple[tuple[str, ...], ...]
    postcode: str
    building: tuple[str, ...] = field(default=())


def street_words(name: str) -> tuple[str, ...]:
    """The words of a street's name; a number in it is marked, so that no one takes it for a house's: avenue n1."""
    return written_out(f"n{word}" if word.isdigit() else word for word in plain(name).split())


def known(row: Row) -> Known:
    """The row in the form in which it is compared."""
    flat, floors, is_flat = flat_of(row.subname)
    number = "".join(plain(row.number.replace("-", "to")).split())
    street = street_words(row.streetname)
    return Known(
        row=row,
        flat=flat,
        floors=floors,
        is_flat=is_flat,
        number=number,
        name=frozenset(plain(row.name).split()) - {"the"},
        called=written_out(word for word in plain(row.name).split() if word != "the" and word not in DROP),
        street=street,
        towns=frozenset(plain(f"{row.locality} {row.townname}").split()),
        called_towns=tuple(written_out(plain(name).split()) for name in (row.locality, row.townname)),
        postcode=postcode(row.postcode) or row.postcode.strip().upper(),
        building=(number, plain(row.name), row.usrn or plain(f"{row.locality} {row.townname}"), *street),
    )


def row_of(uprn: str, line: str, code: str = "") -> Row:
    """A row made of an address that stands on one line, as some lists keep it."""
    said = read(line, code)
    flat, number, _ = said.readings[0]
    if not number and flat[:1].isdigit():  # what bears one number alone is the house, whatever it is called
        flat, number = "", flat
    after = said.words[said.before :]
    ends = [i for i, word in enumerate(after) if word in FULL_TYPES]
    end = ends[0] + 1 if ends else min(1, len(after))
    start = max(end - 2, 0) if ends and not number else 0  # with no number before it, all but its last words is a name
    sub = ["flat", *([flat] if flat else ()), *sorted(said.floors)] if flat or said.flat_said else []
    return Row(
        uprn=uprn,
        subname=" ".join(sub),
        name=" ".join([*said.words[: said.before], *after[:start]]),
        number=number,
        streetname=" ".join(after[start:end]),
        townname=" ".join(after[end:]),
        postcode=said.postcode or code,
    )
