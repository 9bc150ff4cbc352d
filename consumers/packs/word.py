"""A pack as a Word file, to be typed in: the same bytes for the same pack."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from consumers.packs.pack import Pack
from consumers.packs.pdf import picture_of
from consumers.packs.sheet import sheet_of

OLDEST = (1980, 1, 1, 0, 0, 0)  # what a zip file can say at the earliest; else it would hold when it was written
RED, SOFT = RGBColor(0xA4, 0x16, 0x1A), RGBColor(0x4C, 0x57, 0x63)
PICTURE_CM = 17.0  # the width between the margins
HEAD, LINES = "F1EFEC", "B9B2AA"  # the ground of a table's head, and what parts its cells
WIDE = 2.5  # times as wide as the others is the column of what is to be done


def word_of(pack: Pack) -> bytes:
    """The file."""
    said = sheet_of(pack)
    page = Document()
    _page(page, said, pack)
    page.add_heading(said["title"], level=0)
    page.add_paragraph(said["period"]).runs[0].bold = True
    _facts(page, said)
    _numbers(page, said)
    _items(page, said)
    for head, lines in (("Closed since the last pack", "closed"), ("About the reporting itself", "notices")):
        _listed(page, head, said[lines])
    if said["tasks"]:
        page.add_heading("Tasks open and overdue", level=1)
        _table(page, said["tasks_head"], said["tasks"])
    _minutes(page, said)
    return _timeless(page)


def _page(page: Any, said: dict[str, Any], pack: Pack) -> None:
    """A4, with the marking over and under every page, and which page it is."""
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        _in_arial(page.styles[name])
    page.styles["Title"].font.size = Pt(22)
    page.styles["Normal"].font.size, page.styles["Footer"].font.size = Pt(10.5), Pt(8.5)
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.1)
    _marked(section.header.paragraphs[0], said["marking"])
    foot = section.footer.paragraphs[0]
    _marked(foot, said["marking"])
    foot.add_run(f"  ·  {said['title']}  ·  page ").font.size = Pt(8.5)
    _field(foot, "PAGE")
    foot.add_run(" of ").font.size = Pt(8.5)
    _field(foot, "NUMPAGES")
    core, made = page.core_properties, datetime.combine(pack.day, time())
    core.title, core.author, core.language, core.comments = said["title"], "Tocsin", "en-GB", said["marking"]
    core.created = core.modified = made


def _in_arial(style: Any) -> None:
    """The template's headings name the fonts of a theme, which stand over whatever else is said."""
    style.font.name = "Arial"
    fonts = style.element.rPr.rFonts
    for name in [one for one in fonts.attrib if one.endswith("Theme")]:
        del fonts.attrib[name]


