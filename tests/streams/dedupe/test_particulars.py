"""What two narratives tell exactly of one thing: the same, what two witnesses may say, or what cannot be one."""

import pytest

from streams.dedupe.particulars import compare, read_particulars


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("Took 9 packs of razors", "9 packs gone", "same"),
        ("Took 9 packs of razors", "took 4 packs of razors", "other"),
        ("a group of 8 shouting", "8 lads", "people"),
        ("8 lads on the benches", "10 youths on the benches", "people"),
        ("a gang of about 12", "4 lads on the benches", "other"),
        ("8 dogs", "10 dogs", "differ"),
        ("A maroon scooter, 5 of them", "5 of them on a maroon scooter", "several"),
        ("A maroon scooter", "on an orange scooter", "other"),
        ("A maroon scooter, 5 of them", "5 of them on an orange scooter", ""),
        ("a maroon scooter and a black scooter", "a black scooter", "same"),
        ("spirits worth £49", "£49 of spirits", "same"),
        ("spirits worth £49", "spirits worth £84", "other"),
        ("rang at 22:05 people", "9 people", ""),
        ("15 year old", "40 year old", ""),
        ("music, 3 hours", "music, 9 hours", ""),
    ],
)
def test_what_is_told_exactly(one: str, other: str, word: str) -> None:
    ours, theirs = read_particulars(one), read_particulars(other)
    found = compare(ours, theirs)
    assert found == compare(theirs, ours)
    assert (found.word if found else "") == word
