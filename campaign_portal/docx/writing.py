"""Paragraphs, tables and pages of a Word document. Lengths are in mm."""

import io
import re
import zipfile

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from lxml.etree import SubElement

from campaign_portal.docx import styles
from campaign_portal.docx.styles import twips

SHORT, LONG = 210, 297  # A4
TOP, RIGHT, BOTTOM, LEFT = 22, 17, 22, 32
HEADER, FOOTER = 10, 4  # from the edge of the paper
PICTURE = 15
PROPERTIES, STYLE, VALUE, RUN = qn("w:pPr"), qn("w:pStyle"), qn("w:val"), qn("w:r")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has no way to write them
LEFTOVERS = {"stylesWithEffects", "customXml", "thumbnail", "extended-properties", "numbering"}
SETTINGS = {
    "w:zoom": {"w:percent": "100"},
    "w:themeFontLang": {"w:val": styles.LANGUAGE},
    "w:decimalSymbol": {"w:val": ","},
    "w:listSeparator": {"w:val": ";"},
}
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time in a zip file


class Place:
    """Where paragraphs can be said one after another: the text, a cell, a margin; `width` is the room there."""

    def __init__(self, element, ids, width):
        self.element, self.ids, self.width = element, ids, width

    def say(self, style, text):
        """A paragraph in a named style; "\\n" in the text is a new line in it."""
        paragraph = OxmlElement("w:p")  # by lxml's own means: python-docx looks for each child's place
        SubElement(SubElement(paragraph, PROPERTIES), STYLE).set(VALUE, self.ids[style])
        if text:
            SubElement(paragraph, RUN).text = UNWRITABLE.sub("", text)
        self._put(paragraph)
        return paragraph

    def rule(self, length):
        """A line of that length in the middle."""
        paragraph = self.say("Đường kẻ", "")
        side = twips(max(self.width - length, 0) / 2)
        indent = paragraph.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:left"), str(side))
        indent.set(qn("w:right"), str(side))

    def side_by_side(self, *widths):
        """Places beside each other, of these widths."""
        table = _table(self.ids[styles.FRAME], widths)
        row = OxmlElement("w:tr")
        _tell_row(row, "w:cantSplit")
        places = [Place(_cell(width), self.ids, width) for width in widths]
        row.extend(place.element for place in places)
        table.append(row)
        self._put(table)
        return places

    def _put(self, block):
        self.element.append(block)


class Paper(Place):
    """The document as a whole.

    `mark` stands at the right of every page's top margin; `lookup` in the bottom margin: {"text", "png" (bytes),
    "told" (what the picture says in words)}.
    """

    def __init__(self, *, title, author, at, mark="", lookup=None):
        self.document = _blank()
        super().__init__(self.document.element.body, styles.put_in(self.document), SHORT - LEFT - RIGHT)
        self.mark, self.lookup = UNWRITABLE.sub("", mark), lookup
        _set_properties(self.document, UNWRITABLE.sub("", title), UNWRITABLE.sub("", author), at)
        self._set_page(self.document.sections[0], wide=False)

    def begin_annex(self, *, wide=False):
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        closing = self.element[-2]  # the empty paragraph that carries the pages before
        if closing.getprevious().tag == qn("w:p"):
            closing.getprevious().get_or_add_pPr().append(closing.pPr.find(qn("w:sectPr")))
            self.element.remove(closing)
        else:
            closing.style = self.ids["Khoảng đệm"]
        self._set_page(section, wide=wide)

    def table(self, widths, head, rows):
        """A table with lines, whose head is repeated on every page. A width of None takes what the others leave."""
        widths = _shared(widths, self.width)
        table = _table(self.ids[styles.TABLE], widths)
        table.extend(self._rows(head, widths, "w:cantSplit", "w:tblHeader"))
        table.extend(self._rows(rows, widths, "w:cantSplit"))
        self._put(table)

    def content(self):
        """The bytes of the document."""
        if self.element[-2].tag == qn("w:tbl"):
            self.say("Khoảng đệm", "")  # Word wants a paragraph behind the last table
        stored, whole = io.BytesIO(), io.BytesIO()
        self.document.save(stored)
        with zipfile.ZipFile(stored) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name, BEGINNING), source.read(name), zipfile.ZIP_DEFLATED)
        return whole.getvalue()

    def _put(self, block):
        self.element.insert_element_before(block, "w:sectPr")  # which closes the text of the last pages

    def _rows(self, rows, widths, *facts):
        open_below = {}  # column: (how many rows a box goes on for, how many columns it takes, its style)
        for boxes in rows:
            row, column, left = OxmlElement("w:tr"), 0, list(boxes)
            _tell_row(row, *facts)
            while column < len(widths):
                if column in open_below:
                    down, across, style = open_below.pop(column)
                    text, merged = "", "continue"
                else:
                    box = left.pop(0)
                    text, style, across, down = box.text, box.style, box.across, box.down
                    merged = "restart" if down > 1 else ""
                width = sum(widths[column : column + across])
                cell = _cell(width, across, merged)
                Place(cell, self.ids, width).say(style, text)
                row.append(cell)
                if down > 1:
                    open_below[column] = (down - 1, across, style)
                column += across
            yield row

    def _set_page(self, section, *, wide):
        short, long = Mm(SHORT), Mm(LONG)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.header_distance, section.footer_distance = Mm(HEADER), Mm(FOOTER)
        section.different_first_page_header_footer = True
        self.width = (LONG if wide else SHORT) - LEFT - RIGHT
        _count_from_one(section)
        self._fill_margins(section, "Đầu trang ngang" if wide else "header")

    def _fill_margins(self, section, style):
        """The first page shows no number."""
        for header, is_numbered in ((section.header, True), (section.first_page_header, False)):
            line = _emptied(header, self.ids).say(style, "")
            line.add_r().text = "\t"
            if is_numbered:
                line.extend(_page_number())
            line.add_r().text = "\t"
            if self.mark:
                run = line.add_r()
                run.text, run.style = self.mark, self.ids[styles.DRAFT_MARK]
        for footer in (section.footer, section.first_page_footer):
            _emptied(footer, self.ids).say("footer", self.lookup["text"] + " " if self.lookup else "")
            if self.lookup:
                _draw(footer.paragraphs[0], self.lookup)


