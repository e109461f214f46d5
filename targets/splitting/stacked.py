"""A table copied out of a PDF or a web page with one cell on each line becomes rows again."""

import re

from units.folding import search_key

_FIRST = re.compile(r"s?tt|so tt|so thu tu")
_NAMES = re.compile(r"chi tieu|noi dung|tieu chi")
_NUMBER = re.compile(r"(\d{1,3})[.)]?")
_GROUP = re.compile(r"[IVX]{1,5}[.)]?|[A-HĐ][.)]?")
_GOES_ON = re.compile(r"(?:[IVX]+|\d{1,2}(?:\.\d{1,2})*)[.)]\s+\S|Nơi\s+nhận|Trên\s+đây|PHẦN\s|Phần\s")
LEAST_COLUMNS, MOST_COLUMNS, LONGEST_TITLE = 3, 8, 40


def rows_of(lines):
    """{index of the first: (index of the last, cells)} of the (line number, text) pairs that are one table's cells."""
    found = {}
    for start, (_, line) in enumerate(lines):
        width = _header(lines, start) if _FIRST.fullmatch(search_key(line)) else 0
        if width:
            found |= _rows(lines, start, width)
    return found


def _header(lines, start):
    """How many lines from `start` are the table's titles; 0 if this is none."""
    titles = []
    for _, line in lines[start : start + MOST_COLUMNS + 1]:
        if titles and (_NUMBER.fullmatch(line) or _GROUP.fullmatch(line)):
            break
        if len(line) > LONGEST_TITLE or "\t" in line:
            return 0
        titles.append(search_key(line))
    named = any(_NAMES.search(title) for title in titles)
    return len(titles) if named and LEAST_COLUMNS <= len(titles) <= MOST_COLUMNS else 0


def _rows(lines, start, width):
    found, place, count = {start: _row(lines, start, width)}, start + width, 0
    while place < len(lines):
        line = lines[place][1]
        if _GROUP.fullmatch(line) and place + 1 < len(lines):
            length = 2
        elif (number := _NUMBER.fullmatch(line)) and int(number[1]) in (1, count + 1):
            count = int(number[1])
            length = _length(lines, place, width, count)
        else:
            break
        if not length:
            break
        found[place] = _row(lines, place, length)
        place += length
    return found if len(found) > 1 else {}


def _length(lines, place, width, count):
    """A row has as many cells as titles, or fewer where the last are blank; a row or a part begins behind it."""
    row = [line for _, line in lines[place : place + width]]
    width = next((index for index, line in enumerate(row) if _GOES_ON.match(line)), len(row))
    for length in range(width, LEAST_COLUMNS - 1, -1):
        after = lines[place + length][1] if place + length < len(lines) else ""
        number = _NUMBER.fullmatch(after)
        if (number and int(number[1]) in (1, count + 1)) or _GROUP.fullmatch(after) or _GOES_ON.match(after):
            return length
    return width if width >= LEAST_COLUMNS else 0


def _row(lines, place, length):
    return place + length - 1, tuple(line for _, line in lines[place : place + length])
