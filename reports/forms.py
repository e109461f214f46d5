"""What the office and the leader type about reports."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.validators import RegexValidator

from reports import documents
from reports.models import OF_A_PERIOD, Report
from reports.writing import fingerprint
from units.models import one_line, ward_day


def helper(label, *, css="btn-primary"):
    built = FormHelper()
    built.attrs = {"data-guard": ""}
    built.add_input(Submit("", label, css_class=css))
    return built


clerks_number = RegexValidator(
    r"^[1-9][0-9]{0,4}[a-z]?\Z", "Chỉ ghi số do văn thư cấp, ví dụ 125 hoặc 125a; ký hiệu do cổng in."
)


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label="Loại báo cáo", choices=[(kind, kind.label) for kind in OF_A_PERIOD])


class NumberForm(forms.ModelForm):
    number = forms.CharField(
        label="Số báo cáo", max_length=20, validators=[clerks_number], help_text="Số do văn thư cấp, ví dụ: 125."
    )
    issued_on = forms.DateField(label="Ngày ban hành", help_text="Viết theo dạng ngày/tháng/năm, ví dụ 12/12/2025.")

    class Meta:
        model = Report
        fields = []

    field_order = ["number", "issued_on"]

    @property
    def helper(self):
        return helper("Ghi số và ban hành")

    def clean_issued_on(self):
        issued_on = self.cleaned_data["issued_on"]
        if self.instance.approved_at and issued_on < ward_day(self.instance.approved_at):
            raise forms.ValidationError("Ngày ban hành không thể trước ngày phê duyệt.")
        return issued_on


class CorrectionForm(NumberForm):
    reason = forms.CharField(label="Lý do đính chính", widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def helper(self):
        return helper("Đính chính số, ngày")


class SendingForm(forms.Form):
    sent_at = forms.DateTimeField(
        label="Thời điểm gửi", help_text="Viết theo dạng giờ:phút ngày/tháng/năm, ví dụ 15:30 12/12/2025."
    )
    how = forms.CharField(
        label="Cách gửi", max_length=200, validators=[one_line], help_text="Ví dụ: qua phần mềm quản lý văn bản."
    )

    @property
    def helper(self):
        return helper("Ghi nhận đã gửi")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def helper(self):
        return helper("Thu hồi về dự thảo", css="btn-outline-danger")


OLD_FORM = {"required": "Báo cáo vừa có thêm mục; đề nghị chép lại phần vừa gõ, tải lại trang rồi nhập tiếp."}


class TextsForm(forms.Form):
    """One box for each section of a report; hidden beside each, the version it was read at and what it said then."""

    def __init__(self, data=None, *, sections, **options):
        super().__init__(data, **options)
        self.sections = sections
        for section in sections:
            rows = min(14, max(4, section.text.count("\n") + 3))
            self.fields[f"text.{section.code}"] = forms.CharField(
                label=section.heading,
                required=False,
                initial=section.text,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
            )
            self.fields[f"version.{section.code}"] = forms.IntegerField(
                initial=section.version, min_value=0, widget=forms.HiddenInput, error_messages=OLD_FORM
            )
            self.fields[f"read.{section.code}"] = forms.CharField(
                initial=fingerprint(section.text), max_length=64, widget=forms.HiddenInput, error_messages=OLD_FORM
            )

    @property
    def texts(self):
        """What was typed; a section left as it was read is nobody's business."""
        typed = {section.code: self.cleaned_data[f"text.{section.code}"] for section in self.sections}
        return {code: text for code, text in typed.items() if fingerprint(text) != self.cleaned_data[f"read.{code}"]}

    @property
    def versions(self):
        return {section.code: self.cleaned_data[f"version.{section.code}"] for section in self.sections}

    def facing(self, clashes):
        """The form again after a clash: the typed text stays, and the next save is a knowing one."""
        data = self.data.copy()
        for clash in clashes:
            data[f"version.{clash.code}"] = clash.version
        return TextsForm(data, sections=self.sections)


class CommentForm(forms.Form):
    """A remark on one section of a built report, or on the whole."""

    section = forms.ChoiceField(label="Về mục", required=False)
    text = forms.CharField(
        label="Ý kiến",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Đề nghị ghi ý kiến."},
    )

    def __init__(self, data=None, *, report, **options):
        super().__init__(data, **options)
        tasks = report.figures["tasks"] if report.figures else []
        self.fields["section"].choices = [("", "Cả báo cáo"), *documents.sections(tasks)]


class CheckForm(forms.Form):
    """The word of whoever ticked a sheet against the signed plan; `seen` is the digest of what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    sheet_code = forms.CharField(
        label="Mã kế hoạch trên phiếu",
        max_length=20,
        required=False,
        help_text="Tám ký tự ở chân mỗi trang, ví dụ 3F2A-9C01. Để trống nếu đối chiếu ngay trên màn hình.",
    )
    note = forms.CharField(label="Ghi chú", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(
        label="Tôi đã đối chiếu từng dòng với bản kế hoạch đã ký; nội dung trong cổng đúng như bản ký.",
        error_messages={"required": "Đề nghị đánh dấu xác nhận đã đối chiếu với bản ký."},
    )

    @property
    def helper(self):
        return helper("Ghi nhận đã đối chiếu")

    def clean(self):
        typed = super().clean()
        typed.pop("agreed", None)
        return typed

    def facing(self, sentence, *, seen):
        """The same form with what was typed, a refusal, and what the plan holds by now."""
        form = CheckForm(self.data | {"seen": seen})
        form.add_error(None, sentence)
        return form


class LookUpForm(forms.Form):
    """A lookup code from paper, or the file itself."""

    code = forms.CharField(label="Mã tra cứu in trên văn bản", max_length=40, required=False)
    file = forms.FileField(label="Hoặc tệp PDF nhận được", required=False)

    def clean(self):
        typed = super().clean()
        if not self.errors and not typed.get("code") and not typed.get("file"):
            raise forms.ValidationError("Đề nghị ghi mã tra cứu hoặc chọn tệp.")
        return typed


class SignedFileForm(forms.Form):
    file = forms.FileField(
        label="Tệp PDF đã ký số",
        help_text="Đúng tệp nhận lại từ phần mềm ký số. Cổng kiểm tra chữ ký và đối chiếu từng chữ với bản phê duyệt.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    @property
    def helper(self):
        return helper("Kiểm tra và lưu")


class ScanForm(forms.Form):
    """The scan of a unit's report, printed, signed and sealed."""

    file = forms.FileField(
        label="Tệp bản đã ký, đóng dấu",
        help_text="Tệp pdf, jpg hoặc png, không quá 10 MB. Nhiều trang thì quét vào một tệp PDF.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "class": "form-control"}),
        error_messages={"required": "Đề nghị chọn tệp.", "empty": "Tệp rỗng; đề nghị chọn lại."},
    )
