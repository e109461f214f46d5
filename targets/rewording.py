"""A text beside its later wording: which words stayed, which came and which went."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from units.folding import search_key

ALIKE = 0.55  # how alike two names or paragraphs must be, to be one thing reworded and not another
LONGEST = 4_000_000  # product of two texts' words: beyond it they are shown whole, old and new
A_FEW = 20  # words and blanks: shorter texts are always compared word by word
TOKENS = re.compile(r"\s+|\d+(?:[.,/]\d+)*|\w+|[^\w\s]")  # numbers and dates are one word


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, came ("ins") or went ("del")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraphs:
    """A stretch of a text: `count` paragraphs that stayed, or one that changed, came or went."""

    kind: str  # same | changed | ins | del
    count: int = 1
    pieces: tuple[Piece, ...] = ()


def paragraphs(was, now):
    """A text's paragraphs beside its earlier ones, in order: lists of lines."""
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Paragraphs("same", count=j - i)
            continue
        for place in range(max(j - i, m - k)):
            before = was[i + place] if i + place < j else ""
            after = now[k + place] if k + place < m else ""
            if before and after and alike(before, after):
                yield Paragraphs("changed", pieces=words(before, after))
            else:
                if before:
                    yield Paragraphs("del", pieces=(Piece("del", before),))
                if after:
                    yield Paragraphs("ins", pieces=(Piece("ins", after),))


def alike(one, other):
    """Whether two sentences are the same one reworded."""
    one, other = search_key(one).split(), search_key(other).split()
    if len(one) * len(other) > LONGEST:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def words(old, new):
    """A text and its later wording as one run of pieces: kept, gone, come.

    Two long texts that have little in common are shown one after the other: between them, single words say nothing.
    """
    was, now = TOKENS.findall(old), TOKENS.findall(new)
    long = min(len(was), len(now)) > A_FEW
    if len(was) * len(now) > LONGEST or (long and not alike(old, new)):
        return tuple(_changed(old, new))
    gone, come, pieces = "", "", []
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        kept = "".join(was[i:j]) if kind == "equal" else ""
        if kept.strip() or (kept and not (gone or come)) or (kept and j == len(was)):
            pieces += _changed(gone, come)
            pieces.append(Piece("same", kept))
            gone = come = ""
        else:  # a blank between two changed words belongs to what changed
            gone += kept or "".join(was[i:j])
            come += kept or "".join(now[k:m])
    return tuple(pieces + _changed(gone, come))


def _changed(gone, come):
    return [Piece(kind, text) for kind, text in (("del", gone), ("ins", come)) if text]
