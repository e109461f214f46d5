"""Lines as pasted from a PDF or from Word become paragraphs again: each with its mark, or a table's row with cells."""

import re
import unicodedata
from dataclasses import dataclass, replace

from targets.splitting.letters import LOWER, UPPER
from targets.splitting.stacked import rows_of

_BULLETS = {"-": "-", "–": "-", "—": "-", "−": "-", "*": "*", "+": "+"} | dict.fromkeys("•●∙·\uf0b7", "•")
_BULLETS |= dict.fromkeys("○◦▪■□◾\uf0a7", "▪") | dict.fromkeys("✓✔\uf0fc", "✓") | dict.fromkeys("→⇒➢\uf0d8", "→")
_MARKS = [
    ("roman", re.compile(r"(?=[IVX])X{0,2}(?:IX|IV|V?I{0,3})\s*[.)/]\s*(?=\S)")),
    ("part", re.compile(r"(?:PHẦN|Phần|MỤC|Mục)\s+(?:[IVX]+|\d{1,2}|thứ\s+\w+|THỨ\s+\w+)\s*[.:\-–]?\s*(?=\S)")),
    ("capital", re.compile(r"[A-HĐ]\s*[.)]\s+(?=\S)")),
    ("number", re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+(?=\S)|\d{1,2}(?:\.\d{1,2})+[.)](?=[^\W\d])")),
    ("number", re.compile(r"\d{1,2}\s*[.)/](?:\s+|(?=[^\W\d]))(?=\S)")),
    ("counted", re.compile(rf"\d{{1,2}}\s+(?=[{UPPER}][{LOWER}]+\s)")),
    ("counted in roman", re.compile(rf"(?=[IVX])X{{0,2}}(?:IX|IV|V?I{{0,3}})\s+(?=[{UPPER}][{LOWER}]+\s)")),
    ("ring", re.compile(r"\(\d{1,2}\)\s*(?=\S)")),
    ("letter", re.compile(rf"[a-zđ]\s*\)\s*(?=\S)|[a-zđ]\.\s+(?=[{UPPER}])")),
    ("bullet", re.compile(rf"[{re.escape(''.join(_BULLETS))}]+\s*(?=\S)")),
]
_ENDED = re.compile(r"(?:[.;:!?]|\./\.)[”\"’')\]]*$")
_ONLY_MARK = re.compile(rf"(?:[{re.escape(''.join(_BULLETS))}]|[IVX]+[.)]|\d{{1,2}}(?:\.\d{{1,2}})*[.)]|[a-zđ]\))")
_SEPARATOR = re.compile(r"\|?[\s:|-]+\|?")
_PAGE = re.compile(r"(?:trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?", re.I)
_CAPITALISED = re.compile(rf"[{UPPER}]")
_OWN_LINE = re.compile(
    r"(?:Nơi\s+nhận|TM\.|KT\.|TL\.|TUQ\.|Q\.)|(?:PHÓ\s+)?CHỦ\s+TỊCH\s*$|Trên\s+đây\s+là|Trong\s+đó\s*:"
)
FEW_WRAPPED, SHORTEST_WIDTH = 3, 45
LONGEST_RUN = 8
_RUN = re.compile(rf"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{{{LONGEST_RUN + 1},}}")


@dataclass(frozen=True)
class Paragraph:
    """`kind` tells marks of one level from another: "-", "*", "roman", "number2" (1.1), "caps", "" (none), "row"."""

    first: int
    last: int
    text: str
    mark: str = ""
    kind: str = ""
    cells: tuple = ()

    @property
    def whole(self):
        return f"{self.mark} {self.text}".strip()


def lines_of(text):
    """The lines of a text, composed letters only; whatever ends a line or a page anywhere ends one here."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\ufeff", "").replace("\u200b", "")
    text = squeezed(text)
    return tuple(line.rstrip() if "\t" not in line else line.rstrip(" \r") for line in text.splitlines())


def squeezed(text):
    """No more than eight blanks in a row: a column's width says nothing, and long runs are slow to look through."""
    return _RUN.sub(" " * LONGEST_RUN, text)


