"""A target as it was read out of a plan, judged by the very form that targets are added with."""

from crispy_forms.layout import HTML, Div
from django import forms

from campaigns.models import GivenBy
from targets import numbers
from targets.goals import NotAGoal, read_goal
from targets.item_form import READ_BACK, ItemForm, goal_words, model_field, said_back
from targets.models import Answer, Target
from targets.plan_forms import TargetForm


class TargetItemForm(ItemForm):
    """A target as read: a goal in the plan's own words; judged by the very form that targets are added with."""

    name = model_field(Target, "name")
    goal = forms.CharField(
        label="Mức phải đạt",
        required=False,
        max_length=300,
        help_text="Gõ như kế hoạch viết: 95% trở lên, không quá 5, từ 13 đến 14, không còn; để trống: chỉ theo dõi.",
        widget=forms.TextInput(attrs={"data-reads": "goal", "autocomplete": "off"}),
    )
    unit_of_measure = model_field(Target, "unit_of_measure")
    decimals = TargetForm.declared_fields["decimals"]
    sector = forms.ChoiceField(label="Lĩnh vực", required=False)
    new_sector = TargetForm.declared_fields["new_sector"]
    heading = forms.ChoiceField(label="Đề mục trong lĩnh vực", required=False)
    new_heading = TargetForm.declared_fields["new_heading"]
    answer = forms.ChoiceField(label="Cách trả lời", choices=[("", "Chọn cách trả lời"), *Answer.choices])
    amount_label = model_field(Target, "amount_label", label="Tử số gọi là")
    base_label = model_field(Target, "base_label", label="Mẫu số gọi là")
    part_of_whole = model_field(Target, "part_of_whole", label="Tử số là một phần của mẫu số")
    part_of = forms.ChoiceField(label="Là một phần “trong đó” của", required=False)
    given_by = forms.ChoiceField(label="Cấp giao", choices=GivenBy.choices, initial=GivenBy.WARD, required=False)
    accumulates = model_field(Target, "accumulates")
    single_source = model_field(Target, "single_source")
    may_be_negative = model_field(Target, "may_be_negative")
    wording = model_field(Target, "wording", label="Nguyên văn", widget=forms.Textarea(attrs={"rows": 2}))
    how_to_count = model_field(Target, "how_to_count", widget=forms.Textarea(attrs={"rows": 2}))
    caution = model_field(Target, "caution", widget=forms.Textarea(attrs={"rows": 2}))
    rows = (("unit_of_measure", "decimals"), ("sector", "new_sector"), ("heading", "new_heading"),
            ("amount_label", "base_label"), ("part_of", "given_by"))  # fmt: skip
    further = (
        *("part_of", "given_by", "accumulates", "single_source", "may_be_negative"),
        *("wording", "how_to_count", "caution"),
    )

    def prepare(self):
        self.read_goal = self.read_wrong = None
        self.fields["sector"].choices = [("", "Chọn lĩnh vực"), *self.outline.sector_choices()]
        self.fields["heading"].choices = [("", "Không"), *self.outline.heading_choices()]
        self.fields["part_of"].choices = [("", "Không"), *self.outline.target_choices(without=self.item.key)]

    def layout(self):
        placed = [part for part in super().layout() if part.fields[0] not in ("amount_label", "part_of_whole")]
        placed.insert(2, READ_BACK)
        labels = Div("amount_label", "base_label", css_class="field-row")
        placed.append(Div(labels, "part_of_whole", css_class="ratio-only"))
        folded = [
            Div("part_of", "given_by", css_class="field-row"),
            *(name for name in self.further if name not in ("part_of", "given_by")),
        ]
        opened = HTML('<details class="further"><summary>Ghi thêm: phần “trong đó”, cách tính, lưu ý</summary>')
        return [*placed, opened, *folded, HTML("</details>")]

    @property
    def read_back(self):
        return said_back(*goal_words(self.typed().get("goal", ""), self.typed().get("unit_of_measure", "")))

    def clean_goal(self):
        try:
            self.read_goal = read_goal(self.cleaned_data["goal"])
        except NotAGoal as slip:
            raise forms.ValidationError(str(slip)) from slip
        return self.cleaned_data["goal"]

    def clean(self):
        """The boxes of a ratio are out of sight, and out of mind, for every other way of answering."""
        typed = super().clean()
        if typed.get("answer") != Answer.RATIO:
            typed |= {"amount_label": "", "base_label": "", "part_of_whole": False}
        chosen = typed.get("sector"), self.outline.sector_of(typed.get("heading"))
        if all(chosen) and chosen[0] != chosen[1] and not typed.get("new_sector"):
            self.add_error("heading", "Đề mục này không thuộc lĩnh vực đã chọn.")
        if self.read_goal is not None:
            self._judge(typed)
        return typed

    def _judge(self, typed):
        """Ask the form of targets: the same rules, so that nothing is taken here that would be refused there."""
        self.judged = TargetForm(self._as_target(typed), instance=Target(campaign=self.campaign))
        for name, errors in self.judged.errors.items():
            place = {"at_least": "goal", "at_most": "goal"}.get(name, name)
            if place not in self.errors:
                self.add_error(place if place in self.fields else None, list(errors))

    def _as_target(self, typed):
        sector = (
            "" if typed.get("new_sector") and not typed.get("sector") else self.outline.name_of(typed.get("sector"))
        )
        if typed.get("new_sector") and typed.get("sector"):
            self.add_error("new_sector", "Đề nghị chọn lĩnh vực hoặc ghi lĩnh vực mới, không cả hai.")
        shown = {"at_least": self.read_goal.at_least, "at_most": self.read_goal.at_most}
        return {
            **{name: typed.get(name) or "" for name in TargetForm.base_fields if name in typed},
            **{name: "on" for name, value in typed.items() if value is True},
            **{end: "" if bound is None else numbers.show(bound) for end, bound in shown.items()},
            "sector": "",
            "heading": "",
            "part_of": "",
            "new_sector": typed.get("new_sector") or sector,
            "new_heading": typed.get("new_heading") or self.outline.name_of(typed.get("heading")),
            "decimals": str(typed.get("decimals", 0)),
            "given_by": typed.get("given_by") or GivenBy.WARD,
        }
