"""Which target stands under which: marks of one kind are one level, a new kind opens a deeper one."""

import re
from dataclasses import dataclass, field

from targets.splitting.naming import read_words
from targets.splitting.paragraphs import Paragraph
from targets.splitting.questions import settle
from targets.splitting.sentences import readings_of
from targets.splitting.tables import header_of, row_of

_RANK = {
    "part": 0,
    "caps": 0,
    "roman": 1,
    "counted in roman": 1,
    "capital": 1,
    "head": 2,
}  # marks that never stand below another kind
_PART_LINE = re.compile(r"(?:trong\s+đó|gồm|bao\s+gồm|cụ\s+thể)\s*:?", re.I)
_SAYS_PART = re.compile(r"(?:trong\s+đó|gồm|bao\s+gồm)\s*[:.;]?\s*$", re.I)
_BEGINS_PART = re.compile(r"^\s*(?:trong\s+đó|riêng)\s*:?\s+", re.I)
_HEADER_LINE = re.compile(r"S?TT\s+.*(?:chỉ\s+tiêu|nội\s+dung)", re.I)  # a table's header that lost its columns
LONGEST_HEADING = 150


@dataclass(eq=False)
class Node:
    """A line of the list: a target (or several), or a heading over what stands below it."""

    kind: str
    paragraph: Paragraph
    name: str = ""
    readings: list = field(default_factory=list)
    children: list = field(default_factory=list)
    says_part: bool = False  # the plan says that what follows, or this, is a part

    @property
    def holds_targets(self):
        return bool(self.readings) or any(child.holds_targets for child in self.children)


def outline_of(paragraphs):
    """(top nodes, paragraphs that only frame others, paragraphs that are neither)."""
    nodes, frames, left = _nodes(paragraphs)
    _settle_unmarked(nodes, left)
    top = Node("", None)
    stack = [top]
    for node in nodes:
        _climb(stack, node)
        stack[-1].children.append(node)
        stack.append(node)
    _read_the_rest(top.children, left)
    return top.children, frames, left


def _nodes(paragraphs):
    nodes, frames, left, header = [], [], [], None
    for paragraph in paragraphs:
        if paragraph.kind == "page":
            left.append(paragraph)
        elif paragraph.kind == "row":
            if found := header_of(paragraph):
                header = found
                frames.append(paragraph)
            elif row := row_of(paragraph, header):
                nodes.append(_row_node(row))
            else:
                left.append(paragraph)
        elif _HEADER_LINE.match(paragraph.whole):
            frames.append(paragraph)
        elif _PART_LINE.fullmatch(paragraph.text.strip()) and nodes:
            nodes[-1].says_part = not paragraph.text.lower().startswith("cụ thể")
            frames.append(paragraph)
        else:
            nodes.append(_text_node(paragraph))
    return nodes, frames, left


def _row_node(row):
    reading = row.reading()
    begins = _BEGINS_PART.match(row.name)
    if reading and begins:
        reading.name = f"{row.name[begins.end() :][:1].upper()}{row.name[begins.end() + 1 :]}"
    if reading:
        settle(reading)
    return Node(row.kind, row.paragraph, row.name, [reading] if reading else [], says_part=bool(begins))


def _text_node(paragraph):
    text = paragraph.text.strip()
    begins = _BEGINS_PART.match(text)
    node = Node(paragraph.kind, paragraph, text, readings_of(text[begins.end() :] if begins else text))
    node.says_part = bool(begins or _SAYS_PART.search(text))
    return node


def _settle_unmarked(nodes, left):
    """A line without a mark among marked ones lost its mark; a short one without a number is a heading."""
    marked = any(node.readings and node.kind not in ("", "row-blank") for node in nodes)
    last = ""
    for place, node in enumerate(list(nodes)):
        if node.kind == "" and node.readings and marked:
            following = next((one.kind for one in nodes[place + 1 :] if one.readings and one.kind), "-")
            node.kind = last or following
            for reading in node.readings:
                reading.doubts.append("Dòng này thiếu dấu đầu dòng, khác các dòng cùng danh sách")
        elif node.kind == "" and not node.readings:
            if _looks_like_heading(node.name):
                node.kind = "head"
            else:
                left.append(node.paragraph)
                nodes.remove(node)
        if node.readings:
            last = node.kind


def _looks_like_heading(text):
    return len(text) <= LONGEST_HEADING and not text.endswith((".", ";"))


def _climb(stack, node):
    """Take from the stack what the node does not stand under."""
    kinds = [one.kind for one in stack]
    if node.kind in kinds[1:]:
        del stack[kinds.index(node.kind, 1) :]
        return
    rank = _RANK.get(node.kind.removeprefix("row-"))
    while len(stack) > 1:
        above = _RANK.get(stack[-1].kind.removeprefix("row-"), 9)
        under_target = stack[-1].readings and not node.readings
        if under_target or (rank is not None and above > rank):
            stack.pop()
        else:
            return


def _read_the_rest(nodes, left):
    """What has neither number nor anything below it: a target in words where it is marked, else text left unread."""
    for node in list(nodes):
        _read_the_rest(node.children, left)
        if node.readings or node.children:
            continue
        if node.kind in ("", "head", "caps") or node.name.endswith(":") or node.kind.startswith("row-"):
            nodes.remove(node)
            left.append(node.paragraph)
        else:
            node.readings = [read_words(node.name)]
