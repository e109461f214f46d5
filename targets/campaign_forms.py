"""What is typed about a campaign: a new one, and every part of its plan."""

import json
from datetime import date
from math import ceil

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from campaigns.models import Campaign, CampaignState
from targets import editing
from targets.drafting import MAX_CELL, clean_text
from targets.periods import NEEDED
from units.models import Unit

LINE = 85  # letters that a line of a box holds
ENDS_FIRST = "Ngày kết thúc đợt thi đua phải sau ngày bắt đầu."
LONGEST_MARKS = 10_000  # what a page sends is well below
CHANGED = "Nội dung này vừa được người khác sửa; đề nghị đối chiếu ở đầu trang rồi lưu lại."


class DayField(forms.DateField):
    """A day as Vietnamese writes it, 31/12/2026, whatever language the browser speaks."""

    default_error_messages = {"invalid": "Đề nghị ghi ngày, tháng, năm như 31/12/2026."}

    def __init__(self, **options):
        attrs = {"placeholder": "ngày/tháng/năm", "autocomplete": "off", "maxlength": 20}
        super().__init__(
            **options
            | {
                "input_formats": ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
                "widget": forms.DateInput(attrs=attrs, format="%d/%m/%Y"),
                "validators": [
                    MinValueValidator(date(2000, 1, 1), "Đề nghị xem lại năm."),
                    MaxValueValidator(date(2099, 12, 31), "Đề nghị xem lại năm."),
                ],
            }
        )


class PlanText(forms.CharField):
    """A part of the plan in any number of lines, as it is kept: NFC, plain line ends, no control characters."""

    widget = forms.Textarea

    def __init__(self, **options):
        super().__init__(**options | {"max_length": options.get("max_length") or MAX_CELL})

    def to_python(self, value):
        text = super().to_python(value)
        return text if len(text) > MAX_CELL else clean_text(text)  # a longer one is refused, never cut


def one_line_of(text):
    return " ".join(clean_text(text).split())


def rows_for(text, least):
    """How many lines a box needs to show a text whole."""
    return min(max(least, sum(ceil(len(line) / LINE) or 1 for line in (text or "").splitlines()) + 1), 30)


def _form_helper(layout):
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = layout
    return helper


