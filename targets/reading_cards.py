"""What one proposal shows beside its sentence: what it says, what is doubtful, and its form where it stands open."""

from dataclasses import dataclass

from campaigns.models import GivenBy
from targets.item_form import deadline_words, goal_words
from targets.models import Answer
from targets.proposed import PARTS
from targets.read_items import KINDS, Item
from targets.reading_forms import FORMS, form_of

SHOWN = 160  # characters of a part's text; the rest stands beside
WHOSE = {"units": "Đơn vị nộp về phường", "report": "Phường báo cáo lên trên"}


@dataclass(frozen=True)
class Card:
    """`faults` keep it out of the plan; `conflict` is the verdict that came too late, None without one."""

    item: Item
    facts: list
    form: object = None
    faults: tuple = ()
    conflict: str | None = None

    @property
    def kinds(self):
        return list(KINDS.items())

    @property
    def kind(self):
        """The kind its form is for: another than the item's while people change it."""
        return next((kind for kind, form in FORMS.items() if type(self.form) is form), self.item.kind)


def card_of(item, outline, campaign, *, faults=(), open_too=False, form=None, conflict=None):
    """A card; its form stands open when it is given, when something must be answered (`open_too`), or at a fault."""
    if form is None and faults:
        form = form_of(item, outline, campaign, item.fields)
    elif form is None and open_too:
        form = form_of(item, outline, campaign)
    facts = [(label, words) for label, words in FACTS.get(item.kind, _none)(item.fields, outline) if words]
    return Card(item=item, facts=facts, form=form, faults=tuple(faults), conflict=conflict)


def _none(fields, outline):
    return ()


def _target(fields, outline):
    yield "Mức phải đạt", goal_words(fields.get("goal", ""), fields.get("unit_of_measure", ""))[0]
    typed = [fields.get("new_sector") or outline.name_of(fields.get("sector")), fields.get("new_heading")]
    yield "Lĩnh vực", outline.full_name(fields.get("heading")) or " › ".join(filter(None, typed))
    yield "Cách trả lời", dict(Answer.choices).get(fields.get("answer"))
    if fields.get("answer") == Answer.RATIO:
        yield "Tử số / mẫu số", f"{fields.get('amount_label')} / {fields.get('base_label')}"
    yield "Trong đó của", outline.name_of(fields.get("part_of"))


def _heading(fields, outline):
    yield "Lĩnh vực", outline.name_of(fields.get("sector"))
    yield "Nằm trong", outline.name_of(fields.get("parent"))


def _movement(fields, outline):
    yield "Cấp phát động", dict(GivenBy.choices).get(fields.get("launched_by"))


def _deadline(fields, outline):
    yield "Hạn của ai", WHOSE.get(fields.get("whose"))
    yield "Đọc là", deadline_words(fields.get("words", ""))[0]
    yield "Kỳ báo cáo", fields.get("period")
    yield "Số liệu chốt", fields.get("figures_as_of") and f"đến hết ngày {fields['figures_as_of']}"


def _part(fields, outline):
    text = fields.get("text", "")
    yield "Là phần", PARTS.get(fields.get("field"), "").capitalize()
    yield "Nội dung", text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"


FACTS = {"target": _target, "heading": _heading, "movement": _movement, "deadline": _deadline, "part": _part}
