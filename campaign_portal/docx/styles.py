"""The named styles of a Word document: the sizes of the decree's sample column, the same as `decree30.css`.

Word shows the styles "Heading 1" to "Heading 3" in its outline; "Phụ lục" stands on their first level.
"""

import re
import unicodedata
from dataclasses import dataclass

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
GREY = "767676"
KEPT = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}  # of the styles python-docx begins with
FIRST_LINE = 12.7  # mm
TABLE, FRAME = "Bảng số liệu", "Khung trình bày"  # styles of tables: with lines, and without


@dataclass(frozen=True)
class Look:
    """A paragraph style. Sizes and spacing in points, indents in mm; `line` is a multiple of single spacing."""

    name: str
    size: float = 14
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    align: str = "left"  # center | right | both
    first: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    keep_next: bool = False
    level: int | None = None
    ruled: bool = False
    tabs: tuple = ()  # (kind, mm)


def _margin(wide):
    """The line in the top margin: the page's number over the middle of the text, the draft's mark at its right."""
    width = 248 if wide else 161
    return (("center", width / 2), ("right", width))


def _cells(suffix, size):
    return [
        Look(f"Ô đầu bảng{suffix}", size, bold=True, align="center", keep_next=True),
        Look(f"Ô chữ{suffix}", size),
        Look(f"Ô giữa{suffix}", size, align="center"),
        Look(f"Ô số{suffix}", size, align="right"),
        Look(f"Ô nhóm{suffix}", size, bold=True, keep_next=True),
        Look(f"Ô nhóm giữa{suffix}", size, bold=True, align="center", keep_next=True),
        Look(f"Ô đề mục{suffix}", size, italic=True, keep_next=True),
        Look(f"Ô cộng{suffix}", size, bold=True),
        Look(f"Ô cộng số{suffix}", size, bold=True, align="right"),
    ]


_body = {"align": "both", "first": FIRST_LINE, "before": 6, "line": 1.1}
LOOKS = [
    Look("Cơ quan chủ quản", 12, capitals=True, align="center"),
    Look("Cơ quan ban hành", 12, bold=True, capitals=True, align="center"),
    Look("Quốc hiệu", 12, bold=True, capitals=True, align="center"),
    Look("Tiêu ngữ", 13, bold=True, align="center"),
    Look("Số, ký hiệu", 13, align="center", before=9),
    Look("Địa danh, ngày tháng", 13, italic=True, align="center", before=9),
    Look("Title", bold=True, align="center", before=16, keep_next=True),
    Look("Trích yếu", bold=True, align="center", left=10.5, right=10.5, keep_next=True),
    Look("Kính gửi", align="center", before=14, after=6),
    Look("Kính gửi nhiều nơi", left=35, before=14, keep_next=True),
    Look("Nơi kính gửi", left=57, hanging=3),
    Look("heading 1", bold=True, capitals=True, keep_next=True, level=0, **_body),
    Look("heading 2", bold=True, keep_next=True, level=1, **_body),
    Look("heading 3", keep_next=True, level=2, **_body),
    Look("Thân bài", **_body),
    Look("Thân bài cuối", keep_next=True, **_body),
    Look("Chưa có nội dung", italic=True, **_body),
    Look("Nơi nhận", 12, bold=True, italic=True, keep_next=True),
    Look("Danh sách nơi nhận", 11, keep_next=True),
    Look("Quyền hạn, chức vụ", bold=True, capitals=True, align="center", keep_next=True),
    Look("Người ký", bold=True, align="center", before=85),
    Look("Phụ lục", bold=True, align="center", keep_next=True, level=0),
    Look("Tên phụ lục", bold=True, capitals=True, align="center", keep_next=True),
    Look("Kèm theo", italic=True, align="center", keep_next=True),
    Look("Ghi chú của phụ lục", **_body),
    Look("Đường kẻ", 1, align="center", before=2, keep_next=True, ruled=True),
    Look("Khoảng đệm", 4, keep_next=True),
    Look("header", 14, tabs=_margin(wide=False)),
    Look("Đầu trang ngang", 14, tabs=_margin(wide=True)),
    Look("footer", 7, align="right"),
    *_cells("", 12),
    *_cells(" nhỏ", 11),
    *_cells(" rất nhỏ", 10),
]
DRAFT_MARK = "Dấu dự thảo"  # of letters, as only a part of its line is so


def put_in(document):
    """Make these the document's only styles. Returns {name: id}."""
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in KEPT:
            styles.remove(style)
    _set_defaults(styles)
    for look in LOOKS:
        styles.append(parse_xml(_paragraph_style(look)))
    styles.append(parse_xml(_mark()))
    for name, line in ((TABLE, "single"), (FRAME, "nil")):
        styles.append(parse_xml(_table_style(name, line)))
    names = [look.name for look in LOOKS] + [DRAFT_MARK, TABLE, FRAME]
    return {name: style_id(name) for name in names}