class NewCampaignForm(forms.ModelForm):
    """A draft to begin with; `organisers` are those the person makes plans for."""

    class Meta:
        model = Campaign
        fields = ["organiser", "title", "short_name", "slug", "starts_on", "ends_on"]
        widgets = {"title": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {
            "title": "Nguyên văn sau “KẾ HOẠCH”, ví dụ: Phát động đợt thi đua thực hiện thắng lợi nhiệm vụ năm 2026 …",
            "short_name": "Dùng trên các trang và trong thư, ví dụ: Đợt thi đua năm 2026.",
            "slug": "Chữ không dấu, số và dấu nối; để trống thì cổng đặt theo tên gọi tắt. Sau này không đổi.",
        }

    def __init__(self, *args, organisers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        if len(organisers) == 1:
            del self.fields["organiser"]
            self.instance.organiser = organisers[0]
        else:
            self.fields["organiser"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in organisers])
            self.fields["organiser"].empty_label = "Chọn đơn vị tổ chức"
        self.helper = _form_helper(
            Layout(
                *(["organiser"] if "organiser" in self.fields else []),
                *("title", "short_name", "slug", Div("starts_on", "ends_on", css_class="field-row")),
            )
        )

    def clean_title(self):
        return one_line_of(self.cleaned_data["title"])

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if slug and (fault := editing.slug_fault(slug)):
            raise forms.ValidationError(fault)
        return slug

    def clean(self):
        typed = super().clean()
        if typed.get("starts_on") and typed.get("ends_on") and typed["starts_on"] > typed["ends_on"]:
            self.add_error("ends_on", ENDS_FIRST)
        return typed


# (address in the page, heading, its fields); a tuple of fields stands side by side.
SECTIONS = [
    (
        "dot-thi-dua",
        "Đợt thi đua",
        ["title", "short_name", ("number", "issued_on"), ("starts_on", "ends_on"), "head_signs"],
    ),
    ("can-cu", "Căn cứ và mở đầu", ["higher_plan", "resolution", "legal_bases", "opening"]),
    ("muc-dich", "Mục đích, yêu cầu", ["purpose", "requirements"]),
    ("noi-dung", "Nội dung, mục tiêu, nhiệm vụ", ["content", "objective", "targets_lead", "tasks"]),
    ("thuc-hien", "Thời gian, khen thưởng, tổ chức thực hiện", ["timing", "reward_rules", "duties", "closing"]),
    ("ky", "Ký và nơi nhận", ["signer_block", "signer_name", "recipients"]),
    ("bao-cao", "Báo cáo gửi thành phố", ["report_addressee", "report_recipients"]),
    ("xac-nhan", "Điều cần phường xác nhận", ["cautions"]),
]
TITLE_ROWS = {"title": 4, "signer_block": 3, "recipients": 4, "report_recipients": 3}
HELP = {
    "number": "Để trống khi chưa có, ví dụ: 15/KH-UBND.",
    "issued_on": "Để trống khi chưa có.",
    "higher_plan": "Số, ngày và cơ quan ban hành, ví dụ: Kế hoạch số 232/KH-UBND ngày 09/9/2025 của …",
    "resolution": "Ví dụ: Nghị quyết số 13/NQ-HĐND ngày 05/8/2025 của Hội đồng nhân dân phường.",
    "targets_lead": "Câu đứng trước các chỉ tiêu, có dẫn nghị quyết giao chỉ tiêu.",
    "tasks": "Giữ nguyên thứ tự a), b), c), d), đ), e) của kế hoạch, mỗi ý một dòng.",
    "closing": "Câu cuối cùng, kết thúc bằng “./.”.",
    "cautions": "Mỗi dòng một điều còn chưa rõ trong kế hoạch; xoá dòng khi phường đã xác nhận.",
    "head_signs": "Người báo cáo chỉ soạn; thủ trưởng đơn vị bấm nộp.",
}


class PartsForm(forms.ModelForm):
    """Every part of a plan. `seen` marks what was read, so that two people do not undo each other unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = PlanText(
        label="Lý do đổi thời gian của đợt",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Đợt thi đua đang mở: chỉ ghi khi đổi ngày bắt đầu hoặc ngày kết thúc.",
    )

    class Meta:
        model = Campaign
        fields = [
            "title", "short_name", "number", "issued_on", "starts_on", "ends_on", "head_signs", "higher_plan",
            "resolution", "legal_bases", "opening", "purpose", "requirements", "content", "objective", "targets_lead",
            "tasks", "timing", "reward_rules", "duties", "closing", "signer_block", "signer_name", "recipients",
            "report_addressee", "report_recipients", "cautions",
        ]  # fmt: skip
        field_classes = {
            field.name: PlanText for field in Campaign._meta.get_fields() if field.get_internal_type() == "TextField"
        } | {"title": PlanText, "issued_on": DayField, "starts_on": DayField, "ends_on": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.read = {name: getattr(self.instance, name) for name in self.Meta.fields}
        self.clashes = {}
        needed = {"title", "short_name"} if self.instance.state == CampaignState.DRAFT else {*NEEDED}
        for name in self.Meta.fields:
            field = self.fields[name]
            field.help_text = HELP.get(name, field.help_text)
            field.required = name in needed | {"starts_on", "ends_on"}
            if isinstance(field, PlanText):
                text = self.data.get(name) if self.is_bound else self.read[name]
                field.widget = forms.Textarea(attrs={"rows": rows_for(text, TITLE_ROWS.get(name, 2))})
        self.is_open = self.instance.state == CampaignState.OPEN
        if not self.is_open:
            del self.fields["reason"]
        self.helper = _form_helper(Layout(*(self._section(*section) for section in SECTIONS)))

    def _section(self, address, heading, names):
        if self.is_open and address == SECTIONS[0][0]:
            names = [*names, "reason"]
        fields = [name if isinstance(name, str) else Div(*name, css_class="field-row") for name in names]
        needed = (
            HTML('<p class="soft">Phải ghi đủ trước khi mở đợt thi đua.</p>') if address in ("ky", "bao-cao") else ""
        )
        return Fieldset(heading, *filter(None, [needed]), *fields, css_id=address)

    @property
    def sections(self):
        """The page's own index: (address, heading, whether something in it must be mended)."""
        for address, heading, names in SECTIONS:
            flat = [n for name in names for n in ([name] if isinstance(name, str) else name)]
            flat += ["reason"] if "starts_on" in flat else []
            yield address, heading, any(name in self.errors for name in flat)

    def clean_title(self):
        return one_line_of(self.cleaned_data["title"])

    def clean(self):
        typed = super().clean()
        if typed.get("starts_on") and typed.get("ends_on") and typed["starts_on"] > typed["ends_on"]:
            self.add_error("ends_on", ENDS_FIRST)
        days = ("starts_on", "ends_on")
        moved = any(typed.get(name) and typed[name] != self.read[name] for name in days)
        if self.is_open and moved and not typed.get("reason") and "reason" not in self.errors:
            self.add_error("reason", editing.DAYS_NEED_REASON)
        return typed

    def typed(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def marks(self):
        """{name: mark of what was read}, as the browser sent it back."""
        try:
            sent = json.loads(self.cleaned_data.get("seen", "")[:LONGEST_MARKS] or "{}")
        except (ValueError, RecursionError):
            sent = {}
        return sent if isinstance(sent, dict) else {}

    def show_clashes(self, found):
        """Both texts of each part that somebody else changed; saving again then means what it says."""
        marks = self.marks()
        for name, theirs in found.items():
            marks[name] = editing.fingerprint(theirs)
            self.clashes[name] = {
                "label": self.fields[name].label,
                "id": self[name].id_for_label,
                "mine": _shown(self.cleaned_data[name]),
                "theirs": _shown(theirs),
                "text": None if isinstance(theirs, bool) else _shown(theirs),
            }
            self.add_error(name, CHANGED)
        self._seen_now = json.dumps(marks)

    @property
    def seen_now(self):
        fresh = {name: editing.fingerprint(value) for name, value in self.read.items()}
        sent = self.data.get("seen", "") if self.is_bound else json.dumps(fresh)
        return getattr(self, "_seen_now", sent)


def _shown(value):
    if isinstance(value, bool):
        return "có" if value else "không"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""
