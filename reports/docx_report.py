"""The HTML of a document in the form of Decree 30 → the same as a Word document that can be edited.

The PDF and the Word document are made of one HTML, so that they cannot say different things: `campaign_portal.pdf`
draws it by its style sheet, this module gives each of its blocks a named style.
"""

import base64
import re

from lxml import html as markup

from campaign_portal import docx

STYLES = {  # "class", or "class around it" and element, in the HTML: the named style in Word
    "higher": "Cơ quan chủ quản",
    "agency": "Cơ quan ban hành",
    "country": "Quốc hiệu",
    "motto": "Tiêu ngữ",
    "number": "Số, ký hiệu",
    "dated": "Địa danh, ngày tháng",
    "titled h1": "Title",
    "subject": "Trích yếu",
    "addressed p": "Kính gửi",
    "body h2": "heading 1",
    "body h3": "heading 2",
    "point": "heading 3",
    "empty": "Chưa có nội dung",
    "label": "Nơi nhận",
    "copies li": "Danh sách nơi nhận",
    "authority": "Quyền hạn, chức vụ",
    "name": "Người ký",
    "annex-title h2": "Phụ lục",
    "annex-title h3": "Tên phụ lục",
    "attached": "Kèm theo",
    "note": "Ghi chú của phụ lục",
}
PLAIN, LAST = "Thân bài", "Thân bài cuối"  # the last paragraph goes over to the signature's page
CELLS = {"middle": "Ô giữa"} | dict.fromkeys(["number", "goal", "percent", "before"], "Ô số")
MARKED = {("group", "Ô giữa"): "Ô nhóm giữa", ("total", "Ô số"): "Ô cộng số"}
ROWS = {"group": "Ô nhóm", "total": "Ô cộng", "heading": "Ô đề mục"}
SIZES = {"small": " nhỏ", "dense": " rất nhỏ"}  # of the letters in a table
MASTHEAD, SIGNING = (66, 95), (74, 87)  # mm, of the two columns
MOTTO = 56  # mm, of the motto in its style: its rule is as long
SUBJECT = 140  # mm, the longest line over a rule
CAPITALS, SMALL = 0.63, 0.45  # of the size: how wide a letter of Times is, near enough for a rule of 1/3 to 1/2
RULE = 0.41
POINT = 25.4 / 72  # mm
BLANKS = re.compile(r"[ \t\r\n\f]+")  # a no-break space is no such blank: it keeps room for the number and the date


def write(html, *, mark, at):
    """The bytes of the Word document. `mark` stands on every page ("" for none); `at` is when it was written."""
    root = markup.document_fromstring(html)
    paper = docx.paper(
        title=_text(root.find(".//title")),
        author=root.xpath("string(//meta[@name='author']/@content)"),
        at=at,
        mark=mark,
        lookup=_lookup(root),
    )
    body = root.find("body")
    for block in body:
        _write(block, paper, paper)
    return paper.content()


def _lookup(root):
    """What leads to the public page of the document, for the bottom margin."""
    found = root.find_class("lookup")
    if not found:
        return None
    picture = found[0].find(".//img")
    png = base64.b64decode(picture.get("src").partition(",")[2])
    return {"text": _text(found[0].find("span")).replace("\n", " "), "png": png, "told": picture.get("alt", "")}


def _write(block, place, paper):
    """One block of the HTML, and what is in it, into a place of the paper."""
    classes = block.get("class", "").split()
    if "lookup" in classes:
        return
    if "masthead" in classes:
        for row in block:
            _beside(row, MASTHEAD, place, paper)
        return
    if "signing" in classes:
        place.say("Khoảng đệm", "")
        _beside(block, SIGNING, place, paper)
    elif "several" in classes:
        _addressees(block, place)
    elif block.tag == "table":
        place.say("Khoảng đệm", "")  # between the text and the table
        _table(block, paper)
    elif block.tag in ("p", "li", "h1", "h2", "h3") or (block.tag == "div" and len(block) == 0):
        _say(block, place)
    else:
        if "annex" in classes:
            paper.begin_annex(wide="wide" in classes)
        for inner in block:
            _write(inner, place, paper)


def _beside(row, widths, place, paper):
    for cell, column in zip(row, place.side_by_side(*widths), strict=True):
        if len(cell) == 0:
            _say(cell, column)
        for inner in cell:
            _write(inner, column, paper)


def _say(block, place):
    text, style = _text(block), _style(block)
    place.say(LAST if style == PLAIN and _is_before_the_signature(block) else style, text)
    if style == "Tiêu ngữ":
        place.rule(MOTTO)
    elif block.xpath("descendant-or-self::*[contains(@class, 'ruled')]"):
        is_capital = style in ("Cơ quan ban hành", "Cơ quan chủ quản")
        size, letter = (12, CAPITALS) if is_capital else (14, SMALL)
        length = min(len(text) * size * POINT * letter, place.width if is_capital else SUBJECT)
        place.rule(length * RULE)


def _style(block):
    classes = block.get("class", "").split()
    around = next((each.get("class", "").split() for each in block.iterancestors() if each.get("class")), [])
    names = [*classes, *(f"{outer} {block.tag}" for outer in around)]
    return next((STYLES[name] for name in names if name in STYLES), PLAIN)


def _is_before_the_signature(block):
    after = block.getparent().getnext()
    return block.getnext() is None and after is not None and "signing" in after.get("class", "")


def _addressees(block, place):
    """Several addressees: the first line says to whom, the others name them under its colon."""
    first, *others = block
    place.say("Kính gửi nhiều nơi", _text(first))
    for line in others:
        place.say("Nơi kính gửi", _text(line))


def _table(table, paper):
    size = next((SIZES[name] for name in table.get("class", "").split() if name in SIZES), "")
    widths = [_width(column) for column in table.iter("col")]
    head = [[_box(cell, row, size) for cell in row] for row in table.xpath("thead/tr")]
    rows = [[_box(cell, row, size) for cell in row] for row in table.xpath("tbody/tr")]
    paper.table(widths, head, rows)


def _width(column):
    """How many mm a column takes, in its style or its class ("w48"); None takes what is left."""
    found = re.search(r"width: ([\d.]+)mm", column.get("style", "")) or re.search(
        r"\bw(\d+)\b", column.get("class", "")
    )
    return float(found[1]) if found else None


def _box(cell, row, size):
    row_class, cell_class = row.get("class", ""), cell.get("class", "").split()
    if cell.tag == "th":
        style = "Ô đầu bảng"
    else:
        set_as = next((CELLS[name] for name in cell_class if name in CELLS), "")
        style = MARKED.get((row_class, set_as)) or ROWS.get(row_class) or set_as or "Ô chữ"
    return docx.Box(_text(cell), style + size, int(cell.get("colspan", 1)), int(cell.get("rowspan", 1)))


def _text(element):
    """The letters of an element as a page would show them."""
    pieces = [element.text or ""]
    for inner in element:
        pieces += ["\n" if inner.tag == "br" else _text(inner), inner.tail or ""]
    lines = "".join(BLANKS.sub(" ", piece) if piece != "\n" else piece for piece in pieces).split("\n")
    return "\n".join(BLANKS.sub(" ", line).strip(" ") for line in lines).strip("\n ")
