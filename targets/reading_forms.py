"""What is typed about a plan's text and about each thing read out of it: one form for each kind of thing."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms

from campaigns import deadlines
from campaigns.models import Campaign, GivenBy, Movement
from targets import numbers, reading
from targets.goals import NotAGoal, read_goal
from targets.models import Answer, Target
from targets.plan_forms import TargetForm
from targets.proposed import PARTS, stored_text
from units.folding import NFCCharField
from units.models import one_line
from units.refusals import Refused

READ_BACK = HTML('{% include "targets/_reading_read_back.html" with words=form.read_back wrong=form.read_wrong only %}')
GIVEN_BY = [("", "Chọn cấp"), *GivenBy.choices]


class PastedText(forms.CharField):
    def to_python(self, value):
        return reading.clean_text(super().to_python(value))


class PlanTextForm(forms.Form):
    """The plan's text, pasted or out of a file. `held` is the reading it takes the place of, if there is one."""

    text = PastedText(
        label="Dán văn bản kế hoạch vào đây",
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="Cả văn bản, từ trích yếu đến nơi nhận; nhiều nhất 300.000 ký tự, khoảng 100 trang.",
    )
    file = forms.FileField(
        label="Hoặc tải tệp kế hoạch lên",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf"}),
        help_text="Tệp .docx, hoặc .pdf có chữ chọn được (không phải ảnh quét); nhiều nhất 10 MB.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    replaces = forms.BooleanField(label="Thay văn bản đang đọc bằng văn bản này", required=False)

    def __init__(self, *args, held=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = held
        if held is None:
            del self.fields["replaces"]
        else:
            self.fields["seen"].initial = reading.digest(held.text)
            self.fields[
                "replaces"
            ].help_text = (
                "Điều đã quyết vẫn giữ ở câu nào có nguyên văn trong văn bản mới; các câu khác phải quyết lại."
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        typed = super().clean()
        if not typed.get("text") and not typed.get("file") and not self.errors:
            self.add_error("text", "Đề nghị dán văn bản hoặc chọn một tệp.")
        if typed.get("text") and typed.get("file"):
            self.add_error("file", "Đề nghị dán văn bản hoặc chọn tệp, không cả hai.")
        if len(typed.get("text") or "") > reading.LONGEST_TEXT:
            self.add_error("text", reading.TOO_LONG)
        if self.held is not None and not typed.get("replaces"):
            self.add_error("replaces", "Đợt thi đua đang có một văn bản; đề nghị đánh dấu nếu muốn thay.")
        return typed


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


class SectorItemForm(ItemForm):
    name = NFCCharField("Tên lĩnh vực", max_length=200, validators=[one_line]).formfield()


class HeadingItemForm(ItemForm):
    name = NFCCharField("Tên đề mục", max_length=200, validators=[one_line]).formfield()
    sector = forms.ChoiceField(label="Thuộc lĩnh vực")
    parent = forms.ChoiceField(label="Nằm trong đề mục", required=False)
    rows = (("sector", "parent"),)

    def prepare(self):
        self.fields["sector"].choices = [("", "Chọn lĩnh vực"), *self.outline.sector_choices()]
        self.fields["parent"].choices = [("", "Không"), *self.outline.heading_choices(without=self.item.key)]

    def clean(self):
        typed = super().clean()
        parent = typed.get("parent")
        if parent and typed.get("sector") and self.outline.sector_of(parent) != typed["sector"]:
            self.add_error("parent", "Đề mục trên thuộc lĩnh vực khác.")
        if parent and self.item.key in self.outline.above(parent):
            self.add_error("parent", "Đề mục được chọn lại nằm trong chính đề mục này.")
        return typed


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
        placed = super().layout()
        placed.insert(2, READ_BACK)
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
        typed = super().clean()
        if typed.get("sector") and typed.get("heading") and not typed.get("new_sector"):
            if self.outline.sector_of(typed["heading"]) != typed["sector"]:
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


class MovementItemForm(ItemForm):
    name = model_field(Movement, "name")
    launched_by = forms.ChoiceField(label="Cấp phát động", choices=GIVEN_BY)
    asked = model_field(Movement, "asked")
    caution = model_field(Movement, "caution", widget=forms.Textarea(attrs={"rows": 2}))


class DeadlineItemForm(ItemForm):
    whose = forms.ChoiceField(
        label="Hạn của ai",
        choices=[("", "Chọn"), ("units", "Đơn vị nộp về phường"), ("report", "Phường báo cáo lên trên")],
    )
    words = forms.CharField(
        label="Thời hạn, đúng chữ của kế hoạch",
        max_length=100,
        widget=forms.TextInput(attrs={"data-reads": "words", "autocomplete": "off"}),
    )
    period = forms.CharField(
        label="Thuộc kỳ báo cáo",
        max_length=100,
        validators=[one_line],
        help_text="Hạn của đơn vị và hạn báo cáo của cùng một kỳ ghi cùng một tên.",
    )
    figures_as_of = forms.DateField(
        label="Số liệu chốt đến hết ngày",
        required=False,
        help_text="Chỉ ghi ở hạn của đơn vị, ví dụ 09/12/2025.",
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off"}),
    )

    def layout(self):
        placed = super().layout()
        placed.insert(2, READ_BACK)
        return placed

    @property
    def read_back(self):
        return deadline_words(self.typed().get("words", ""))[0]

    def clean_words(self):
        try:
            self.due = deadlines.read_words(self.cleaned_data["words"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data["words"]

    def clean(self):
        typed = super().clean()
        if typed.get("whose") == "units" and not typed.get("figures_as_of") and "figures_as_of" not in self.errors:
            self.add_error("figures_as_of", "Đề nghị ghi ngày chốt số liệu của kỳ này.")
        return typed


class RecipientItemForm(ItemForm):
    name = forms.CharField(label="Nơi nhận", max_length=300, validators=[one_line])


class PartItemForm(ItemForm):
    """A part of the plan. Where the plan already holds another text there, one of the two must be chosen."""

    field = forms.ChoiceField(
        label="Là phần nào", choices=[("", "Chọn phần"), *((n, w.capitalize()) for n, w in PARTS.items())]
    )
    text = forms.CharField(label="Nội dung", widget=forms.Textarea(attrs={"rows": 6}))
    which = forms.ChoiceField(
        label="Kế hoạch đang có chữ khác; lấy phần nào",
        choices=[("text", "Lấy theo văn bản vừa đọc"), ("held", "Giữ phần đang có trong kế hoạch")],
        widget=forms.RadioSelect,
        required=False,
    )
    held = forms.CharField(widget=forms.HiddenInput, required=False)

    def prepare(self):
        name = (self.data if self.is_bound else self.initial).get("field")
        self.stored = stored_text(self.campaign, name) if name in PARTS else ""
        typed = (self.data if self.is_bound else self.initial).get("text") or ""
        self.differs = bool(self.stored.strip()) and self.stored.split() != typed.split()
        if not self.differs:
            del self.fields["which"]
        self.initial = {**self.initial, "held": reading.digest(self.stored)}

    def clean(self):
        typed = super().clean()
        name, text = typed.get("field"), typed.get("text")
        if self.differs and typed.get("held") != reading.digest(self.stored):
            self.add_error("which", "Phần này của kế hoạch vừa được ghi khác đi; đề nghị xem lại và chọn lại.")
        elif self.differs and not typed.get("which"):
            self.add_error("which", "Đề nghị chọn một trong hai.")
        if name and text:
            try:
                self.value = Campaign._meta.get_field(name).formfield().clean(text)
            except forms.ValidationError as fault:
                self.add_error("text", fault)
        return typed


FORMS = {
    "target": TargetItemForm,
    "sector": SectorItemForm,
    "heading": HeadingItemForm,
    "movement": MovementItemForm,
    "deadline": DeadlineItemForm,
    "recipient": RecipientItemForm,
    "part": PartItemForm,
}


def form_of(item, outline, campaign, data=None, *, kind=""):
    return FORMS[kind or item.kind](data, item=item, outline=outline, campaign=campaign)
