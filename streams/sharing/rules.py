"""Who may know a report: one function, asked wherever anything leaves, and it fails closed.

First version, with no agreements yet: what an agency may know of another's report it may know whole. Where nothing
below says yes, the answer is no.
"""

from schemas.agencies import Partnership
from streams.sharing.marking import Marking

# Named in the audit of every copy given.
RULE = "sharing 2026.1"


def may_know(agency: str, originator: str, marking: Marking, partnership: Partnership) -> bool:
    """Whether ``agency`` may know that a report of ``originator`` exists, and what it says."""
    member = partnership.get(agency)
    if member is None:
        return False
    if agency == originator:
        return True
    if not member.statutory or not marking.readable:
        return False
    # Conditions are the originator's to lift; until they can be asked, nobody else knows.
    if marking.handling == "C":
        return False
    named = marking.restricted_to is not None and agency in marking.restricted_to
    if marking.restricted_to is not None and not named:
        return False
    if marking.classification != "OFFICIAL" and marking.classification not in member.cleared:
        return False
    return named or marking.sensitive <= member.cleared


def own_only(partnership: Partnership) -> frozenset[str]:
    """The agencies that may know their own reports only: no relevant authorities, and no agreement yet."""
    return frozenset(name for name, member in partnership.items() if not member.statutory)
