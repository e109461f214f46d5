"""What is typed about a plan's text and about each thing read out of it: one form for each kind of thing."""

from crispy_forms.helper import FormHelper
from django import forms

from campaigns import deadlines
from campaigns.models import Campaign, GivenBy, Movement
from targets import reading
from targets.campaign_forms import PlanText
from targets.item_form import READ_BACK, ItemForm, deadline_words, model_field
from targets.proposed import PARTS, stored_text
from targets.read_items import digest
from targets.target_item_form import TargetItemForm
from units.folding import NFCCharField
from units.models import one_line
from units.refusals import Refused

GIVEN_BY = [("", "Chọn cấp"), *GivenBy.choices]


class PlanFileInput(forms.FileInput):
    template_name = "forms/file.html"


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
        widget=PlanFileInput(attrs={"accept": ".docx,.pdf"}),
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
            self.fields["seen"].initial = digest(held.text)
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

    which = forms.ChoiceField(
        label="Kế hoạch đang có chữ khác; lấy phần nào",
        choices=[("text", "Lấy theo văn bản vừa đọc"), ("held", "Giữ phần đang có trong kế hoạch")],
        widget=forms.RadioSelect,
        required=False,
    )
    field = forms.ChoiceField(
        label="Là phần nào", choices=[("", "Chọn phần"), *((n, w.capitalize()) for n, w in PARTS.items())]
    )
    text = PlanText(label="Nội dung", widget=forms.Textarea(attrs={"rows": 2}))
    held = forms.CharField(widget=forms.HiddenInput, required=False)

    def prepare(self):
        name = (self.data if self.is_bound else self.initial).get("field")
        self.stored = stored_text(self.campaign, name) if name in PARTS else ""
        typed = (self.data if self.is_bound else self.initial).get("text") or ""
        self.differs = bool(self.stored.strip()) and self.stored.split() != typed.split()
        if not self.differs:
            del self.fields["which"]
        self.initial = {**self.initial, "held": digest(self.stored)}

    def clean(self):
        typed = super().clean()
        name, text = typed.get("field"), typed.get("text")
        if self.differs and typed.get("held") != digest(self.stored):
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
