"""Where the measures of a sentence stand, and where the words that name one end and those of the next begin."""

import re
from dataclasses import dataclass, field

from targets.goals import COMPARED, DELTA, NUMBER, OPERATOR, ZERO
from targets.measures import unit_at_start
from targets.splitting.letters import LOWER, UPPER
from targets.splitting.masking import HIDDEN, hide

_NUMBER = re.compile(
    rf"(?<![\w.,/{HIDDEN}])[-−]?{NUMBER}(?![\w{HIDDEN}])|(?<![\w.,/{HIDDEN}]){NUMBER}(?=(?:m2|m3|kg|km|ha|m)(?!\w))"
)
_FRACTION = re.compile(rf"(?<![\w.,/{HIDDEN}])(\d{{1,5}})\s?/\s?(\d{{1,5}})(?![\w/{HIDDEN}])")
_JOINT = re.compile(r"\s*(?:-|–|—|đến|tới)\s*(?:dưới\s*)?|\s*(?:lên|xuống)(?:\s+(?:còn|đến|tới))?\s*", re.I)
_AFTER = re.compile(r"\s*(?:trở\s+lên|trở\s+xuống|hoặc\s+hơn)(?!\w)|\s*/\s*(?:năm|quý|tháng|tuần)(?!\w)", re.I)
_BEFORE = re.compile(rf"(?:{OPERATOR}|(?<!\w){DELTA}|(?<!\w)(?:phấn\s+đấu|ở\s+mức|là)(?!\w))\s*$", re.I)
_COMPARISON = re.compile(rf"\s*(?:{COMPARED})", re.I)
_CUTS = [
    re.compile(r";"),
    re.compile(rf"\.\s+(?=[{UPPER}])"),
    re.compile(r",?\s*(?=(?:trong\s+đó|riêng)(?!\w))", re.I),
    re.compile(rf"\s+(?=[{UPPER}][{LOWER}])"),
    re.compile(r",(?=\s)"),
    re.compile(r"\s(?=và\s)", re.I),
    re.compile(r"\s[-–]\s"),
]
CAPITAL_CUT = 3
LONGEST_SENTENCE = 5_000
LONGEST_UNIT = 80  # characters looked at behind a number


@dataclass
class Clause:
    """`start`–`end` of the sentence holds the clause, `left`–`right` the words of its goal."""

    start: int
    end: int
    left: int
    right: int
    doubts: list = field(default_factory=list)


def clauses_of(text):
    """The clauses of a sentence that hold a measure, in order; none where it is longer than any sentence."""
    if len(text) > LONGEST_SENTENCE:
        return []
    hidden = hide(text)
    measures = [*_numbered(hidden)]
    measures = sorted([*measures, *_zeros(hidden, measures)])
    kept, dropped = [], []
    for left, right in measures:
        (dropped if kept and _compares(hidden, left, right) else kept).append((left, right))
    found = [Clause(0, len(text), left, right) for left, right in kept]
    for clause, after in zip(found, found[1:], strict=False):
        _cut(hidden, clause, after)
    for left, right in dropped:
        owner = [clause for clause in found if clause.left < left][-1]
        owner.doubts.append(f"“{text[left:right].strip()}” được coi là so sánh, không đọc thành mức chỉ tiêu")
    for clause in found:
        while clause.start < clause.end and text[clause.start] in " ,;.":
            clause.start += 1
    return found


def _numbered(hidden):
    """(left, right) of each goal that has a number: its operator before, its unit and "trở lên" behind."""
    fractions = {found.start(): found for found in _FRACTION.finditer(hidden)}
    position, joined = 0, []
    while found := _next(hidden, position, fractions):
        left, (unit, length) = found.start(), unit_at_start(hidden[found.end() : found.end() + LONGEST_UNIT])
        position = found.end() + length
        if joined and joined[-1][2] in ("", unit) and _JOINT.fullmatch(hidden[joined[-1][1] : left]):
            left, _, _ = joined.pop()
        joined.append((left, position, unit))
    for left, right, _ in joined:
        while after := _AFTER.match(hidden, right):
            right = after.end()
        yield _leftmost(hidden, left), right


def _next(hidden, position, fractions):
    found = _NUMBER.search(hidden, position)
    fraction = next((fractions[start] for start in sorted(fractions) if start >= position), None)
    if fraction and (not found or fraction.start() <= found.start()):
        return fraction
    return found


def _leftmost(hidden, left):
    """Where the goal's words begin: "phấn đấu đạt trên" belongs to the number behind it."""
    while found := _BEFORE.search(hidden, max(0, left - 60), left):
        left = found.start()
    return left


def _zeros(hidden, measures):
    """ "không còn hộ nghèo" is a goal where a clause begins with it; inside one it describes what is counted."""
    for found in ZERO.finditer(hidden):
        before = hidden[: found.start()].rstrip()
        opens = (
            not before or before[-1] in ":;,.–-" or re.search(r"(?<!\w)(?:đạt|phấn\s+đấu|và|đến\s+nay)$", before, re.I)
        )
        number_in_it = any(found.start() <= left <= found.end() + 1 for left, _ in measures)
        if opens and not number_in_it:
            _, length = unit_at_start(hidden[found.end() : found.end() + LONGEST_UNIT])
            yield found.start(), found.end() + length


def _compares(hidden, left, right):
    """Whether a further number only says how the first compares: ", tăng 2% so với năm 2024"."""
    return bool(_COMPARISON.match(hidden, right))


def _cut(hidden, clause, after):
    """Where one clause ends and the next begins, and how sure that is."""
    between = hidden[clause.right : after.left]
    for number, pattern in enumerate(_CUTS):
        place = pattern.search(between)
        if not place:
            continue
        clause.end = clause.right + (place.end() if number <= 1 else place.start())
        after.start = clause.right + place.end()
        if number == CAPITAL_CUT:
            doubt = "Hai chỉ tiêu in liền trên một dòng, không có dấu ngăn cách; tách trước chữ viết hoa"
        elif number <= 1:
            doubt = "Nhiều chỉ tiêu trong một dòng; tách theo dấu câu"
        else:
            doubt = "Hai con số có đơn vị trên một dòng; đề nghị kiểm tra chỗ tách"
        break
    else:
        clause.end = after.start = clause.right
        doubt = "Hai con số có đơn vị trên một dòng, không rõ chỗ tách"
    for one in (clause, after):
        if doubt not in one.doubts:
            one.doubts.append(doubt)
