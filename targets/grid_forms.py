"""What is typed around the target grid: names, where a row goes, why one is retired, a block from Excel."""

from crispy_forms.helper import FormHelper
from django import forms

from targets.models import Heading, Sector, Target
from units.forms import DecisionNumberField
from units.models import one_line

LONGEST_BLOCK = 200_000  # characters
WAYS = [("up", "lên"), ("down", "xuống")]


def headings_of(campaign):
    return Heading.objects.filter(sector__campaign=campaign).select_related("sector", "parent")


class NameForm(forms.Form):
    """The name of a sector or a heading; `parent` is the heading above a new one."""

    name = forms.CharField(label="Tên", max_length=200, validators=[one_line])
    parent = forms.ModelChoiceField(Heading.objects.none(), label="Thuộc đề mục", required=False)

    def __init__(self, *args, sector=None, **kwargs):
        super().__init__(*args, **kwargs)
        if sector:
            self.fields["parent"].queryset = Heading.objects.filter(sector=sector)


class WayForm(forms.Form):
    """One place up or down."""

    to = forms.ChoiceField(choices=WAYS)

    @property
    def is_up(self):
        return self.cleaned_data["to"] == "up"


class PlaceForm(forms.Form):
    """Where a target goes: a step up or down, or a sector, perhaps a heading of it, perhaps before another target."""

    to = forms.ChoiceField(choices=WAYS, required=False)
    sector = forms.ModelChoiceField(Sector.objects.none(), required=False)
    heading = forms.ModelChoiceField(Heading.objects.none(), required=False)
    before = forms.ModelChoiceField(Target.objects.none(), required=False)

    def __init__(self, *args, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = campaign.sectors.all()
        self.fields["heading"].queryset = headings_of(campaign)
        self.fields["before"].queryset = campaign.targets.live()

    def clean(self):
        typed = super().clean()
        if not self.errors and not typed.get("to") and not typed.get("sector"):
            raise forms.ValidationError("Chưa rõ chuyển chỉ tiêu đi đâu.")
        return typed


class RetireForm(forms.Form):
    reason = forms.CharField(label="Lý do thôi theo dõi", widget=forms.Textarea(attrs={"rows": 2}))
    decision_number = DecisionNumberField()

    def __init__(self, *args, is_open, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_open:
            self.fields.clear()
        self.helper = FormHelper()
        self.helper.form_tag = False


class PasteForm(forms.Form):
    """A block from Excel and where it goes. In an open campaign the reason for changed goals comes along."""

    block = forms.CharField(
        label="Khối ô chép từ Excel",
        max_length=LONGEST_BLOCK,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "block"}),
        help_text="Chọn các ô trong Excel, bấm Ctrl+C, rồi Ctrl+V vào đây; có hay không có dòng tiêu đề đều được.",
    )
    sector = forms.ModelChoiceField(
        Sector.objects.none(), label="Lĩnh vực", required=False, empty_label="Theo cột “Lĩnh vực” trong khối"
    )
    heading = forms.ModelChoiceField(
        Heading.objects.none(), label="Đề mục", required=False, empty_label="Không có, hoặc theo khối"
    )
    reason = forms.CharField(label="Lý do điều chỉnh", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decision_number = DecisionNumberField(required=False)

    def __init__(self, *args, campaign, is_open, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = campaign.sectors.all()
        self.fields["heading"].queryset = headings_of(campaign).order_by("sector__order", "sector", "order", "pk")
        self.fields["heading"].label_from_instance = lambda heading: f"{heading.sector.name} › {heading.name}"
        if not is_open:
            del self.fields["reason"], self.fields["decision_number"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        typed = super().clean()
        sector, heading = typed.get("sector"), typed.get("heading")
        if heading and sector and heading.sector_id != sector.pk:
            self.add_error("heading", "Đề mục này không thuộc lĩnh vực đã chọn.")
        if heading and not sector:
            typed["sector"] = heading.sector
        return typed

    def how(self):
        """What `pasting.preview` and `pasting.take` take beside the block."""
        return {name: typed for name, typed in self.cleaned_data.items() if name != "block"}
