"""One thing read out of a plan, as a small form: its boxes, where they stand, and how what is typed is said back."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms

from campaigns import deadlines
from targets import numbers
from targets.goals import NotAGoal, read_goal
from units.refusals import Refused

READ_BACK = HTML('{% include "targets/_reading_read_back.html" with words=form.read_back wrong=form.read_wrong only %}')


class ItemForm(forms.Form):
    """One thing read out of the plan. Its boxes carry the item's key, so that many stand on one page."""

    rows = ()  # names of fields side by side
    further = ()  # names of fields that are folded away

    def __init__(self, data=None, *, item, outline, campaign):
        super().__init__(data, initial=item.fields, auto_id=f"{item.key}-%s")
        self.item, self.outline, self.campaign = item, outline, campaign
        self.prepare()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.layout())

    def prepare(self):
        """Fill in what there is to choose from."""

    def layout(self):
        together = {name: row for row in self.rows for name in row}
        placed = []
        for name in self.fields:
            row = together.get(name)
            if name in self.further or (row and name != row[0]):
                continue
            placed.append(Div(*row, css_class="field-row") if row else Field(name))
        return placed

    def typed(self):
        """{name: raw text}, as it is kept with the decision; unticked boxes are empty."""
        return {
            name: "on" if value is True else "" if value in (None, False) else str(value).replace("\r\n", "\n").strip()
            for name, value in (
                (name, self[name].data if self.is_bound else self[name].initial) for name in self.fields
            )
        }

    def reasons(self):
        """Every fault as one sentence, with the box it stands at."""
        return [
            f"{self.fields[name].label}: {' '.join(errors)}" if name in self.fields else " ".join(errors)
            for name, errors in self.errors.items()
        ]


def model_field(model, name, **options):
    return model._meta.get_field(name).formfield(**options)


def goal_words(text, unit_of_measure=""):
    """(how a goal typed in words is understood, whether it was not)."""
    try:
        goal = read_goal(text)
    except NotAGoal as slip:
        return str(slip), True
    if (goal.at_least, goal.at_most) == (None, None):
        return "theo dõi, không có mức phải đạt", False
    shown = numbers.show_interval(goal.at_least, goal.at_most)
    doubts = f" (xem lại: {'; '.join(goal.doubts)})" if goal.doubts else ""
    return f"{shown} {unit_of_measure or goal.unit_of_measure}".strip() + doubts, False


def said_back(words, wrong):
    """What stands under the box while it is typed in."""
    return words if wrong else f"Hiểu là: {words}"


def deadline_words(text):
    """(the exact last moment that words name, whether they name none)."""
    try:
        return deadlines.read_back(deadlines.read_words(text)), False
    except Refused as refusal:
        return str(refusal), True
