"""The address list made ready for looking up: streets by phrase, by letters and by postcode; rows by number."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import hypot, log2

import numpy as np
from rapidfuzz.distance import OSA

from streams.gazetteer.rows import Known, Row, known
from streams.gazetteer.text import FULL_TYPES, NAMES, Written, read, written_out
from streams.matching.places.institutions import institution_by_code
from streams.matching.places.postcodes import district, sector

_LONGEST = 7  # words in a street's name
_USUAL = 40  # metres about the middle of a street of which no more is known


@dataclass(slots=True, kw_only=True)
class Street:
    """A street of the list: how it is written, and which rows stand in it."""

    words: tuple[str, ...]
    stem: tuple[str, ...]
    letters: str
    usrn: str
    rarity: float = 0.0
    rows: list[int] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    postcodes: set[str] = field(default_factory=set)
    towns: set[tuple[str, ...]] = field(default_factory=set)
    centre: tuple[float, float] | None = None
    spread: float = 0.0


class Index:
    """The address list, looked up by what is written."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: list[Known] = [known(row) for row in rows]
        self.prior = -log2(max(len(self.rows), 2))
        self.streets: list[Street] = []
        self.street_of: list[int] = []
        self.phrases: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.postcodes: dict[str, list[int]] = defaultdict(list)
        self.flats: list[int] = []  # of each row: how many other addresses its building has
        self._by_street()
        self._by_postcode()
        self._by_letters()
        buildings = Counter((row.building, row.postcode) for row in self.rows)
        self.flats = [buildings[row.building, row.postcode] - 1 for row in self.rows]
        self.unnumbered = _numbered_off(
            (street, row.postcode, row.name, bool(row.number), row.is_flat, bool(row.flat or row.floors))
            for street, row in zip(self.street_of, self.rows, strict=True)
        )  # of each row: the same for those that a text with no number in it fits alike
        self.town_names = frozenset(town for street in self.streets for town in street.towns)
        self.towns = frozenset(word for row in self.rows for word in row.towns)
        self.street_words = frozenset(word for street in self.streets for word in street.words) - self.towns
        self._numbered = _marker({street.words for street in self.streets})
        self._ends = tuple(sorted(town for town in self.towns if len(town) > 4))
        self._town: dict[str, bool] = {}
        self.by_uprn = {_plain(row.row.uprn): at for at, row in enumerate(self.rows)}
        self.by_usrn = {_plain(street.usrn): at for at, street in reversed([*enumerate(self.streets)]) if street.usrn}
        self.institutions = any(institution_by_code(row.row.classificationcode) for row in self.rows)
        self._by_name()

    def read(self, text: str, code: str = "") -> Written:
        """A text taken apart: with streets that are called by a number, and towns written on to the word before."""
        if self._numbered is not None:
            text = self._numbered.sub(lambda m: f"{m[1]}n{m[2]}", text.lower())
        written = read(text, code)
        if any(word.endswith(self._ends) and word not in self.towns for word in written.words):
            written = replace(written, words=written_out(part for word in written.words for part in self._parted(word)))
        return written

    def _parted(self, word: str) -> tuple[str, ...]:
        town = next((town for town in self._ends if word.endswith(town) and len(word) > len(town) + 1), "")
        return (word.removesuffix(town), town) if town and word not in self.street_words else (word,)

    def __len__(self) -> int:
        return len(self.rows)

    def _by_street(self) -> None:
        seen: dict[tuple[tuple[str, ...], str], int] = {}
        for at, row in enumerate(self.rows):
            key = (row.street, row.row.usrn or " ".join(sorted(row.towns)))
            if key not in seen:
                seen[key] = len(self.streets)
                stem = tuple(w for w in row.street if w not in FULL_TYPES) or row.street
                self.streets.append(Street(words=row.street, stem=stem, letters="".join(row.street), usrn=row.row.usrn))
                if row.street:
                    self.phrases[row.street].append(seen[key])
            street = self.streets[seen[key]]
            street.rows.append(at)
            for number in _numbers(row.number):
                street.numbers.setdefault(number, []).append(at)
            street.postcodes.add(row.postcode)
            street.towns |= {town for town in row.called_towns if town}
            self.street_of.append(seen[key])
        for street in self.streets:
            street.rarity = log2(max(len(self.rows), 2) / len(street.rows)) if self.rows else 0.0
            street.centre, street.spread = self.middle(street.rows)

    def middle(self, rows: Sequence[int]) -> tuple[tuple[float, float] | None, float]:
        """The middle of some rows, and how far from it nineteen in twenty of them lie."""
        points = [point for at in rows if (point := self.point(at))]
        if not points:
            return None, 0.0
        east, north = (sum(p[i] for p in points) / len(points) for i in (0, 1))
        away = sorted(hypot(p[0] - east, p[1] - north) for p in points)
        return (round(east, 1), round(north, 1)), round(max(away[(len(away) - 1) * 19 // 20], _USUAL), 1)

    def _by_postcode(self) -> None:
        for at, row in enumerate(self.rows):
            if row.postcode:
                self.postcodes[row.postcode].append(at)
        self.streets_at = {code: sorted({self.street_of[at] for at in rows}) for code, rows in self.postcodes.items()}
        self.code_rarity = {
            code: log2(len(self.rows) / len(rows)) if len(rows) < len(self.rows) else 0.5
            for code, rows in self.postcodes.items()
        }
        self._wild: dict[str, list[str]] = defaultdict(list)
        for code in self.postcodes:
            for pattern in _wild(code):
                self._wild[pattern].append(code)

    def _by_name(self) -> None:
        """The rows by what they are called; one called but House or The Lodge is found by its street alone."""
        self.names: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            if row.called and any(word not in NAMES and len(word) > 2 and word.isalpha() for word in row.called):
                self.names[row.called].append(at)
        self.name_rarity = {name: log2(len(self.rows) / len(rows)) for name, rows in self.names.items()}
        self._letters = {"".join(name): name for name in sorted(self.names)}
        self._name_lengths: dict[int, list[str]] = defaultdict(list)
        for letters in self._letters:
            self._name_lengths[len(letters)].append(letters)

    def called(self, words: Sequence[str]) -> dict[tuple[str, ...], tuple[int, int]]:
        """The names that stand in the words as a whole, and where."""
        hits: dict[tuple[str, ...], tuple[int, int]] = {}
        for start in range(len(words) if self.names else 0):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                name = tuple(words[start:end])
                if name in self.names and not any(s <= start and end <= e for s, e in hits.values()):
                    hits[name] = (start, end)
        return hits

    def called_like(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """The names that the words are, but for a slip or two of the pen."""
        letters = "".join(words)
        most = min(2, len(letters) // 5)
        near = (self._name_lengths.get(len(letters) + by, ()) for by in range(-most, most + 1)) if most else ()
        found = [(OSA.distance(letters, other, score_cutoff=most), other) for some in near for other in some]
        return [self._letters[other] for slips, other in sorted(found) if slips <= most]

    def point(self, at: int) -> tuple[float, float] | None:
        """Where a row is."""
        row = self.rows[at].row
        return (row.easting, row.northing) if row.easting is not None and row.northing is not None else None

    def near_codes(self, code: str) -> list[str]:
        """Postcodes of the list that are this one but for a character."""
        return sorted({other for pattern in _wild(code) for other in self._wild.get(pattern, ())} - {code})

    def _by_letters(self) -> None:
        grams = [sorted(set(trigrams(street.letters))) for street in self.streets]
        counts = Counter(gram for found in grams for gram in found)
        total = max(len(self.streets), 2)
        self._idf = {gram: log2(1 + total / count) for gram, count in counts.items()}
        lists: dict[str, list[int]] = defaultdict(list)
        for at, found in enumerate(grams):
            for gram in found:
                lists[gram].append(at)
        self._postings = {gram: np.array(found, dtype=np.int64) for gram, found in lists.items()}
        self._weights = np.array([sum(self._idf[gram] for gram in found) or 1.0 for found in grams])

    def like(self, letters: str, most: int = 8, least: float = 0.3) -> list[int]:
        """The streets that share most of their letters, in threes, with what is written."""
        grams = [gram for gram in set(trigrams(letters)) if gram in self._postings]
        if not grams:
            return []
        at = np.concatenate([self._postings[gram] for gram in grams])
        weights = np.repeat([self._idf[gram] for gram in grams], [len(self._postings[gram]) for gram in grams])
        share = np.bincount(at, weights=weights, minlength=len(self.streets)) / self._weights
        best = np.argpartition(-share, min(most, len(share) - 1))[:most]
        return [int(i) for i in best[np.argsort(-share[best], kind="stable")] if share[i] >= least]

    def towns_in(self, words: Sequence[str]) -> set[tuple[str, ...]]:
        """The towns and localities whose whole name stands in the words."""
        if len(self.town_names) < 2:
            return set()
        runs = (tuple(words[start:end]) for start in range(len(words)) for end in range(start + 1, start + 5))
        return {run for run in runs if run in self.town_names}

    def without_towns(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words but for those that are a town's, or all but one."""
        return tuple(word for word in words if not self.is_town(word))

    def is_town(self, word: str) -> bool:
        """Whether a word is a town's, slips of the pen allowed."""
        if word not in self._town:
            self._town[word] = word in self.towns or (
                len(word) > 5
                and word not in self.street_words
                and any(OSA.distance(word, town, score_cutoff=2) <= (2 if len(town) > 8 else 1) for town in self.towns)
            )
        return self._town[word]

    def streets_in(self, street: int, others: Iterable[int]) -> bool:
        """Whether a street's name is part of one of the others'."""
        name = f" {' '.join(self.streets[street].words)} "
        return any(name in f" {' '.join(self.streets[other].words)} " for other in others)

    def written_as(self, words: Sequence[str]) -> list[int]:
        """The streets whose whole name stands in the words; not one whose name is part of a longer one there."""
        hits: list[tuple[int, int, list[int]]] = []
        for start in range(len(words)):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                found = self.phrases.get(tuple(words[start:end]))
                if found and not any(s <= start and end <= e for s, e, _ in hits):
                    hits.append((start, end, found))
        return [street for _, _, found in hits for street in found]


def _numbered_off(those: Iterable[Hashable]) -> list[int]:
    """A number for each, the same for those that are the same."""
    met: dict[Hashable, int] = {}
    return [met.setdefault(one, len(met)) for one in those]


def _plain(number: str) -> str:
    """A reference number as places are read: without the zeros before it."""
    return number.upper().lstrip("0")


def trigrams(letters: str) -> list[str]:
    """The letters in threes, with the start and the end marked."""
    marked = f"^{letters}$"
    return [marked[i : i + 3] for i in range(len(marked) - 2)]


def _marker(streets: Iterable[tuple[str, ...]]) -> re.Pattern[str] | None:
    """Finds the streets whose name ends in a number: Avenue 1."""
    found = {words for words in streets if len(words) > 1 and re.fullmatch(r"n[0-9]+", words[-1])}
    ways = sorted(" ".join(words[:-1]) + " " + words[-1][1:] for words in found)
    if not ways:
        return None
    names = "|".join(sorted({re.escape(way.rpartition(" ")[0]) for way in ways}))
    numbers = "|".join(sorted({way.rpartition(" ")[2] for way in ways}))
    return re.compile(rf"\b((?:{names}) )({numbers})\b")


def _numbers(number: str) -> list[str]:
    """The keys under which a number is found: itself, both ends of a range, and without its letter."""
    if not number:
        return [""]
    ends = number.split("to")
    return list(dict.fromkeys([number, *ends, *(end.rstrip("abcdefghijklmnopqrstuvwxyz") for end in ends)]))


def _wild(code: str) -> list[str]:
    tight = code.replace(" ", "")
    return [f"{tight[:i]}?{tight[i + 1 :]}" for i in range(len(tight))]


def same_area(one: str, other: str) -> str:
    """What two unlike postcodes have in common, as the vocabulary calls it."""
    if sector(one) == sector(other):
        return "sector"
    return "district" if district(one) == district(other) else "different"
