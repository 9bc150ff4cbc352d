"""How a CSV file's columns become the fields of a report: read from a TOML file, or taken from the header."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from consumers.publisher.fields import kind_of
from schemas.files import NotReadable, toml_of

OTHERWISE = "*"  # in a value table: what any other value becomes
SEPARATOR = ";"


class MappingError(NotReadable):
    """A mapping that cannot be used, told as a sentence."""


class CsvMapping(BaseModel):
    """A mapping as the TOML file has it; ``example_mapping.toml`` explains each part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    time_zone: str = "Europe/London"
    date_formats: tuple[str, ...] = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str | int | float | list[str]] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    separators: Mapping[str, str] = {}

    @field_validator("columns", mode="before")
    @classmethod
    def _each_a_list(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {path: (names,) if isinstance(names, str) else names for path, names in _flat(value).items()}

    @field_validator("constants", "separators", mode="before")
    @classmethod
    def _flatten(cls, value: Any) -> Any:
        return _flat(value) if isinstance(value, dict) else value

    @field_validator("values", mode="before")
    @classmethod
    def _flatten_tables(cls, value: Any) -> Any:
        return _tables(value) if isinstance(value, dict) else value

    @field_validator("delimiter")
    @classmethod
    def _can_delimit(cls, value: str) -> str:
        if value in '\r\n"\0 ':
            raise ValueError(f"{value!r} cannot stand between columns")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone, such as Europe/London") from None
        return value

    @field_validator("encoding")
    @classmethod
    def _is_an_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding, such as utf-8 or cp1252") from None
        return value

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        for path in (*self.columns, *self.constants, *self.separators):
            kind_of(path)
        filled = {*self.columns, *self.constants}
        for path in filled:
            if any(other.startswith(f"{path}.") for other in filled):
                raise ValueError(f"{path!r} cannot be a value and hold others too")
        for path in self.values:
            if path not in self.columns:
                raise ValueError(f"values are given for {path!r}, which no column fills")
        return self

    def missing_from(self, header: Iterable[str]) -> list[str]:
        """The columns the mapping names and the file does not have."""
        there = set(header)
        return sorted({name for names in self.columns.values() for name in names} - there)


def load_mapping(path: Path) -> CsvMapping:
    """Read a mapping; raises ``MappingError`` saying what is wrong with it."""
    try:
        return CsvMapping.model_validate(toml_of(path))
    except ValidationError as error:
        raise MappingError(f"{path}: {_first(error)}") from None
    except NotReadable as error:
        raise MappingError(f"{path}: {error}") from None


def mapping_of_header(header: Iterable[str]) -> CsvMapping:
    """The mapping of a file whose columns are named by the fields they fill; raises ``MappingError``."""
    try:
        return CsvMapping(columns={name: (name,) for name in header})
    except ValidationError as error:
        raise MappingError(
            f"{_first(error)}; without a mapping the columns must be named by the fields of a report"
            " (--mapping names a file that says which is which)"
        ) from None


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    where = ".".join(str(part) for part in one["loc"])
    text = one["msg"].removeprefix("Value error, ")
    return f"{where}: {text}" if where else text


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """TOML reads an unquoted ``occurred.from`` as a table in a table: the path it was meant as."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{above}{key}"
        flat |= _flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return flat


def _tables(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{above}{key}"
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            found |= _tables(value, f"{path}.")
        else:
            found[path] = value
    return found
