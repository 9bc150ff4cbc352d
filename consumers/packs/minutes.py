"""Minutes typed into a pack's Word file, read back as the rows that tasks are made of."""

import io
from collections.abc import Mapping
from typing import Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from sqlalchemy import Connection

from consumers.packs.sheet import MINUTES
from consumers.work.desk import NotDone
from consumers.work.sight import holding, seen_by
from schemas.agencies import Partnership

MOST_BYTES = 8 << 20
MOST_UNPACKED = 64 << 20  # a small file may unpack to a large one


class NoMinutes(NotDone):
    """The file holds no minutes of a pack; the message says why."""


def minutes_of(file: bytes, connection: Connection, agency: str, partnership: Partnership) -> list[Mapping[str, Any]]:
    """The rows that were filled in, each under the problem that is about its item, where the agency has one."""
    page = _opened(file)
    table = next((one for one in page.tables if [cell.text for cell in one.rows[0].cells] == list(MINUTES)), None)
    if table is None:
        raise NoMinutes("it has no table of minutes as a pack has it")
    matters, problems = _items(page), _problems(connection, agency)
    names = {member.title.casefold(): name for name, member in partnership.items()}
    rows: list[Mapping[str, Any]] = []
    for row in table.rows[1:]:
        item, what, owner, team, priority, review = (cell.text.strip() for cell in row.cells)
        if not (what or owner or team):
            continue
        said: dict[str, Any] = {"what": what, "owner": names.get(owner.casefold(), owner), "team": team}
        said |= {"priority": priority.lower(), "review": _day(review), "problem": problems.get(matters.get(item, ""))}
        rows.append({name: value for name, value in said.items() if value})
    return rows


def _opened(file: bytes) -> Any:
    try:
        with ZipFile(io.BytesIO(file)) as packed:
            if len(file) > MOST_BYTES or sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise NoMinutes("it is too large for minutes")
        return Document(io.BytesIO(file))
    except (BadZipFile, KeyError, ValueError, OSError):
        raise NoMinutes("it is no Word file") from None


def _items(page: Any) -> Mapping[str, str]:
    """The matter of each item by its number: it stands hidden behind the item's title."""
    found = {}
    for paragraph in page.paragraphs:
        hidden = [run.text for run in paragraph.runs if run.font.hidden]
        if hidden and paragraph.style.name == "Heading 2":
            found[paragraph.text.partition(".")[0].strip()] = hidden[0].strip()
    return found


def _problems(connection: Connection, agency: str) -> Mapping[str, str]:
    """The agency's problems by the matter that its copy is of."""
    held = holding(connection, agency)
    by_name = {str(seen.copy["id"]): seen.problem.id for seen in seen_by(connection, agency, held) if seen.copy}
    return {one.matter: by_name[name] for name, one in held.items() if one.matter and name in by_name}


def _day(text: str) -> str:
    """A day as a task has it; one that is written as people here write it is turned round."""
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return text
    return "-".join(f"{int(part):02d}" for part in reversed(parts))