def paragraphs_of(lines):
    """Paragraphs in order. Blank lines are no sign of anything: text copied from a PDF has one after every line."""
    full = [(number, line.strip(" \u00a0\u3000")) for number, line in enumerate(lines, start=1) if line.strip()]
    width = _width([line for _, line in full])
    found, stacked, within = [], rows_of(full), -1
    for index, (number, line) in enumerate(full):
        if index <= within:
            continue
        if index in stacked:
            within, cells = stacked[index]
            found.append(Paragraph(number, full[within][0], " ".join(cells), kind="row", cells=cells))
            continue
        if width and _PAGE.fullmatch(line):
            found.append(Paragraph(number, number, line, kind="page"))
            continue
        fresh = _row(number, line) or _marked(number, line)
        place = next((i for i in range(len(found) - 1, -1, -1) if found[i].kind != "page"), None)
        before = found[place] if place is not None else None
        if before and _goes_on(before, _last_line(lines, before), fresh, line, width):
            found[place] = replace(before, last=number, text=f"{before.text} {' '.join(line.split())}")
        else:
            found.append(fresh)
    return [_finished(paragraph) for paragraph in found]


def _width(lines):
    """How long a full line is in a wrapped text; 0 if every line is a whole paragraph."""
    wrapped = sorted(
        len(before)
        for before, line in zip(lines, lines[1:], strict=False)
        if line[0].islower()
        and "\t" not in before + line
        and len(before) >= SHORTEST_WIDTH
        and not _ENDED.search(before)
        and not _marked(0, line).mark
    )
    return wrapped[int(len(wrapped) * 0.9)] if len(wrapped) >= FEW_WRAPPED else 0


def _last_line(lines, paragraph):
    return lines[paragraph.last - 1].strip()


def _goes_on(before, last_line, fresh, line, width):
    """Whether a line belongs to the paragraph before it: a line is wrapped where the next word had no room."""
    if fresh.kind == "row" or before.kind == "row" or _OWN_LINE.match(line):
        return False
    ended = bool(_ENDED.search(last_line))
    if _ONLY_MARK.fullmatch(before.whole):
        return not fresh.mark
    share = 0.7 if is_caps(last_line) else 0.9  # capitals are wider
    had_room = not width or len(last_line) + 1 + len(line.split()[0]) <= width * share
    if fresh.mark:
        starts_low = fresh.text[:1].islower() or fresh.text[:1].isdecimal()
        return bool(width) and not ended and not had_room and starts_low and fresh.kind in ("-", "counted", "number1")
    if line[0].islower() or line[0] in ",;.)”%":
        return bool(width) or not ended
    if not width or is_caps(before.text) != is_caps(line):
        return False
    if is_caps(line):
        return not ended and not _OWN_LINE.match(last_line) and not had_room
    return not ended and (not had_room or not _CAPITALISED.match(line))


def is_caps(text):
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) >= 0.85 * len(letters)


def _row(number, line):
    if line.count("|") >= 2:
        cells = ("-",) if _SEPARATOR.fullmatch(line) else tuple(cell.strip() for cell in line.strip("|").split("|"))
    elif "\t" in line:
        cells = tuple(" ".join(cell.split()) for cell in line.split("\t"))
        if len(cells) == 2 and _ONLY_MARK.fullmatch(cells[0]):
            return None
    else:
        return None
    if sum(bool(cell) for cell in cells) < 2 and len(cells) < 3:
        return None
    return Paragraph(number, number, " ".join(filter(None, cells)), kind="row", cells=cells)


def _marked(number, line):
    line = " ".join(line.split())
    for kind, pattern in _MARKS:
        if found := pattern.match(line):
            mark = found[0].strip()
            if kind == "number":
                kind += str(len(re.findall(r"\d+", mark))) + (")" if mark.endswith(")") else "")
            return Paragraph(number, number, line[found.end() :], mark, _BULLETS[mark[0]] if kind == "bullet" else kind)
    return Paragraph(number, number, line)


def _finished(paragraph):
    if paragraph.kind == "" and is_caps(paragraph.text):
        return replace(paragraph, kind="caps")
    return paragraph
