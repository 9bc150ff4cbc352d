"""Which place of the list a text means: the best by its evidence, if it is good enough and far enough ahead."""

from dataclasses import replace

from streams.gazetteer.answers import best_answer, building_only, code_only, street_only
from streams.gazetteer.index import Index
from streams.gazetteer.resolved import Resolved, accuracy_of
from streams.gazetteer.rows import Row
from streams.gazetteer.search import Beside, rank, search


def resolve(
    index: Index,
    text: str,
    code: str = "",
    *,
    explain: bool = True,
    at: Beside | None = None,
) -> Resolved | None:
    """The address, building, street or postcode that a text means; nothing where it says nothing the list knows.

    ``at``: a point that is given beside the text, and within how many metres; it tells two streets of one name apart.
    """
    found = search(index, index.read(text, code), at)
    best = sorted(found.scores.items(), key=rank)
    answer = best_answer(found, best, explain) or building_only(found)
    if answer is not None and found.written.near:
        answer = _about(answer)
    return answer or street_only(found, explain) or code_only(found)


def _about(answer: Resolved) -> Resolved:
    """What is near an address or a building is somewhere in the street, and not at it."""
    accuracy = accuracy_of("near") if answer.point else 0.0
    return replace(answer, precision="street", uprn="", parent="", accuracy=accuracy, classification="")


def ranked(index: Index, text: str, code: str = "") -> list[Row]:
    """The addresses that can be meant, the likeliest first, whether any of them is sure or not."""
    found = search(index, index.read(text, code))
    return [index.rows[at].row for at, _ in sorted(found.scores.items(), key=rank)]
