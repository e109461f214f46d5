"""What is typed about nominations."""

from django import forms

from campaigns.models import Campaign
from commendations import eligibility
from commendations.models import AwardForm, AwardKind, Nomination, NominationState, RecipientKind

RECIPIENT_WORDS = {
    RecipientKind.COLLECTIVE: ("Tên tập thể", "Ví dụ: Tổ dân phố 5, Trường Tiểu học …"),
    RecipientKind.HOUSEHOLD: ("Họ tên chủ hộ hoặc tên hộ gia đình", "Ví dụ: Hộ gia đình ông Trần Văn A."),
    RecipientKind.INDIVIDUAL: ("Họ và tên", "Ghi đầy đủ, không ghi học hàm, học vị."),
}


class NominationFilter(forms.Form):
    """Which nominations are listed; an unknown value lists them all."""

    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt thi đua", to_field_name="slug", required=False, empty_label="Mọi đợt"
    )
    state = forms.ChoiceField(
        label="Trạng thái", choices=[("", "Mọi trạng thái"), *NominationState.choices], required=False
    )
    q = forms.CharField(label="Tìm theo tên", max_length=100, required=False, widget=forms.SearchInput)

    def __init__(self, data, *, campaigns):
        super().__init__(data)
        self.fields["campaign"].queryset = campaigns


class NominationForm(forms.ModelForm):
    """One recipient of one kind; only awards that fit the kind are offered.

    `cautions` are sentences found about what was typed; with any, `confirmed` must be ticked.
    """

    confirmed = forms.BooleanField(
        label="Đã xem các điều cần lưu ý và vẫn đề nghị", required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Nomination
        fields = ["unit", "award", "recipient", "position", "leads", "achievement"]
        widgets = {"achievement": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "achievement": "Thành tích cụ thể, có số liệu, trong đợt thi đua. Không ghi số căn cước, ngày sinh.",
        }

    def __init__(self, data=None, *, campaign, units, recipient_kind):
        super().__init__(data, instance=Nomination(campaign=campaign, recipient_kind=recipient_kind))
        self.cautions = []
        self.recipient_kind = RecipientKind(recipient_kind)
        self.fields["unit"].queryset = units
        self.fields["unit"].empty_label = "Chọn đơn vị" if len(units) > 1 else None
        self._offer_fitting_awards()
        name = self.fields["recipient"]
        name.label, name.help_text = RECIPIENT_WORDS[self.recipient_kind]
        self._ask_about_the_person()

    def _ask_about_the_person(self):
        if self.recipient_kind != RecipientKind.INDIVIDUAL:
            del self.fields["leads"]
        if self.recipient_kind == RecipientKind.HOUSEHOLD:
            self.fields["position"].label = "Nơi ở (tổ dân phố)"
        if self.recipient_kind == RecipientKind.COLLECTIVE:
            del self.fields["position"]

    def _offer_fitting_awards(self):
        fitting = AwardForm.objects.filter(active=True, **{f"for_{self.recipient_kind}": True})
        field = self.fields["award"]
        field.queryset = fitting
        groups = [
            (kind.label, [(award.pk, award.name) for award in fitting if award.kind == kind]) for kind in AwardKind
        ]
        field.choices = [("", "Chọn danh hiệu hoặc hình thức"), *(group for group in groups if group[1])]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self._look_twice(cleaned)
        return cleaned

    def _look_twice(self, cleaned):
        typed = {name: cleaned[name] for name in self.fields if name != "confirmed"}
        self.cautions = eligibility.cautions(
            Nomination(campaign=self.instance.campaign, recipient_kind=self.recipient_kind, **typed)
        )
        if self.cautions:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            if not cleaned["confirmed"]:
                self.add_error("confirmed", "Đề nghị xem các điều cần lưu ý rồi đánh dấu ô này nếu vẫn đề nghị.")


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Lý do không đồng ý",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Đơn vị đề nghị và phòng Văn hoá - Xã hội sẽ đọc lý do này.",
    )