def _marked(paragraph: Any, marking: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(marking)
    run.bold, run.font.color.rgb = True, RED


def _field(paragraph: Any, what: str) -> None:
    """A number that Word fills in."""
    run = paragraph.add_run()
    run.font.size = Pt(8.5)
    for kind in ("begin", None, "end"):
        part = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            part.set(qn("xml:space"), "preserve")
            part.text = what
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _facts(page: Any, said: dict[str, Any]) -> None:
    items = ", ".join(f"{count} {name}" for name, count in said["severities"])
    more = f"; {said['more']} more rank below these and stand on the page" if said["more"] else ""
    for name, value in (("Made on", said["day"]), ("For", said["who"]), ("Items", items + more)):
        line = page.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    for rule in said["rules"]:
        page.add_paragraph(rule, style="List Bullet")


def _numbers(page: Any, said: dict[str, Any]) -> None:
    if said["chart"]:
        page.add_heading("Incidents", level=1)
        _picture(page, said["chart"], said["chart_said"])
    for head, rows in (("By category", said["categories"]), ("By area", said["areas"])):
        if rows:
            _table(page, [head, *said["columns"]], rows)
            page.add_paragraph()
    if said["plan"]:
        page.add_heading("Where the items are", level=1)
        _picture(page, said["plan"], said["plan_said"])


def _picture(page: Any, drawing: str, says: str) -> None:
    shape = page.add_picture(io.BytesIO(picture_of(drawing)), width=Cm(PICTURE_CM))
    shape._inline.docPr.set("descr", says)  # for those who do not see it


def _items(page: Any, said: dict[str, Any]) -> None:
    page.add_heading("Items", level=1)
    if not said["items"]:
        page.add_paragraph("No issue that everyone here may know of came up or changed in this period.")
    for item in said["items"]:
        head = page.add_heading(f"{item['number']}. {item['title']}", level=2)
        head.add_run(f" {item['matter']}").font.hidden = True  # by which minutes find the item again
        facts = [item["severity"], item["kind"], "new" if item["new"] else "going on", item["where"], item["when"]]
        line = page.add_paragraph()
        run = line.add_run(" · ".join([part for part in facts if part]))
        run.font.color.rgb, line.paragraph_format.keep_with_next = SOFT, True
        for name in ("told_by", "marking", "person"):
            if item[name]:
                line = page.add_paragraph()
                line.add_run({"told_by": "Told by: ", "marking": "Handling: ", "person": "Person: "}[name]).bold = True
                line.add_run(item[name])
                line.paragraph_format.keep_with_next = True
        for reason in item["reasons"]:
            page.add_paragraph(reason, style="List Bullet")
        if item["suggested"]:
            line = page.add_paragraph()
            line.add_run("Could be done").bold, line.paragraph_format.keep_with_next = True, True
            for step in item["suggested"]:
                page.add_paragraph(step, style="List Bullet")
        if item["reports"]:
            page.add_paragraph("Reports: " + ", ".join(item["reports"])).runs[0].font.size = Pt(8.5)


def _listed(page: Any, head: str, lines: Sequence[str]) -> None:
    if lines:
        page.add_heading(head, level=1)
        for line in lines:
            page.add_paragraph(line, style="List Bullet")


def _minutes(page: Any, said: dict[str, Any]) -> None:
    page.add_heading("Minutes", level=1)
    page.add_paragraph(f"One line a decision; {said['minutes_note']}")
    _table(page, said["minutes_head"], [[""] * len(said["minutes_head"])] * said["minutes"])


def _table(page: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first row is told again on each page it runs over."""
    table = page.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    table._tbl.tblPr.append(_lines())
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
        cell._tc.get_or_add_tcPr().append(_made("w:shd", val="clear", fill=HEAD))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    _laid_out(table, head, figures=all(_is_figure(text) for row in rows for text in row[1:]) and any(rows[0]))


def _laid_out(table: Any, head: Sequence[str], *, figures: bool) -> None:
    """Figures to the right, under their heads; room where there is most to write."""
    parts = [WIDE if title.startswith("What") or (figures and not at) else 1.0 for at, title in enumerate(head)]
    table.autofit = False
    for column, part in zip(table.columns, parts, strict=True):
        column.width = Cm(PICTURE_CM * part / sum(parts))  # the cells' own is for Word, which reads no other
    for row in table.rows:
        for at, cell in enumerate(row.cells):
            cell.width = Cm(PICTURE_CM * parts[at] / sum(parts))
            if figures and at:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _is_figure(text: str) -> bool:
    return not text.strip("+−-0123456789.,% ")


def _lines() -> Any:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_made(f"w:{side}", val="single", sz="4", color=LINES))
    return borders


def _made(tag: str, **attributes: str) -> Any:
    part = OxmlElement(tag)
    for name, value in attributes.items():
        part.set(qn(f"w:{name}"), value)
    return part


def _timeless(page: Any) -> bytes:
    """The file without the moments at which its parts were packed."""
    packed, out = io.BytesIO(), io.BytesIO()
    page.save(packed)
    with zipfile.ZipFile(packed) as had, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in had.namelist():
            made.writestr(zipfile.ZipInfo(name, OLDEST), had.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
