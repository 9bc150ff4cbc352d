"""A pack as a PDF, accessible by its tags: the same bytes for the same pack on the same machine."""

import json
from datetime import UTC, datetime, time
from functools import lru_cache
from importlib.resources import files
from typing import Any

import typst

from consumers.packs.pack import Pack
from consumers.packs.sheet import sheet_of

PICTURE_PPI = 160.0


def pdf_of(pack: Pack) -> bytes:
    """The file."""
    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"pack": json.dumps(sheet_of(pack), ensure_ascii=False)},
        timestamp=datetime.combine(pack.day, time(), UTC),
        pdf_standards="ua-1",
    )
    return _one(made)


def picture_of(drawing: str) -> bytes:
    """A drawing as PNG, for what cannot show SVG."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    return _one(typst.compile(source.encode(), format="png", ppi=PICTURE_PPI, sys_inputs={"svg": drawing}))


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("consumers.packs").joinpath("pack.typ").read_bytes()


def _one(made: Any) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made
