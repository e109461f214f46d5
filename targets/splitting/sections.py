"""In which part of the plan a paragraph stands: headings are known by their words and by the level of their marks."""

import re
from dataclasses import dataclass, field

from targets.splitting.paragraphs import is_caps
from units.folding import search_key

# The words with which a part's heading begins, folded. The first that fits speaks.
_REWARD_LEADS = "cong tac|ve|to chuc|hinh thuc|tieu chuan,?|co cau|binh xet,?|tong ket,?|so ket,?"
_HEADINGS = {
    "purpose": ["muc dich"],
    "requirements": ["yeu cau"],
    "targets": [
        r"(?:cac |he thong |mot so |nhung )*(?:nhom )?chi tieu",
        r"muc tieu,? (?:va )?chi tieu",
        r"muc tieu cu the",
        r"(?:cac )?muc tieu thi dua",
        r"noi dung,? (?:va )?chi tieu",
        r"(?:phu luc|bieu|bang)\b.*chi tieu",
        r"tieu chi thi dua",
    ],
    "objective": [r"muc tieu(?: tong quat| chung)?"],
    "tasks": [r"(?:cac |mot so )?(?:nhiem vu|giai phap|bien phap)", r"noi dung,? (?:va )?giai phap"],
    "content": ["noi dung"],
    "timing": ["thoi gian", "thoi han", "tien do", "lo trinh"],
    "reward_rules": [
        rf"(?:(?:{_REWARD_LEADS}) )*khen thuong",
        r"(?:tieu chuan|so ket|tong ket|hinh thuc).{0,30}khen thuong",
    ],
    "duties": [
        "to chuc thuc hien",
        "phan cong",
        "trach nhiem",
        "che do (?:thong tin,? )?bao cao",
        "to chuc trien khai",
    ],
    "other": ["kinh phi", "doi tuong", "pham vi", "dieu kien", "nguyen tac"],
}
_HEADINGS = [(name, re.compile(rf"(?:{'|'.join(words)})(?!\w)")) for name, words in _HEADINGS.items()]
_ALL_TARGETS = re.compile(r"(?:cac |he thong )?(?:chi tieu|muc tieu)(?: thi dua| cu the| chu yeu| phan dau| giao)*")
_TOP = {"roman", "caps", "part", "capital"}
_MAY_HEAD = re.compile(r"roman|caps|part|capital|number|letter|^$")
_CLOSING = re.compile(r"Trên\s+đây\s+là|Yêu\s+cầu\s+(?:các|thủ\s+trưởng).{0,200}\./\.$|Căn\s+cứ\s+Kế\s+hoạch\s+này")
_RECIPIENTS = re.compile(r"Nơi\s+nhận\s*:?", re.I)
_SIGNER = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.\s*\w|(?:PHÓ\s+)?(?:CHỦ\s+TỊCH|TRƯỞNG\s+BAN|BÍ\s+THƯ)\s*$")
LONGEST_HEADING = 160


@dataclass(eq=False)
class Section:
    """A stretch of the plan; `field` is the Campaign field it fills, or front, targets, recipients, signer, other."""

    field: str
    kind: str = ""
    above: tuple = ()
    headings: list = field(default_factory=list)
    body: list = field(default_factory=list)
    combined: bool = False  # "Mục đích, yêu cầu" in one


def sections_of(paragraphs):
    """The plan's sections in its own order."""
    sections = [Section("front")]
    for paragraph in paragraphs:
        current = sections[-1]
        if paragraph.kind == "page":
            current.body.append(paragraph)
        elif found := _tail_section(paragraph, current) or _section(paragraph, current, sections):
            sections.append(found)
        else:
            current.body.append(paragraph)
    return sections


def _tail_section(paragraph, current):
    """The closing sentence, the recipients and the signature, which have no heading."""
    if _CLOSING.match(paragraph.text) and current.field not in ("front", "closing"):
        return Section("closing", body=[paragraph])
    if _RECIPIENTS.match(paragraph.text):
        rest = _RECIPIENTS.sub("", paragraph.text, count=1).strip()
        return Section("recipients", headings=[paragraph], body=[paragraph] if rest else [])
    if _SIGNER.match(paragraph.text) and is_caps(paragraph.text) and current.field not in ("front", "signer"):
        return Section("signer", body=[paragraph])
    return None


def heading_of(paragraph):
    """(field, the heading, the text that goes on behind its colon) or None."""
    if paragraph.kind == "row" or not _MAY_HEAD.match(paragraph.kind):
        return None
    heading, colon, rest = paragraph.text.partition(":")
    if len(heading) > LONGEST_HEADING or (not paragraph.kind and (len(heading) > 60 or heading.endswith((".", ";")))):
        return None
    if heading.rstrip().endswith(".") and len(heading) > 80:
        return None
    key = search_key(heading)
    name = next((name for name, words in _HEADINGS if words.match(key)), None)
    return (name, heading, rest.strip() if colon else "") if name else None


def _section(paragraph, current, sections):
    found = heading_of(paragraph)
    top = paragraph.kind in _TOP and is_caps(paragraph.text)
    if not found:
        unknown = paragraph.kind in ("roman", "part") and current.kind in ("roman", "part")
        return Section("unknown", paragraph.kind, headings=[paragraph]) if unknown and current.body else None
    name, heading, rest = found
    nested = not current.body
    if current.field == name and paragraph.kind != current.kind and not (nested and _repeats(name, heading)):
        return None  # "1. Chỉ tiêu kinh tế" under "II. CHỈ TIÊU" is a sector
    if current.field in ("recipients", "signer") and not (top and name == "targets"):
        return None
    if not (current.field == "front" or top or nested or paragraph.kind in (current.kind, *current.above)):
        return None
    if current.field == "front" and not paragraph.kind and name not in ("purpose", "targets"):
        return None
    section = Section(name, paragraph.kind, _above(paragraph, current), [paragraph])
    section.combined = name == "purpose" and "yeu cau" in search_key(heading)
    if rest:
        section.body.append(_behind_the_colon(paragraph, rest))
    if nested and current.field != "front":
        _take_over(sections, current, section)
    return section


def _repeats(name, heading):
    """Whether a heading right below one of the same part only says it again ("I. Mục tiêu" – "1. Mục tiêu chung")."""
    whole = _ALL_TARGETS if name == "targets" else dict(_HEADINGS)[name]
    return bool(whole.fullmatch(search_key(heading)))


def _above(paragraph, current):
    if paragraph.kind == current.kind or paragraph.kind in _TOP:
        return current.above if paragraph.kind == current.kind else ()
    if paragraph.kind in current.above:
        return current.above[: current.above.index(paragraph.kind)]
    return (*current.above, current.kind)


def _behind_the_colon(paragraph, rest):
    return type(paragraph)(paragraph.first, paragraph.last, rest)


def _take_over(sections, current, section):
    """A heading right below another: the upper one has no text of its own."""
    section.headings = [*current.headings, *section.headings]
    if current is sections[-1]:
        sections.pop()
