"""What is typed into a plan's lists: its movements and its questions, each row with the mark of what was read."""

from django import forms

from campaigns.models import GivenBy, PromptKind
from targets import editing
from targets.campaign_forms import PlanText, one_line_of
from units.models import UnitKind

MOST_ROWS = 100
ASKABLE = [choice for choice in UnitKind.choices if choice[0] != UnitKind.ORGANISER]


class RowForm(forms.Form):
    """One row of a list that several people may edit; `held` are the stored rows by key."""

    pk = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    fields_kept = []

    def __init__(self, *args, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.theirs = None
        key = self.data.get(self.add_prefix("pk"), "") if self.is_bound else str(self.initial.get("pk", ""))
        self.held = held.get(key)

    @property
    def seen_now(self):
        if self.theirs is not None:
            return editing.fingerprint_of(self.theirs, self.fields_kept)
        return self["seen"].value() or ""

    def row(self):
        """What `editing` takes."""
        typed = self.cleaned_data
        pk = typed.get("pk") or ""
        known = {
            "pk": int(pk) if pk.isdecimal() else None,
            "seen": typed.get("seen", ""),
            "drop": typed.get("DELETE", False),
        }
        return known | {name: typed.get(name) for name in self.fields_kept}


class MovementForm(RowForm):
    fields_kept = editing.MOVEMENT_FIELDS

    name = forms.CharField(label="Tên phong trào", max_length=300)
    launched_by = forms.ChoiceField(label="Cấp phát động", choices=GivenBy, initial=GivenBy.CITY)
    asked = forms.BooleanField(
        label="Hỏi các đơn vị", required=False, help_text="Phong trào do phường phát động luôn được hỏi."
    )
    caution = PlanText(label="Cần phường xác nhận", required=False, max_length=1000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["caution"].widget.attrs["rows"] = 1

    def clean_name(self):
        return one_line_of(self.cleaned_data["name"])


class PromptForm(RowForm):
    fields_kept = editing.PROMPT_FIELDS

    heading = forms.CharField(label="Đề mục", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    hint = PlanText(label="Gợi ý cho đơn vị", required=False, max_length=2000)
    kind = forms.ChoiceField(label="Loại", choices=PromptKind, initial=PromptKind.TASK)
    asked_of = forms.MultipleChoiceField(
        label="Hỏi các loại đơn vị",
        choices=ASKABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không đánh dấu loại nào: hỏi mọi đơn vị.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hint"].widget.attrs["rows"] = 2
        about_movement = self.held is not None and self.held.movement_id
        kinds = [PromptKind.MOVEMENT] if about_movement else [k for k in PromptKind if k != PromptKind.MOVEMENT]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]

    def clean_heading(self):
        return one_line_of(self.cleaned_data["heading"])

    @property
    def theirs_asked(self):
        """Whom the stored question asks, in words."""
        asked = [label for kind, label in ASKABLE if kind in self.theirs.asked_of]
        return f"Hỏi: {'; '.join(asked) or 'mọi đơn vị'}."


class RowFormSet(forms.BaseFormSet):
    """The rows of a list in the order in which they were put, with what each looked like when it was read."""

    key = ""  # the field in which two rows must differ

    @classmethod
    def of(cls, rows, data=None):
        fields = cls.form.fields_kept
        initial = [
            {name: getattr(row, name) for name in fields} | {"pk": row.pk, "seen": editing.fingerprint_of(row, fields)}
            for row in rows
        ]
        held = {str(row.pk): row for row in rows}
        return cls(data, initial=initial, form_kwargs={"held": held})

    def clean(self):
        if any(self.errors):
            return
        seen = set()
        for form in self._placed():
            text = form.cleaned_data.get(self.key, "")
            if text in seen and not form.cleaned_data.get("DELETE"):
                form.add_error(self.key, f"“{text}” ghi hai lần.")
            seen.add(text)

    def _placed(self):
        """The forms that hold something, in their order; a new one without a number comes last."""
        filled = [form for form in self.forms if form.has_changed() or form.initial.get("pk")]
        return sorted(filled, key=lambda form: (form.cleaned_data.get("ORDER") is None, form.cleaned_data.get("ORDER")))

    def rows(self):
        return [form.row() for form in self._placed()]

    def show_clashes(self, found):
        """Beside each row that somebody else changed stands what is stored now."""
        placed = self._placed()
        for place, theirs in found.items():
            placed[place].theirs = theirs
            placed[place].add_error(None, "Dòng này vừa được người khác sửa; đề nghị đối chiếu rồi lưu lại.")


def _rows(form, key, extra):
    made = forms.formset_factory(
        form,
        formset=RowFormSet,
        extra=extra,
        can_order=True,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 10,
        validate_max=True,
    )
    made.key = key
    return made


MovementRows = _rows(MovementForm, "name", extra=2)
PromptRows = _rows(PromptForm, "heading", extra=1)
