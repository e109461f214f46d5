"""Drafts: raw text by cell, valid or not, and what happens when two people type into the same cell.

A draft is ``{cell key: {"text", "version", "by", "at"}}``. Keys are ``target.<id>.<part>`` and ``prompt.<code>``.
Writing a cell names the version it was read at; a cell changed by somebody else since then is a conflict.
"""

import unicodedata
from dataclasses import dataclass

MAX_CELL = 20_000


@dataclass(frozen=True)
class Conflict:
    """The same cell typed by two people: `mine` was posted, `theirs` is stored."""

    key: str
    mine: str
    theirs: str
    by: str
    version: int


class Conflicts(Exception):
    """Nothing was written: `found` holds the conflicts."""

    def __init__(self, found):
        super().__init__("Có ô đã được người khác sửa.")
        self.found = found


def clean_text(text):
    """Text as it is kept: NFC, plain line ends, no control characters, at most `MAX_CELL` characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isprintable():  # a figure is: nothing of it is looked at one by one
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return text[:MAX_CELL].strip()


def merge(draft, cells, versions, *, by, at):
    """The draft with the posted cells written in.

    `cells` is {key: text}, `versions` {key: version it was read at, 0 for a cell that was empty}. Cells whose text did
    not change keep their version and author. Raises `Conflicts` and writes nothing when a stored cell is newer than
    the version it was read at and holds another text.
    """
    merged, conflicts = dict(draft), []
    for key, text in cells.items():
        stored = draft.get(key, {"text": "", "version": 0, "by": ""})
        if text == stored["text"]:
            continue
        if stored["version"] != versions.get(key, 0):
            conflicts.append(
                Conflict(key=key, mine=text, theirs=stored["text"], by=stored["by"], version=stored["version"])
            )
            continue
        merged[key] = {"text": text, "version": stored["version"] + 1, "by": str(by), "at": at.isoformat()}
    if conflicts:
        raise Conflicts(conflicts)
    return merged


def texts(draft):
    return {key: cell["text"] for key, cell in draft.items()}


def versions(draft):
    return {key: cell["version"] for key, cell in draft.items()}
