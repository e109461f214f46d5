"""What is corrected before a plan is copied to the next year: names, days, deadlines, targets, merged units."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.dateparse import parse_datetime

from campaigns import deadlines
from campaigns.models import Campaign, ReportingPeriod
from targets import next_year, rollover
from targets.drafting import clean_text
from targets.next_plan import Round
from units.models import one_line
from units.refusals import Refused


def _day():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _helper(*fields):
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


class FactsForm(forms.ModelForm):
    """The names, the address and the days of the new campaign, and which targets and merged units go on."""

    targets = forms.MultipleChoiceField(
        label="Chỉ tiêu được chép",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Đề nghị giữ lại ít nhất một chỉ tiêu."},
    )
    merged = forms.MultipleChoiceField(label="Đơn vị nhận thay", required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Campaign
        fields = ["short_name", "title", "slug", "starts_on", "ends_on"]
        widgets = {"title": forms.Textarea(attrs={"rows": 3}), "starts_on": _day(), "ends_on": _day()}
        help_texts = {"slug": "Phần cuối của địa chỉ trang, chữ không dấu, ví dụ dot-thi-dua-2026."}
        error_messages = {"slug": {"unique": "Đã có đợt thi đua dùng mã này; đề nghị chọn mã khác."}}

    helper = _helper("short_name", "title", "slug", Div("starts_on", "ends_on", css_class="field-row"))

    def __init__(self, *args, proposal, **kwargs):
        every = {
            "targets": [str(target.pk) for target in proposal.targets],
            "merged": [str(place.unit.pk) for place in proposal.merged],
        }
        super().__init__(*args, initial=proposal.facts | every, **kwargs)
        self.fields["targets"].choices = [(target.pk, str(target)) for target in proposal.targets]
        self.fields["targets"].required = bool(proposal.targets)
        self.fields["merged"].choices = [(place.unit.pk, place.unit.name) for place in proposal.merged]

    def clean_short_name(self):
        return clean_text(self.cleaned_data["short_name"])

    def clean_title(self):
        return " ".join(clean_text(self.cleaned_data["title"]).split())

    def ticked(self, name):
        """The ids that stand ticked on the page, as text."""
        return set(map(str, self[name].value() or []))

    def facts(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def chosen(self, name):
        return {int(pk) for pk in self.cleaned_data[name]}


class RoundForm(forms.ModelForm):
    """A round of reporting. Words that were changed are read back once more before anything is written."""

    units_due_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    report_due_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = ReportingPeriod
        fields = ["name", "figures_as_of", "units_due_words", "report_due_words"]
        widgets = {"figures_as_of": _day()}
        labels = {"units_due_words": "Đơn vị nộp", "report_due_words": "Báo cáo thành phố"}

    helper = _helper(
        Div("name", "figures_as_of", css_class="field-row"),
        Field("units_due_words"),
        Field("report_due_words"),
        "units_due_seen",
        "report_due_seen",
    )

    def __init__(self, data=None, *args, moved, **kwargs):
        initial = vars(moved) | {f"{end}_seen": getattr(moved, end).isoformat() for end in ("units_due", "report_due")}
        super().__init__(data and data.copy(), *args, initial=initial, **kwargs)
        for end in ("units_due", "report_due"):
            self.fields[f"{end}_words"].help_text = self._read_back(end)

    def _shown(self, name):
        return self.data.get(self.add_prefix(name), "") if self.is_bound else self.initial[name]

    def _read_back(self, end):
        """What the words on the page mean, to the minute; "" where they cannot be read."""
        try:
            moment = deadlines.read_words(self._shown(f"{end}_words"))
        except Refused:
            return ""
        return " ".join(filter(None, [deadlines.read_back(moment), next_year.weekend(moment)]))

    def clean(self):
        typed = super().clean()
        for end in ("units_due", "report_due"):
            words, seen = f"{end}_words", f"{end}_seen"
            if not typed.get(words):
                continue
            try:
                typed[end] = deadlines.read_words(typed[words])
            except Refused as refusal:
                self.add_error(words, str(refusal))
                continue
            if parse_moment(typed.get(seen, "")) != typed[end]:
                self.data[self.add_prefix(seen)] = typed[end].isoformat()
                said = deadlines.read_back(typed[end])
                self.add_error(words, f"Thời hạn vừa sửa được hiểu là: {said} Nếu đúng, đề nghị bấm chép lần nữa.")
        if typed.get("units_due") and typed.get("report_due") and typed["units_due"] >= typed["report_due"]:
            self.add_error("report_due_words", "Hạn báo cáo thành phố phải sau hạn của đơn vị.")
        return typed

    def _post_clean(self):
        """The rows are written by the verb; two moments are not on the page, so the row is not checked here."""

    def clean_name(self):
        name = self.cleaned_data["name"]
        one_line(name)
        return name

    def round(self):
        return Round(**{name: self.cleaned_data[name] for name in Round.__dataclass_fields__})


def judge_together(form, rounds):
    """Whether the campaign and its rounds are sound, each by itself and beside the others; every form says its own."""
    sound = [each.is_valid() for each in (form, *rounds)]  # every form says what is wrong with it
    if not all(sound):
        return False
    found = list(rollover.round_faults(form.facts(), [each.round() for each in rounds]))
    for each, faults in zip(rounds, found, strict=True):
        for field, sentence in faults:
            each.add_error(field, sentence)
    return not any(found)


def parse_moment(text):
    """An aware moment from a hidden field, or None for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
