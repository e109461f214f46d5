"""What is typed to rename, merge, close or open a unit again."""

import re
import unicodedata

from django import forms

from units.forms import LONGEST_KEY, RowsField
from units.models import Unit, UnitChange, User, one_line


class LineField(forms.CharField):
    """One line of text in its composed form, with single blanks."""

    default_validators = [one_line]

    def to_python(self, value):
        return re.sub(" +", " ", unicodedata.normalize("NFC", super().to_python(value))).strip()


def line_of(model, name, **options):
    """A line as long as the model's field takes it."""
    field = model._meta.get_field(name)
    return LineField(max_length=field.max_length, required=not field.blank, **options)


class ReasonForm(forms.Form):
    """By what it was decided and why; both stand in the unit's history."""

    decision_number = line_of(
        UnitChange, "decision_number", label="Số quyết định (nghị quyết)", help_text="Ví dụ: 12/QĐ-UBND."
    )
    reason = forms.CharField(
        label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Ghi vào lịch sử đơn vị."
    )


class DecidedForm(ReasonForm):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["decision_number"].required = True


class RenameForm(ReasonForm):
    name = line_of(Unit, "name", label="Tên mới")
    short_name = line_of(Unit, "short_name", label="Tên gọi tắt")

    field_order = ["name", "short_name", "decision_number", "reason"]

    def __init__(self, *args, unit, **options):
        super().__init__(*args, initial={"name": unit.name, "short_name": unit.short_name}, **options)
        self.fields["decision_number"].help_text = "Để trống nếu chỉ sửa lỗi gõ."


class TakerField(forms.ModelChoiceField):
    """Another working unit of the same organiser; a key too long for the database is as unknown as any other."""

    def __init__(self, **options):
        super().__init__(Unit.objects.none(), **options)

    def offer_beside(self, unit):
        others = Unit.objects.active().filter(organiser=unit.organiser_id).exclude(pk=unit.pk)
        self.queryset = others.order_by("order", "sort_key")

    def to_python(self, value):
        if value and len(str(value)) > LONGEST_KEY:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class MergeForm(DecidedForm):
    """`moving` are the people who get their roles at the receiving unit."""

    into = TakerField(label="Sáp nhập vào", empty_label="Chọn đơn vị nhận")
    moving = RowsField(
        User.objects.none(),
        label="Chuyển vai trò sang đơn vị nhận",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Người không được chọn thôi vai trò tại đơn vị này từ hết hôm nay.",
    )

    field_order = ["into", "moving", "decision_number", "reason"]

    def __init__(self, *args, unit, people, **options):
        super().__init__(*args, **options)
        self.fields["into"].offer_beside(unit)
        self.fields["moving"].queryset = people
        if not people.exists():
            del self.fields["moving"]


class CloseForm(DecidedForm):
    to = TakerField(
        label="Đơn vị nhận các chỉ tiêu đang giao",
        required=False,
        empty_label="Không đơn vị nào (các chỉ tiêu thôi giao)",
    )

    field_order = ["to", "decision_number", "reason"]

    def __init__(self, *args, unit, **options):
        super().__init__(*args, **options)
        self.fields["to"].offer_beside(unit)
