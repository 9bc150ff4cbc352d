"""Files that a person names, read whole: what cannot be read is told in a sentence, and none fills the memory."""

import gzip
import tomllib
import zlib
from pathlib import Path
from typing import Any

MIB = 1 << 20
# The largest of those shipped has 30 kB.
LARGEST_TOML = 4 * MIB
# All wards of England with their boundaries to the metre have 200.
LARGEST = 512 * MIB


# A cell or a key of a spoiled file may be all of it; what is told of it fits on a screen.
LONGEST_SENTENCE = 400


class NotReadable(ValueError):
    """A file that cannot be read as what it was named for; the message is a sentence, of no more than a few lines."""

    def __init__(self, says: str) -> None:
        super().__init__(says if len(says) <= LONGEST_SENTENCE else f"{says[: LONGEST_SENTENCE - 2]} …")


def bytes_of(path: Path, largest: int = LARGEST) -> bytes:
    """The file's bytes, unpacked where its name ends in .gz; raises ``NotReadable``."""
    try:
        with path.open("rb") as plain, gzip.GzipFile(fileobj=plain) if path.suffix == ".gz" else plain as stream:
            found = stream.read(largest + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotReadable(f"it is named as gzip but cannot be unpacked ({error})") from None
    except OSError as error:
        raise NotReadable(f"it cannot be read ({error.strerror or type(error).__name__})") from None
    if len(found) > largest:
        raise NotReadable(f"it is over {largest // MIB} MiB")
    return found


def text_of(path: Path, largest: int = LARGEST) -> str:
    """The file's text without a byte order mark; raises ``NotReadable``."""
    try:
        return bytes_of(path, largest).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(f"it is not UTF-8 (byte {error.start + 1})") from None


def toml_in(source: str) -> dict[str, Any]:
    """What a TOML text says; raises ``NotReadable``."""
    try:
        return tomllib.loads(source)
    except RecursionError:
        raise NotReadable("it is nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        raise NotReadable(f"it is no TOML: {error}") from None
    except ValueError:  # a number, or a date, that Python has not
        raise NotReadable("it is no TOML: it holds a number or a date that cannot be one") from None


def toml_of(path: Path) -> dict[str, Any]:
    """What a TOML file says; raises ``NotReadable``."""
    return toml_in(text_of(path, LARGEST_TOML))
