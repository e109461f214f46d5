"""Rows of a table (cells set apart by tabs or upright strokes) as a list of targets: which column holds what."""

import re
from dataclasses import dataclass, replace

from targets.measures import is_unit
from targets.splitting.naming import read_row
from targets.splitting.paragraphs import Paragraph, is_caps
from units.folding import search_key

_COLUMNS = {
    "order": re.compile(r"(?:s?tt|so tt|so thu tu|stt\.?|tt\.?)"),
    "name": re.compile(
        r"(?:noi dung|ten|cac|he thong)?\s*(?:cac )?(?:chi tieu|tieu chi|noi dung|danh muc|muc tieu)"
        r"(?: thi dua| chu yeu| giao| nhiem vu)*"
    ),
    "unit": re.compile(r"(?:dvt|don vi|don vi tinh|d\.?v\.?t\.?)"),
    "goal": re.compile(
        r".*(?:ke hoach|muc tieu|chi tieu|phan dau|muc giao|giao|kh nam|dang ky|muc dat|chi tieu giao).*|kh|"
        r"(?:nam )?20\d\d|so luong|gia tri|muc"
    ),
    "past": re.compile(r".*(?:thuc hien|uoc|nam truoc|cung ky|so sanh|ty le|tang|giam|hien trang).*|th.*"),
}
_ORDERS = [
    ("roman", re.compile(r"[IVX]+[.)]?")),
    ("capital", re.compile(r"[A-HĐ][.)]?")),
    ("number1", re.compile(r"\d{1,3}[.)]?")),
    ("number2", re.compile(r"\d{1,2}\.\d{1,2}[.)]?")),
    ("number3", re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}[.)]?")),
    ("letter", re.compile(r"[a-zđ][.)]?")),
    ("-", re.compile(r"[-–—+*•]")),
]
_NUMBER_CELL = re.compile(r"[≥≤<>=~]*\s*[-−]?\d[\d., \u00a0]*\s*(?:%|‰)?")
_LEADING = re.compile(r"^(?:[-–—+*•]+\s*|[a-zđ]\)\s*|\d{1,2}(?:\.\d{1,2})*[.)]\s+)")


@dataclass(frozen=True)
class Row:
    paragraph: Paragraph
    kind: str
    name: str
    unit: str
    goal: str
    doubts: tuple = ()

    def reading(self):
        """The row's target, or None where it is a heading: neither unit nor goal."""
        if not self.goal and not self.unit:
            return None
        reading = read_row(self.name, self.unit, self.goal)
        reading.doubts += self.doubts
        return reading


def header_of(paragraph):
    """{column: place} if the row is a table's header: it must name its targets and their figures or units."""
    found = {}
    for place, cell in enumerate(paragraph.cells):
        key = search_key(cell)
        for column in ("order", "name", "unit", "past", "goal"):
            if _COLUMNS[column].fullmatch(key) and (column != "name" or "name" not in found):
                found.setdefault(column, []).append(place)
                break
    if "name" in found and ("goal" in found or "unit" in found):
        return found
    return None


def row_of(paragraph, header):
    """What a row says, by the header above it, or, without one, by what its cells look like. None: no target's row."""
    cells = [cell.strip() for cell in paragraph.cells]
    return _by_header(paragraph, cells, header) if header else _by_looks(paragraph, cells)


def _by_header(paragraph, cells, header):
    def cell(column, which=0):
        places = header.get(column, [])
        return cells[places[which]] if places and places[which] < len(cells) else ""

    doubts = []
    goals = header.get("goal", [])
    goal = cell("goal", -1) if goals else ""
    if len(goals) > 1 and goal:
        doubts.append(f"Bảng có {len(goals)} cột ghi mức; đọc cột cuối")
    if not goals:
        rest = [text for place, text in enumerate(cells) if text and place not in sum(header.values(), [])]
        goal = rest[0] if rest else ""
        if goal:
            doubts.append("Bảng không có cột tên là kế hoạch hay mức giao; đề nghị kiểm tra cột đã đọc")
    name = cell("name")
    filled = [text for text in cells if text]
    if not name and len(set(filled)) == 1:
        name = filled[0]
    if not name:
        return None
    unit, goal = _same(name, cell("unit")), _same(name, goal)
    return _row(paragraph, cell("order"), name, unit, goal, doubts)


def _same(name, text):
    """A merged cell says the same in every column."""
    return "" if text == name else text


def _by_looks(paragraph, cells):
    order, rest = "", [cell for cell in cells if cell]
    if rest and any(pattern.fullmatch(rest[0]) for _, pattern in _ORDERS):
        order, rest = rest[0], rest[1:]
    if not rest:
        return None
    name, units, goals, others = rest[0], [], [], []
    for text in rest[1:]:
        (units if is_unit(text) else goals if _NUMBER_CELL.fullmatch(text) else others).append(text)
    doubts = ["Bảng không có dòng tiêu đề; các cột được nhận theo hình dạng"]
    if len(goals) > 1:
        doubts.append(f"Dòng có {len(goals)} con số; đọc số cuối")
    if others and not goals:
        goals, others = others[:1], others[1:]
    return _row(paragraph, order, name, units[0] if units else "", goals[-1] if goals else "", doubts)


def _row(paragraph, order, name, unit, goal, doubts):
    marked = _LEADING.match(name)
    kind = next((kind for kind, pattern in _ORDERS if pattern.fullmatch(order)), "")
    if not kind and marked:
        kind = "-"
    if not kind:
        kind = "head" if not unit and not goal else "blank"
    if kind == "head" and is_caps(name):
        kind = "caps"
    name = name[marked.end() :] if marked else name
    goal = "" if goal in ("-", "–", "x", "X", "…", "...") and not unit else goal
    return Row(replace(paragraph, mark=order), f"row-{kind}", name, unit, goal, tuple(doubts))
