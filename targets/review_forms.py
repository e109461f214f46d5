"""What the office types while it reviews: reasons, days, where a paper came from, and what the queue shows."""

import re
from datetime import date, datetime, time, timedelta
from itertools import groupby

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from targets.answers import FIGURES
from targets.drafting import clean_text
from targets.models import Answer, SubmissionState
from targets.plan_forms import AdjustmentForm
from targets.progress import Goal
from targets.returning import markable
from targets.standing import Standing

EXTENDED = "extended"
CHOSEN = re.compile(r"[0-9]{1,18}(?::[0-9]{1,5})?", re.A)
MOST_CHOSEN = 500


def day_begins(day):
    """The moment at which a day begins in the ward."""
    return timezone.make_aware(datetime.combine(day, time.min))


class DayField(forms.DateField):
    """A day as Vietnamese writes it. A browser's own picker follows the machine's language: 08/12 may be 12 August."""

    widget = forms.DateInput(attrs={"placeholder": "ngày/tháng/năm", "autocomplete": "off"}, format="%d/%m/%Y")
    default_error_messages = {"invalid": "Đề nghị ghi ngày/tháng/năm, ví dụ 09/12/2025."}
    default_validators = [
        MinValueValidator(date(2000, 1, 1), "Năm phải từ 2000."),
        MaxValueValidator(date(2099, 12, 31), "Năm phải đến 2099."),
    ]


class ReasonField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options):
        super().__init__(**{"label": "Lý do", "max_length": 2000} | options)

    def to_python(self, value):
        return clean_text(super().to_python(value))


class LastDayForm(forms.Form):
    """A last day that still counts; `until` is the exclusive moment after it, None where no day was typed."""

    last_day = DayField(label="Chậm nhất vào ngày", help_text="Nộp trong ngày này vẫn được nhận.")

    @property
    def until(self):
        day = self.cleaned_data["last_day"]
        return day and day_begins(day + timedelta(days=1))


class ReturnForm(LastDayForm):
    """Why a result goes back to its unit, and by when the unit must answer."""

    reason = ReasonField(
        label="Lý do, nội dung cần sửa", help_text="Đơn vị đọc nguyên văn. Đã đánh dấu từng ô thì không bắt buộc."
    )

    field_order = ["reason", "last_day"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].required = False  # marked cells have reasons of their own
        day = self.fields["last_day"]
        day.required, day.label = False, "Nộp lại chậm nhất vào ngày"
        day.help_text = "Ghi ngày thì đơn vị nộp lại được đến hết ngày đó, kể cả khi kỳ báo cáo đã khoá sổ."


