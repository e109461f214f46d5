"""What is typed about a reporting period: its deadlines in the plan's own words, read back before they are kept."""

from datetime import UTC

from django import forms

from campaigns import deadlines
from campaigns.models import CampaignState, ReportingPeriod
from targets import scheduling
from targets.campaign_forms import DayField
from targets.drafting import clean_text
from units.refusals import Refused

DEADLINES = ["units_due", "report_due"]
WORDS_HELP = "Ghi như trong kế hoạch: trước ngày …, chậm nhất ngày …, trước 16 giờ ngày …"


def mark_of(moment):
    """How a page says which moment it showed."""
    return moment.astimezone(UTC).isoformat() if moment else ""


class PeriodForm(forms.ModelForm):
    """A period. It is kept only when the moments that were read back are those that its words name.

    `units_due_read` and `report_due_read` hold the moments, in ISO form, that the page showed; `version` marks the
    period as it was read.
    """

    units_due_read = forms.CharField(required=False, widget=forms.HiddenInput)
    report_due_read = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Lý do thay đổi thời hạn",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ghi vào diễn biến và gửi cho các đơn vị chưa nộp.",
    )

    class Meta:
        model = ReportingPeriod
        fields = ["name", "figures_as_of", "units_due_words", "report_due_words"]
        field_classes = {"figures_as_of": DayField}
        labels = {"units_due_words": "Hạn của đơn vị", "report_due_words": "Hạn báo cáo thành phố"}
        help_texts = {
            "name": "Ví dụ: Báo cáo 6 tháng đầu năm 2026.",
            "figures_as_of": "Ngày cuối cùng mà số liệu của kỳ này tính đến.",
            "units_due_words": WORDS_HELP,
            "report_due_words": WORDS_HELP,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        period = self.instance
        self.campaign = period.campaign
        self.stored = {name: getattr(period, name) for name in scheduling.FIELDS} if period.pk else {}
        self.asks_reason = bool(period.pk) and self.campaign.state == CampaignState.OPEN
        if not self.asks_reason:
            del self.fields["reason"]
        self.theirs = None
        self._version = scheduling.version_of(period)
        self.moments = {name: self.stored[name] for name in DEADLINES} if period.pk and not self.is_bound else {}
        for name in DEADLINES:
            self.fields[f"{name}_words"].widget.attrs |= {
                "data-deadline-words": f"id_{name}_read",
                "aria-describedby": f"{name}_said id_{name}_words_helptext",
                "autocomplete": "off",
            }

    def clean(self):
        typed = super().clean()
        for name in DEADLINES:
            if words := typed.get(f"{name}_words"):
                try:
                    self.moments[name] = deadlines.read_words(words)
                except Refused as slip:
                    self.add_error(f"{name}_words", str(slip))
        if not self.errors:
            for name in self.Meta.fields:
                setattr(self.instance, name, typed[name])
            for name, moment in self.moments.items():
                setattr(self.instance, name, moment)
            for field, sentence in scheduling.faults_of(self.instance, self.campaign):
                self.add_error(field, sentence)
        if self.asks_reason and not self.errors and not typed.get("reason") and self.has_moved:
            self.add_error("reason", "Đợt thi đua đang mở: đề nghị ghi lý do thay đổi thời hạn.")
        return typed

    def clean_reason(self):
        return clean_text(self.cleaned_data["reason"])

    @property
    def has_moved(self):
        moving = ("figures_as_of", *DEADLINES)
        return any(self.stored.get(name) != getattr(self.instance, name) for name in moving)

    @property
    def is_confirmed(self):
        """Whether the moments that the page showed are those that would be kept."""
        return all(self.cleaned_data.get(f"{name}_read") == mark_of(moment) for name, moment in self.moments.items())

    @property
    def deadlines(self):
        """[(words' field, hidden field's name, the moment in ISO form, how it is read back), …]."""
        for name in DEADLINES:
            moment = self.moments.get(name)
            said = deadlines.read_back(moment) if moment else ""
            yield self[f"{name}_words"], f"{name}_read", mark_of(moment), said

    def show_theirs(self, stored):
        """Somebody else changed the period meanwhile; saving again then means what it says."""
        self.theirs = stored
        self._version = scheduling.version_of(stored)

    @property
    def version_now(self):
        return self.data.get("version", "") if self.is_bound and self.theirs is None else self._version
