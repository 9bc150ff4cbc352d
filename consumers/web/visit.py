"""Who is asking: what the gate found out, for the page that answers."""

from dataclasses import dataclass

from fastapi import Request

from consumers.accounts.sessions import Sitting
from consumers.web.forms import Form
from schemas.roles import load_roles


class NotSignedIn(Exception):
    """Nobody is signed in where somebody must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: who sits there (``None``: nobody), what their form sent, and the word their next form must carry.

    ``door``: the secret for a browser that has none yet.
    """

    sitting: Sitting | None
    form: Form
    word: str
    door: str | None
    address: str

    @property
    def who(self) -> Sitting:
        """Who sits there."""
        if self.sitting is None:
            raise NotSignedIn
        return self.sitting

    def may(self, permission: str) -> bool:
        """Whether they may do it."""
        return self.sitting is not None and load_roles().allow(self.sitting.roles, permission)


def visit_of(request: Request) -> Visit:
    """What the gate found out."""
    visit = request.state.visit
    assert isinstance(visit, Visit)  # noqa: S101 - the gate ran, or this line is not reached
    return visit
