"""Files spoiled by chance: cut, doubled, flipped, spliced, and pieces put in that have broken other readers."""

from collections.abc import Iterator
from random import Random

PIECES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1a", b"\x1f\x8b\x08", b"\r", b"\n\n", b"\t",
    b'"', b"'", b'""', b"\\", b"\\u0000", b"\\ud800", b",", b",,,,", b";", b"{", b"}", b"[", b"]", b"[[[[", b":", b"=",
    b"#", b"-", b"-0", b"1e999", b"-1e999", b"NaN", b"Infinity", b"1e5", b"0x10", b"1_000", b"00", b"9" * 400,
    b"9" * 5000,
    b"true", b"null", b"nan", b"inf", b"-inf", b"0001-01-01", b"9999-12-31", b"2024-02-30", b"24:00", b"+99:99",
    b"[" * 3000, b'{"a":' * 2000, b"x" * 200_000, "\u202e".encode(), "\u0661\u0662".encode(), "é".encode("cp1252"),
    b"=cmd|' /C calc'!A0", b"<script>", b"../../etc/passwd", b"\x1b[2J", b"%s%n", b"${jndi:ldap://x}", b"*", b"\x85",
    b"\xe2\x80\xa8", b"\x0b", b"\x1c", b"__proto__", b"[agency]", b"[a.b.c.d]", b"a.b = 1\na = 2\n",
)  # fmt: skip


def spoiled(good: bytes, chance: Random) -> bytes:
    """The file with a few things done to it."""
    value = bytearray(good)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(value) + 1)
        match chance.randrange(7):
            case 0:
                value[at : at + chance.randrange(1, 40)] = b""
            case 1 if value:
                value[at % len(value)] = chance.randrange(256)
            case 2:
                value[at:at] = chance.choice(PIECES)
            case 3:
                value[at : at + chance.randrange(1, 12)] = chance.choice(PIECES)
            case 4:
                value = value[:at]
            case 5:
                start = chance.randrange(len(value) + 1)
                value[at:at] = value[start : start + chance.randrange(1, 300)]
            case _:
                value[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(value)


def many(good: tuple[bytes, ...], seed: int, number: int) -> Iterator[bytes]:
    """So many spoiled files, the same for the same seed."""
    chance = Random(seed)
    for _ in range(number):
        yield spoiled(chance.choice(good), chance)