def style_id(name):
    """Letters alone: "Thân bài" is ThanBai."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(
        word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", re.sub(r"[\u0300-\u036f]", "", plain))
    )


def twips(mm):
    return round(mm / 25.4 * 1440)


def _set_defaults(styles):
    """Font, size and language of everything that no style says otherwise."""
    defaults = styles.find(qn("w:docDefaults"))
    styles.replace(
        defaults,
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{_fonts()}<w:sz w:val='28'/><w:szCs w:val='28'/>"
            f"<w:lang w:val='{LANGUAGE}' w:eastAsia='{LANGUAGE}' w:bidi='ar-SA'/></w:rPr></w:rPrDefault>"
            "<w:pPrDefault><w:pPr><w:spacing w:before='0' w:after='0' w:line='240' w:lineRule='auto'/></w:pPr>"
            "</w:pPrDefault></w:docDefaults>"
        ),
    )
    normal = styles.find(f"{qn('w:style')}[@{qn('w:styleId')}='Normal']")
    for part in normal.findall(qn("w:pPr")) + normal.findall(qn("w:rPr")):
        normal.remove(part)


def _fonts():
    return "<w:rFonts {}/>".format(" ".join(f"w:{kind}='{FONT}'" for kind in ("ascii", "hAnsi", "eastAsia", "cs")))


def _paragraph_style(look):
    rule = "<w:pBdr><w:top w:val='single' w:sz='6' w:space='0' w:color='000000'/></w:pBdr>" if look.ruled else ""
    tabs = "".join(f"<w:tab w:val='{kind}' w:pos='{twips(mm)}'/>" for kind, mm in look.tabs)
    room = f"w:before='{round(look.before * 20)}' w:after='{round(look.after * 20)}' w:line='{round(look.line * 240)}'"
    first = f"w:hanging='{twips(look.hanging)}'" if look.hanging else f"w:firstLine='{twips(look.first)}'"
    paragraph = [
        "<w:keepNext/>" if look.keep_next else "",
        rule,
        f"<w:tabs>{tabs}</w:tabs>" if tabs else "",
        f"<w:spacing {room} w:lineRule='auto'/>",
        f"<w:ind w:left='{twips(look.left)}' w:right='{twips(look.right)}' {first}/>",
        f"<w:jc w:val='{look.align}'/>",
        f"<w:outlineLvl w:val='{look.level}'/>" if look.level is not None else "",
    ]
    letters = [
        "<w:b/>" if look.bold else "",
        "<w:i/>" if look.italic else "",
        "<w:caps/>" if look.capitals else "",
        f"<w:sz w:val='{round(look.size * 2)}'/><w:szCs w:val='{round(look.size * 2)}'/>",
    ]
    return (
        f"<w:style {nsdecls('w')} w:type='paragraph'{_custom(look.name)} w:styleId='{style_id(look.name)}'>"
        f"<w:name w:val='{look.name}'/><w:basedOn w:val='Normal'/><w:qFormat/>"
        f"<w:pPr>{''.join(paragraph)}</w:pPr><w:rPr>{''.join(letters)}</w:rPr></w:style>"
    )


def _custom(name):
    return "" if name[0].islower() or name == "Title" else " w:customStyle='1'"


def _mark():
    return (
        f"<w:style {nsdecls('w')} w:type='character' w:customStyle='1' w:styleId='{style_id(DRAFT_MARK)}'>"
        f"<w:name w:val='{DRAFT_MARK}'/><w:basedOn w:val='DefaultParagraphFont'/><w:qFormat/>"
        f"<w:rPr><w:b/><w:color w:val='{GREY}'/><w:spacing w:val='20'/><w:sz w:val='26'/></w:rPr></w:style>"
    )


def _table_style(name, line):
    sides = "".join(
        f"<w:{side} w:val='{line}' w:sz='4' w:space='0' w:color='000000'/>"
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    gap = twips(1) if line == "single" else 0
    return (
        f"<w:style {nsdecls('w')} w:type='table' w:customStyle='1' w:styleId='{style_id(name)}'>"
        f"<w:name w:val='{name}'/><w:basedOn w:val='TableNormal'/><w:qFormat/>"
        f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>"
        f"<w:left w:w='{gap}' w:type='dxa'/><w:right w:w='{gap}' w:type='dxa'/></w:tblCellMar></w:tblPr>"
        f"<w:tcPr><w:vAlign w:val='{'center' if gap else 'top'}'/></w:tcPr></w:style>"
    )
