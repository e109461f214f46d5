"""The plan's text beside what was read out of it: which lines stand left of which proposals, and what is marked."""

import re
from dataclasses import dataclass, field

LONGEST_MARKED = 2_000  # characters; a longer sentence is the whole of its lines


@dataclass(frozen=True)
class Line:
    """A printed line: its number, and its text in pieces (text, whether it belongs to the sentence)."""

    number: int
    pieces: tuple


@dataclass
class Row:
    """Lines of the plan and the proposals that came out of them; `unread` where nothing was made of the lines."""

    first: int
    last: int
    lines: list
    items: list = field(default_factory=list)
    unread: bool = False
    raw: str = ""  # as it stands in the text, blank lines too


def rows_of(lines, items, unread):
    """The whole plan in its order, each line at least once; blank lines are left out of quiet stretches."""
    rows = []
    for item in items:
        here = item.first_line, item.last_line
        if rows and (rows[-1].first, rows[-1].last) == here:
            rows[-1].items.append(item)
        else:
            rows.append(Row(*here, lines=_marked(lines, *here, item.sentence), items=[item]))
    rows += [Row(u.first_line, u.last_line, _plain(lines, u.first_line, u.last_line), unread=True) for u in unread]
    seen = {number for row in rows for number in range(row.first, row.last + 1)}
    rows += _quiet(lines, seen)
    for row in rows:
        row.raw = "\n".join(lines[max(row.first, 1) - 1 : row.last])
    return sorted(rows, key=lambda row: row.first)


def _quiet(lines, seen):
    """The stretches of lines that belong to no proposal: titles of parts, for the most."""
    stretch = []
    for number in range(1, len(lines) + 2):
        if number <= len(lines) and number not in seen:
            stretch.append(number)
            continue
        if any(lines[each - 1].strip() for each in stretch):
            shown = [each for each in stretch if lines[each - 1].strip()]
            yield Row(shown[0], shown[-1], _plain(lines, shown[0], shown[-1]))
        stretch = []


def _plain(lines, first, last):
    numbers = range(max(first, 1), last + 1)
    return [Line(number, ((lines[number - 1], False),)) for number in numbers if lines[number - 1].strip()]


def _marked(lines, first, last, sentence):
    """The lines with the sentence marked, however the plan breaks it into lines."""
    if first < 1:
        return []
    text = "\n".join(lines[first - 1 : last])
    words = [re.escape(word) for word in sentence.split()] if len(sentence) < LONGEST_MARKED else []
    found = re.search(r"\s+".join(words), text) if words else None
    start, end = found.span() if found else (0, len(text))
    marked, place = [], 0
    for number, line in enumerate(lines[first - 1 : last], start=first):
        cut = [min(max(edge - place, 0), len(line)) for edge in (start, end)]
        pieces = (line[: cut[0]], False), (line[cut[0] : cut[1]], True), (line[cut[1] :], False)
        place += len(line) + 1
        if line.strip():
            marked.append(Line(number, tuple(piece for piece in pieces if piece[0])))
    return marked
