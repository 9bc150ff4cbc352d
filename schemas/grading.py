"""The 3x5x2 grading of a piece of information; absent means ungraded, never a default."""

from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from schemas.values import LongText, Word


class Grading(Word):
    """How reliable the source, how good the information, and how it may be handled.

    Under handling P (lawful sharing permitted) there are no conditions; under C both codes must say which.
    """

    source: Literal["1", "2", "3"]
    information: Literal["A", "B", "C", "D", "E"]
    handling: Literal["P", "C"]
    action: Literal["A1", "A2", "A3"] | None = None
    sanitisation: Literal["S1", "S2"] | None = None
    conditions: LongText | None = None

    @model_validator(mode="after")
    def _codes_fit_handling(self) -> "Grading":
        if self.handling == "P":
            if self.action or self.sanitisation or (self.conditions or "").strip():
                raise PydanticCustomError("handling", "has conditions or codes under handling P, which permits none")
        elif self.action is None or self.sanitisation is None:
            raise PydanticCustomError("handling", "has handling C without both codes, action and sanitisation")
        return self
