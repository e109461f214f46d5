"""What is asked beside the cells of the allocation sheet: how to share out, by which decision, why a difference."""

from decimal import Decimal

from crispy_forms.helper import FormHelper
from django import forms

from targets import numbers, sharing_out
from targets.models import Allocation, Answer
from targets.share_cells import NO_GOAL, NotAShare, of_state, read_share
from targets.share_ground import ASKS_UNITS_FOR_A_FIGURE
from targets.sharing_out import SPLITS, Way
from targets.sums import adds_up
from units.forms import DecisionNumberField, RowsField
from units.refusals import Refused

LONGEST_COLUMN = 20_000  # characters


class DecisionForm(forms.Form):
    """By what shares are changed in a campaign that runs."""

    reason = forms.CharField(
        label="Lý do điều chỉnh",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Đề nghị ghi lý do điều chỉnh."},
    )
    decision_number = DecisionNumberField(error_messages={"required": "Đề nghị ghi số quyết định điều chỉnh."})


class DifferenceForm(forms.Form):
    """Why the units' shares do not make up the ward's goal; `seen` is the difference that is explained."""

    seen = forms.CharField(max_length=200, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Giải thích chênh lệch",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ví dụ: phường giữ lại 100 để giao bổ sung trong quý III.",
        error_messages={"required": "Đề nghị ghi giải thích chênh lệch."},
    )

    def __init__(self, *args, difference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = difference and difference.key
        self.fields["note"].initial = difference and difference.note and difference.note.note
        self.helper = FormHelper()
        self.helper.form_tag = False


class ShareOutForm(forms.Form):
    """How a target is given to some units: `proposals()` says what each would hold. Nothing is stored here."""

    target = forms.ModelChoiceField(None, error_messages={"invalid_choice": "Chỉ tiêu không còn trong đợt thi đua."})
    units = RowsField(
        None,
        error_messages={
            "required": "Đề nghị chọn ít nhất một đơn vị.",
            "invalid_choice": "Có đơn vị không còn thuộc diện phải báo cáo; đề nghị tải lại trang.",
        },
    )
    way = forms.ChoiceField(choices=Way, error_messages={"required": "Đề nghị chọn cách giao."})
    level = forms.CharField(required=False)
    column = forms.CharField(required=False, max_length=LONGEST_COLUMN, strip=False)
    kept = forms.CharField(required=False)

    def __init__(self, *args, targets, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset, self.fields["units"].queryset = targets, units

    def clean_kept(self):
        try:
            return of_state(self.cleaned_data["kept"]) or NO_GOAL
        except ValueError as wrong:
            raise forms.ValidationError("Đề nghị tải lại trang rồi chia lại.") from wrong

    def clean(self):
        typed = super().clean()
        if not self.errors:
            order = {str(pk): place for place, pk in enumerate(self.data.getlist("units"))}
            self.chosen = sorted(typed["units"], key=lambda unit: order[str(unit.pk)])
            try:
                self.shares = self._shares(typed["target"], Way(typed["way"]))
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return typed

    def _shares(self, target, way):
        if way in SPLITS and not adds_up(target):
            raise Refused("Chỉ chỉ tiêu bằng số do nhiều đơn vị cùng làm mới chia được mức của phường.")
        if target.single_source and way != Way.TAKE and len(self.chosen) > 1:
            raise Refused("Chỉ tiêu này chỉ được giao cho một đơn vị.")
        if way == Way.TAKE:
            return [None] * len(self.chosen)
        if way == Way.GIVE:
            return [NO_GOAL] * len(self.chosen)
        if way == Way.SAME:
            return [self._same(target)] * len(self.chosen)
        return sharing_out.shares_of(target, self._weights(target, way), kept=self.cleaned_data["kept"])

    def _same(self, target):
        try:
            share = read_share(self.cleaned_data["level"], target)
        except NotAShare as slip:
            raise Refused(str(slip)) from slip
        if share in (None, NO_GOAL):
            raise Refused("Đề nghị ghi mức riêng, ví dụ: ≥ 95.")
        return share

    def _weights(self, target, way):
        units = self.chosen
        if way == Way.EVEN:
            return [Decimal(1)] * len(units)
        if way == Way.COLUMN:
            return sharing_out.weights_of(units, self._column(), "số trong cột")
        if way == Way.LAST_YEAR:
            held = Allocation.objects.open().filter(target=target)
            return sharing_out.weights_of(units, dict(held.values_list("unit", "baseline")), "kết quả năm trước")
        figures = {unit.pk: getattr(unit, way.value) for unit in units}
        return sharing_out.weights_of(units, figures, "số hộ" if way == Way.HOUSEHOLDS else "số học sinh")

    def _column(self):
        """{unit pk: figure}: the pasted lines in the order of the units."""
        lines = [line.strip() for line in self.cleaned_data["column"].strip().splitlines()]
        if len(lines) != len(self.chosen):
            raise Refused(
                f"Cột dán vào có {len(lines)} dòng, đang chọn {len(self.chosen)} đơn vị; mỗi đơn vị cần đúng một dòng."
            )
        figures = {}
        for number, (unit, line) in enumerate(zip(self.chosen, lines, strict=True), start=1):
            try:
                figures[unit.pk] = numbers.parse(line)
            except numbers.NotANumber as slip:
                raise Refused(f"Dòng {number} ({unit.called}): {slip}.") from slip
        return figures

    def proposals(self):
        """[(unit, share or None), …] in the order in which the units were sent."""
        return list(zip(self.chosen, self.shares, strict=True))


def ways_for(target):
    """The ways in which a target can be given, as [(value, label), …]."""
    ways = [Way.GIVE, Way.TAKE]
    if target.answer in ASKS_UNITS_FOR_A_FIGURE and not target.single_source:
        ways.insert(0, Way.SAME)
    if adds_up(target) and not target.is_tracked_only:
        ways = [*(way for way in Way if way in SPLITS), *ways]
    labels = {Way.GIVE: "Giao, áp dụng mức của phường"} if target.answer == Answer.RATIO else {}
    return [(way.value, labels.get(way, way.label)) for way in ways]
