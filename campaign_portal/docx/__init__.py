"""Word documents in the form of Decree 30/2020, annex I: the only door to python-docx for writing.

    paper = docx.paper(title="Báo cáo …", author="Ủy ban nhân dân …", at=moment, mark="DỰ THẢO")
    left, right = paper.side_by_side(66, 95)            # mm; a table without lines
    left.say("Cơ quan ban hành", "PHƯỜNG KIẾN AN")      # a paragraph in a style of `docx.styles`
    left.rule(15)                                       # mm
    paper.say("heading 1", "I. …")
    paper.begin_annex(wide=True)                        # a new page, that counts its own pages
    paper.table([11, None, 30], head, rows)             # mm, None takes the rest; rows are lists of `docx.Box`
    content = paper.content()

Every look is a named style, so that what is written stays easy to edit. Text is only ever text: neither markup nor a
field comes out of it. The same calls give the same bytes.
"""

from dataclasses import dataclass

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Box:
    """A cell of a table: its text, the style it is written in, and how many columns and rows it takes."""

    text: str
    style: str
    across: int = 1
    down: int = 1


def paper(**head):
    """A document to write in; `head` as `docx.writing.Paper` takes it."""
    from campaign_portal.docx import writing  # slow to import, and few requests write a document

    return writing.Paper(**head)
