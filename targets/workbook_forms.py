"""What is asked about a workbook: which one it is, the file, and by which decision its changes are written."""

from crispy_forms.helper import FormHelper
from django import forms

from campaigns.models import CampaignState
from targets import uploads
from targets.models import ImportKind
from units.forms import DecisionNumberField
from units.refusals import Refused

WHAT_FOR = [
    (ImportKind.TARGETS, "Chỉ tiêu (mẫu “Chỉ tiêu”)"),
    (ImportKind.SHARES, "Mức giao cho đơn vị (mẫu “Giao chỉ tiêu”)"),
]


class WorkbookInput(forms.FileInput):
    template_name = "forms/file.html"


class WorkbookForm(forms.Form):
    """A workbook to be checked. `upload` is the file as it will be kept (`targets.uploads.Upload`)."""

    kind = forms.ChoiceField(label="Bảng này là", choices=WHAT_FOR, widget=forms.RadioSelect)
    file = forms.FileField(
        label="Tệp Excel",
        widget=WorkbookInput(attrs={"accept": ".xlsx"}),
        help_text="Tệp .xlsx theo mẫu tải từ cổng, không có mật khẩu, không có macro; nhiều nhất 10 MB.",
        error_messages={"required": "Đề nghị chọn tệp.", "empty": "Tệp rỗng; đề nghị chọn lại tệp."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.upload = None
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_file(self):
        try:
            self.upload = uploads.check(self.cleaned_data["file"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not self.upload.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("Đề nghị chọn tệp Excel .xlsx; tệp khác thì mở bằng Excel rồi lưu thành .xlsx.")
        return self.upload


class FilledInForm(WorkbookForm):
    """The workbook of a unit's form, filled in."""

    kind = None


class ConfirmForm(forms.Form):
    """The word that the shown changes are wanted; while a campaign runs, by which decision."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Lý do điều chỉnh",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Đề nghị ghi lý do điều chỉnh."},
    )
    decision_number = DecisionNumberField(
        label="Số quyết định điều chỉnh",
        error_messages={"required": "Đề nghị ghi số quyết định điều chỉnh."},
    )

    def __init__(self, *args, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        if campaign.state != CampaignState.OPEN:
            del self.fields["reason"], self.fields["decision_number"]
        self.helper = FormHelper()
        self.helper.form_tag = False