def _blank():
    """A document without what python-docx's own template brings along, set for Vietnamese."""
    document = Document()
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, each in relations.items() if each.reltype.rpartition("/")[2] in LEFTOVERS]:
            del relations[key]
    for tag, values in SETTINGS.items():
        for each in document.settings.element.iter(qn(tag)):
            for name, value in values.items():
                each.set(qn(name), value)
    for each in document.settings.element.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")  # of Word 2013 and later: not opened in a mode for older ones
    return document


def _emptied(margin, ids):
    margin.is_linked_to_previous = False
    for paragraph in list(margin._element):
        margin._element.remove(paragraph)
    return Place(margin._element, ids, 0)


def _draw(paragraph, lookup):
    picture = paragraph.add_run().add_picture(io.BytesIO(lookup["png"]), width=Mm(PICTURE), height=Mm(PICTURE))
    picture._inline.docPr.set("descr", UNWRITABLE.sub("", lookup["told"]))


def _page_number():
    """The field, with the number that is shown until Word counts."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        inside = {
            "instruction": "<w:instrText xml:space='preserve'> PAGE </w:instrText>",
            "shown": "<w:t>2</w:t>",
        }.get(kind, f"<w:fldChar w:fldCharType='{kind}'/>")
        yield parse_xml(f"<w:r {nsdecls('w')}>{inside}</w:r>")


def _count_from_one(section):
    counted = OxmlElement("w:pgNumType")
    counted.set(qn("w:start"), "1")
    page = section._sectPr
    for earlier in page.findall(qn("w:pgNumType")):
        page.remove(earlier)
    page.find(qn("w:pgMar")).addnext(counted)


def _set_properties(document, title, author, at):
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.comments, about.keywords, about.language = "", "", styles.LANGUAGE
    about.created = about.modified = at.replace(microsecond=0, tzinfo=None) - at.utcoffset()


def _table(style, widths):
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='{style}'/>"
        f"<w:tblW w:w='{twips(sum(widths))}' w:type='dxa'/><w:tblLayout w:type='fixed'/></w:tblPr>"
        f"<w:tblGrid>{''.join(f'<w:gridCol w:w={chr(39)}{twips(width)}{chr(39)}/>' for width in widths)}</w:tblGrid>"
        "</w:tbl>"
    )


def _tell_row(row, *facts):
    about = OxmlElement("w:trPr")
    about.extend(OxmlElement(fact) for fact in facts)
    row.append(about)


def _cell(width, across=1, merged=""):
    spanned = f"<w:gridSpan w:val='{across}'/>" if across > 1 else ""
    joined = f"<w:vMerge w:val='{merged}'/>" if merged else ""
    return parse_xml(
        f"<w:tc {nsdecls('w')}><w:tcPr><w:tcW w:w='{twips(width)}' w:type='dxa'/>{spanned}{joined}</w:tcPr></w:tc>"
    )


def _shared(widths, room):
    open_ended = widths.count(None)
    rest = (room - sum(width or 0 for width in widths)) / open_ended if open_ended else 0
    return [rest if width is None else width for width in widths]
