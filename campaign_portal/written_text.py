"""The text of a Word document or a PDF, read in the child process of `guarded`: paragraphs, list marks, tables.

Runs alone, without Django: `read(content, kind)` returns {"text": str, "pages": int, "cut": bool}. A table's row is a
line with tabs between its cells; a paragraph of an automatic list begins with the mark Word would draw.
"""

import io
import re

MOST_CHARACTERS = 400_000
MOST_PAGES = 300

_LAYOUT = re.compile(r"Nơi\s+nhận|CỘNG\s+H(?:ÒA|OÀ)|Độc\s+lập\s+-", re.I)  # tables that only put things side by side
_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "→", "\uf0fc": "✓", "o": "▪", "": "-"}


def read(content, kind):
    return _document(content) if kind == "docx" else _pages(content)


def _pages(content):
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    texts, size = [], 0
    for page in reader.pages[:MOST_PAGES]:
        texts.append(page.extract_text())
        size += len(texts[-1])
        if size > MOST_CHARACTERS:
            break
    cut = size > MOST_CHARACTERS or len(reader.pages) > MOST_PAGES
    return {"text": "\n".join(texts)[:MOST_CHARACTERS], "pages": len(reader.pages), "cut": cut}


def _document(content):
    from docx import Document

    document = Document(io.BytesIO(content))
    marks, lines, size = _Marks(document), [], 0
    for line in _lines(document.element.body, marks):
        lines.append(line)
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            break
    text = "\n".join(lines)
    return {"text": text[:MOST_CHARACTERS], "pages": 1, "cut": size > MOST_CHARACTERS}


def _lines(block, marks):
    for child in block:
        name = _name(child)
        if name == "p":
            yield from _paragraph(child, marks).split("\n")
        elif name == "tbl":
            yield from _table(child, marks)
        elif name in ("sdt", "sdtContent", "ins", "smartTag", "customXml"):
            yield from _lines(child, marks)


def _name(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _paragraph(element, marks):
    text = re.sub(r"[ \t]+", " ", "".join(_pieces(element))).strip()
    mark = marks.of(element) if text else ""
    return f"{mark} {text}" if mark else text


def _pieces(element):
    """The letters that would be seen: not what was struck out, not the second copy of a drawing."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "ptab"):
            yield " "
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name not in ("del", "moveFrom", "Fallback", "pPr", "rPr", "instrText", "footnoteReference"):
            yield from _pieces(child)
            if name == "p":
                yield "\n"


def _table(table, marks):
    rows = [[_cell(cell, marks) for cell in row if _name(cell) == "tc"] for row in table if _name(row) == "tr"]
    said = "\n".join(line for row in rows for lines, _ in row for line in lines)
    if _LAYOUT.search(said) or all(len(row) == 1 for row in rows):
        yield from (line for row in rows for lines, _ in row for line in lines)
        return
    for row in rows:
        cells = []
        for lines, width in row:
            cells += [" ".join(lines), *[""] * (width - 1)]
        yield "\t".join(cells)


def _cell(cell, marks):
    """(its lines, how many columns it takes); a cell that goes on from the one above holds no text of its own."""
    span = cell.find("./{*}tcPr/{*}gridSpan")
    width = int(_value(span) or 1) if span is not None else 1
    lines = [line for line in _lines(cell, marks) if line.strip()]
    return lines, min(max(width, 1), 64)


def _value(element):
    return next((value for name, value in element.attrib.items() if name.endswith("}val")), None)


class _Marks:
    """The marks of automatic lists: what Word draws before a paragraph and does not keep in its text."""

    def __init__(self, document):
        self.levels, self.counts, self.styles = {}, {}, {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            numbering = []
        abstract = {_own(one, "abstractNumId"): one for one in numbering if _name(one) == "abstractNum"}
        for one in numbering:
            if _name(one) == "num" and (named := one.find("./{*}abstractNumId")) is not None:
                source = abstract.get(_value(named))
                levels = source.findall("./{*}lvl") if source is not None else []
                self.levels[_own(one, "numId")] = {_own(level, "ilvl"): level for level in levels}
        for style in document.styles.element.findall("./{*}style"):
            if (number := style.find("./{*}pPr/{*}numPr")) is not None:
                self.styles[_own(style, "styleId")] = number

    def of(self, paragraph):
        number = paragraph.find("./{*}pPr/{*}numPr")
        if number is None and (style := paragraph.find("./{*}pPr/{*}pStyle")) is not None:
            number = self.styles.get(_value(style))
        if number is None:
            return ""
        named, depth = number.find("./{*}numId"), number.find("./{*}ilvl")
        numbered = _value(named) if named is not None else "0"
        level = int(_value(depth) or 0) if depth is not None else 0
        levels = self.levels.get(numbered, {})
        if str(level) not in levels:
            return ""
        return self._drawn(numbered, level, levels)

    def _drawn(self, numbered, level, levels):
        counts = self.counts.setdefault(numbered, {})
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        counts[level] = counts.get(level, _start(levels[str(level)]) - 1) + 1
        drawn = _child_value(levels[str(level)], "lvlText")
        if _child_value(levels[str(level)], "numFmt") == "bullet":
            return _BULLETS.get(drawn, drawn[:1] if not drawn[:1].isalnum() else "-")
        for one in range(level + 1):
            kind = _child_value(levels.get(str(one), levels[str(level)]), "numFmt")
            drawn = drawn.replace(f"%{one + 1}", _counted(counts.get(one, 1), kind))
        return drawn.strip()


def _own(element, name):
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _child_value(element, name):
    child = element.find(f"./{{*}}{name}")
    return (_value(child) or "") if child is not None else ""


def _start(level):
    start = _child_value(level, "start")
    return int(start) if start.isdecimal() else 1


def _counted(number, kind):
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    return str(number)


def _roman(number):
    drawn = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value and len(drawn) < 12:
            drawn, number = drawn + letters, number - value
    return drawn