class MarksForm(forms.Form):
    """Which single cells of a revision the unit must mend, a reason for each target or question."""

    def __init__(self, *args, revision, ticked=(), **options):
        super().__init__(*args, **options)
        self.revision, self.groups = revision, []
        for head, cells in groupby(markable(revision).items(), key=lambda cell: _head(cell[0])):
            cells = dict(cells)
            field = forms.MultipleChoiceField(
                choices=[(key, _words(key, words)[1]) for key, words in cells.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[key for key in cells if key in ticked],
            )
            why = forms.CharField(max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
            self.fields[f"marks.{head}"], self.fields[f"why.{head}"] = field, why
            title = _words(*next(iter(cells.items())))[0]
            self.groups.append((head, title, f"marks.{head}", f"why.{head}"))

    def rows(self):
        """[(what it is about, its tick boxes, its reason), …]."""
        return [(title, self[marks], self[why]) for _, title, marks, why in self.groups]

    def clean(self):
        typed = super().clean()
        for _, _, marks, why in self.groups:
            if typed.get(marks) and not typed.get(why, "").strip():
                self.add_error(why, "Đề nghị ghi lý do tại ô đã đánh dấu.")
            if typed.get(why, "").strip() and not typed.get(marks):
                self.add_error(why, "Đã ghi lý do nhưng chưa đánh dấu ô nào.")
        return typed

    def marks(self):
        """{cell key: why}."""
        typed = self.cleaned_data
        return {key: clean_text(typed[why]) for _, _, marks, why in self.groups for key in typed[marks]}


def _words(key, words):
    """(what a cell belongs to, which part of it): only a target has several."""
    if key.startswith("target."):
        target, _, part = words.rpartition(" – ")
        return target, part
    return ("Trả lời bằng lời" if key.startswith("prompt.") else "Cả báo cáo"), words


def _head(key):
    return key.rpartition(".")[0] if key.startswith("target.") else key


class ChosenForm(forms.Form):
    """Hand-ins ticked in the queue, as "submission" or, once they were shown, "submission:revision number"."""

    def __init__(self, data):
        super().__init__(data)
        self.ticked = [text for text in data.getlist("chosen") if CHOSEN.fullmatch(text)][:MOST_CHOSEN]

    def clean(self):
        if not self.ticked:
            raise forms.ValidationError("Chưa đánh dấu đơn vị nào.")
        pairs = [text.partition(":") for text in self.ticked]
        return {
            "chosen": [int(pk) for pk, _, _ in pairs],
            "revisions": {int(pk): int(number) for pk, _, number in pairs if number},
        }


class CorrectionForm(AdjustmentForm):
    """The office's figure in place of a unit's; it begins with what stands there now."""

    def __init__(self, *args, result, in_force, **options):
        stands = in_force or result
        super().__init__(
            *args,
            target=result.target,
            goal=Goal(None, None),
            units=1,
            is_final=result.revision.submission.period.is_final,
            initial={part: getattr(stands, part) for part in FIGURES},
            **options,
        )
        del self.fields["verdict"]
        self.fields["amount"].required = True
        if result.target.answer == Answer.YES_NO:
            self.fields["amount"].label = "Kết quả (1 là đạt, 0 là chưa đạt)"
        self.helper.layout = Layout(
            Div(*(Field(part, css_class="num") for part in self.parts), css_class="field-row"), "reason"
        )

    def figures(self):
        """What `adjusting.correct` takes."""
        return {part: self.cleaned_data.get(part) for part in FIGURES} | {"reason": self.cleaned_data["reason"]}


class GrantForm(LastDayForm):
    reason = ReasonField(label="Lý do gia hạn")


class DecisionForm(forms.Form):
    YES, NO = "yes", "no"
    granted = forms.TypedChoiceField(
        choices=[(YES, "Đồng ý"), (NO, "Không đồng ý")], coerce=lambda value: value == DecisionForm.YES
    )
    note = ReasonField(
        label="Ý kiến của phòng", required=False, help_text="Đơn vị đọc nguyên văn; không đồng ý thì phải ghi lý do."
    )


class ReasonForm(forms.Form):
    reason = ReasonField()


class ReadForm(forms.Form):
    """The number of the revision that was on the screen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class SourceForm(forms.Form):
    """Where results entered on a unit's behalf come from, and when the office received them."""

    source = forms.CharField(
        label="Nguồn", max_length=200, help_text="Ví dụ: Báo cáo số 12/BC-TH ngày 08/12/2025; thư điện tử của đơn vị."
    )
    received_on = DayField(label="Phòng nhận ngày")
    received_time = forms.TimeField(
        label="Lúc",
        widget=forms.TimeInput(attrs={"placeholder": "giờ:phút", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": "Đề nghị ghi giờ:phút, ví dụ 16:30."},
    )

    def __init__(self, *args, at, **options):
        super().__init__(*args, **options)
        self.at = at

    def clean(self):
        cleaned = super().clean()
        if {"received_on", "received_time"} <= cleaned.keys():
            received_at = timezone.make_aware(datetime.combine(cleaned["received_on"], cleaned["received_time"]))
            if received_at > self.at:
                self.add_error("received_on", "Thời điểm nhận không thể sau lúc này.")
            cleaned["received_at"] = received_at
        return cleaned


class QueueFilter(forms.Form):
    """Which hand-ins the queue lists; an unknown value lists them all."""

    state = forms.ChoiceField(label="Trạng thái", required=False)
    cluster = forms.ChoiceField(label="Cụm, khối", required=False)
    standing = forms.ChoiceField(label="So với hạn", required=False)
    q = forms.CharField(label="Tìm đơn vị", max_length=100, required=False, widget=forms.SearchInput)

    def __init__(self, data, *, clusters):
        super().__init__(data)
        self.fields["state"].choices = [("", "Mọi trạng thái"), *SubmissionState.choices]
        self.fields["cluster"].choices = [("", "Mọi cụm, khối"), *((name, name) for name in clusters)]
        self.fields["standing"].choices = [("", "Tất cả"), *Standing.choices, (EXTENDED, "Được gia hạn")]
