"""What a unit asks for beside its results: its theme, and more time."""

from datetime import date, datetime, time, timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from targets.drafting import clean_text

BUTTONS = HTML('{% include "targets/_form_buttons.html" %}')


def _helper(*fields):
    helper = FormHelper()
    helper.layout = Layout(*fields, BUTTONS)
    return helper


class ThemeForm(forms.Form):
    theme = forms.CharField(
        label="Chủ đề thi đua của đơn vị",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Một câu ngắn, sát với việc trọng tâm hoặc khó khăn cần giải quyết của đơn vị.",
    )
    helper = _helper("theme")

    def clean_theme(self):
        return clean_text(self.cleaned_data["theme"])


class ExtensionForm(forms.Form):
    last_day = forms.DateField(
        label="Xin nộp chậm nhất vào ngày",
        validators=[MaxValueValidator(date(2099, 12, 31), "Đề nghị xem lại ngày đã chọn.")],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Nộp trong ngày này vẫn là đúng hạn, nếu được đồng ý.",
    )
    reason = forms.CharField(label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    helper = _helper("last_day", "reason")

    def clean_reason(self):
        return clean_text(self.cleaned_data["reason"])

    @property
    def until(self):
        """The exclusive moment: the day after begins in the ward."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["last_day"] + timedelta(days=1), time.min))
