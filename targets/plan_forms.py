"""What is typed about targets, unit shares and the office's adjustments; numbers as Vietnamese writes them."""

from collections import namedtuple
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms

from campaigns.models import CampaignState
from targets import numbers
from targets.answers import FIGURES, NUMBER_PARTS
from targets.intervals import interval_faults, share_faults
from targets.kinds import kind_order, kind_words
from targets.known_rows import KnownRow, KnownRows
from targets.models import Answer, Heading, Result, Target, Verdict
from targets.share_ground import ASKS_UNITS_FOR_A_FIGURE
from targets.target_changes import COUNTED_BY, EDITED, GOAL, needs_decision
from units.forms import DecisionNumberField, RowsField
from units.models import Unit

FACTORS = {"%": 100, "‰": 1000}
ANSWERS = [
    (Answer.NUMBER, "Số: cộng số liệu của các đơn vị được giao"),
    (Answer.RATIO, "Tỷ lệ: tổng tử số chia tổng mẫu số của các đơn vị, không lấy trung bình các tỷ lệ"),
    (Answer.YES_NO, "Đạt hay không đạt: đếm số đơn vị đạt; đơn vị tính là % thì chia cho tổng số đơn vị được giao"),
    (Answer.TEXT, "Bằng lời: phường tự đánh giá, không cộng"),
]


class AmountField(forms.Field):
    """A number as text: `537.487,84` becomes Decimal("537487.84"), a blank None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value):
        return numbers.show(value) if isinstance(value, Decimal) else value

    def to_python(self, value):
        text = (value or "").strip()
        if not text:
            return None
        try:
            return numbers.parse(text)
        except numbers.NotANumber as slip:
            raise forms.ValidationError(f"{slip}.") from slip


class TargetForm(forms.ModelForm):
    """A target of the plan.

    In an open campaign a changed goal takes a reason and a decision's number; so does a changed way of counting that
    results rest on.
    """

    new_sector = forms.CharField(label="Hoặc lĩnh vực mới", max_length=200, required=False)
    new_heading = forms.CharField(label="Hoặc đề mục mới", max_length=200, required=False)
    answer = forms.ChoiceField(label="Cách trả lời và cách tổng hợp", choices=ANSWERS, widget=forms.RadioSelect)
    decimals = forms.TypedChoiceField(
        label="Số chữ số thập phân", coerce=int, choices=[(places, str(places)) for places in range(5)], initial=0
    )
    at_least = AmountField(label="Không thấp hơn", required=False)
    at_most = AmountField(label="Không quá", required=False)
    reason = forms.CharField(label="Lý do điều chỉnh", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decision_number = DecisionNumberField(label="Số quyết định điều chỉnh", required=False)

    class Meta:
        model = Target
        fields = [*EDITED, "coordinators"]
        labels = {"wording": "Nguyên văn trong kế hoạch", "heading": "Đề mục trong lĩnh vực"}
        help_texts = {
            "unit_of_measure": "Ví dụ: triệu đồng, người, %. Với % kết quả được nhân 100, với ‰ nhân 1.000.",
            "part_of": "Chọn khi đây là một phần “trong đó” của chỉ tiêu khác; không bao giờ cộng vào chỉ tiêu ấy.",
            "part_of_whole": "Tỷ lệ không bao giờ quá 100%; tử số lớn hơn mẫu số sẽ bị từ chối.",
            "accumulates": "Có thể đánh giá đạt trước khi hết năm.",
            "single_source": "Số liệu do một cơ quan nắm, không cộng từ nhiều đơn vị.",
            "caution": "Điều trong kế hoạch còn chưa rõ; để trống khi phường đã xác nhận.",
        }
        widgets = {
            "wording": forms.Textarea(attrs={"rows": 2}),
            "how_to_count": forms.Textarea(attrs={"rows": 2}),
            "caution": forms.Textarea(attrs={"rows": 2}),
            "coordinators": forms.CheckboxSelectMultiple,
        }
        field_classes = {"coordinators": RowsField}

    def __init__(self, *args, known=None, **kwargs):
        """`known` is {name of a box: rows to choose from}, where they were read already; nothing else can be chosen."""
        super().__init__(*args, **kwargs)
        campaign, self.known = self.instance.campaign, known
        self.stored = {name: getattr(self.instance, name) for name in (*GOAL, *COUNTED_BY)}
        self.stored_roll_up = self.instance.answer, self.instance.factor
        self.is_open = campaign.state == CampaignState.OPEN
        if known is None:
            self._offer_all(campaign)
        else:
            for name, rows in known.items():
                self.fields[name] = KnownRows(rows) if name == "coordinators" else KnownRow(rows)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def _offer_all(self, campaign):
        units = Unit.objects.active().filter(organiser=campaign.organiser)
        self.fields["sector"].queryset = campaign.sectors.all()
        self.fields["sector"].required = False
        headings = Heading.objects.filter(sector__campaign=campaign).select_related("sector", "parent")
        self.fields["heading"].queryset = headings.order_by("sector__order", "sector", "order", "pk")
        self.fields["heading"].label_from_instance = _full_name
        self.fields["part_of"].queryset = campaign.targets.live().exclude(pk=self.instance.pk).order_by("number")
        self.fields["lead"].queryset = self.fields["coordinators"].queryset = units
        for name, words in {
            "sector": "Chọn lĩnh vực",
            "heading": "Không có",
            "part_of": "Không",
            "lead": "Chưa ghi",
        }.items():
            self.fields[name].empty_label = words

    def _get_validation_exclusions(self):
        """Known rows exist, and the boxes' own choices hold: neither is asked of the database again."""
        exclude = super()._get_validation_exclusions()
        return exclude if self.known is None else exclude | {*self.known, "answer", "decimals"}

    def _layout(self):
        change = Fieldset(
            "Nếu đổi mức giao khi đợt thi đua đang mở, hoặc cách tính khi đã có đơn vị nộp số liệu",
            HTML('<p class="soft">Nội dung cũ, nội dung mới và lý do được lưu lại trong lịch sử của chỉ tiêu.</p>'),
            "reason",
            "decision_number",
        )
        return Layout(
            Fieldset(
                "Trong kế hoạch",
                "wording",
                "name",
                Div("sector", "new_sector", css_class="field-row"),
                Div("heading", "new_heading", css_class="field-row"),
                Div("part_of", "given_by", css_class="field-row"),
            ),
            Fieldset(
                "Cách tính",
                "answer",
                Div("unit_of_measure", "decimals", css_class="field-row"),
                Div("amount_label", "base_label", css_class="field-row"),
                "part_of_whole",
                "accumulates",
                "may_be_negative",
                "single_source",
                "how_to_count",
            ),
            Fieldset(
                "Mức giao của phường",
                HTML(
                    '<p class="soft">“95% trở lên”: ghi 95 vào ô không thấp hơn. “Trong dự toán 330.681”: ghi 330.681 '
                    "vào ô không quá. “Đúng 12”: ghi 12 vào cả hai ô. Để trống cả hai: chỉ theo dõi.</p>"
                ),
                Div(Field("at_least", css_class="num"), Field("at_most", css_class="num"), css_class="field-row"),
            ),
            *([change] if self.is_open else []),
            Fieldset("Trách nhiệm", "lead", Div("coordinators", css_class="many-choices"), "caution"),
        )

    def clean(self):
        typed = super().clean()
        faults = self._place_faults, self._kind_faults, self._goal_faults, self._decision_faults
        for field, sentence in [fault for found in faults for fault in found(typed)]:
            if field not in self.errors:
                self.add_error(field, sentence)
        self.instance.factor = self._factor(typed)
        return typed

    @staticmethod
    def _factor(typed):
        shared = typed.get("answer") in (Answer.RATIO, Answer.YES_NO)
        return FACTORS.get(typed.get("unit_of_measure"), 1) if shared else 1

    def _place_faults(self, typed):
        sector, heading = typed.get("sector"), typed.get("heading")
        if bool(sector) == bool(typed.get("new_sector")):
            yield "sector", "Đề nghị chọn một lĩnh vực hoặc ghi tên lĩnh vực mới."
        if heading and typed.get("new_heading"):
            yield "heading", "Đề nghị chọn đề mục hoặc ghi đề mục mới, không cả hai."
        elif heading and (sector is None or heading.sector_id != sector.pk):
            yield "heading", "Đề mục này không thuộc lĩnh vực đã chọn."
        whole = typed.get("part_of")
        while whole is not None and self.instance.pk:
            if whole.pk == self.instance.pk:
                yield "part_of", "Chỉ tiêu được chọn lại là một phần của chính chỉ tiêu này."
                break
            whole = whole.part_of

    def _kind_faults(self, typed):
        answer, measure = typed.get("answer"), typed.get("unit_of_measure")
        is_ratio = answer == Answer.RATIO
        if answer != Answer.TEXT and not measure:
            yield "unit_of_measure", "Đề nghị ghi đơn vị tính."
        if answer == Answer.NUMBER and measure in FACTORS and not typed.get("single_source"):
            yield "answer", f"Không cộng các tỷ lệ {measure}: đề nghị chọn “Tỷ lệ” hoặc “Đạt hay không đạt”."
        for label in ("amount_label", "base_label"):
            if is_ratio and not typed.get(label):
                yield label, "Chỉ tiêu tỷ lệ cần tên tử số và tên mẫu số để đơn vị ghi đúng ô."
        if typed.get("part_of_whole") and not is_ratio:
            yield "part_of_whole", "Chỉ chỉ tiêu tỷ lệ mới có tử số là một phần của mẫu số."
        if typed.get("accumulates") and answer != Answer.NUMBER:
            yield "accumulates", "Chỉ chỉ tiêu bằng số mới luỹ kế từ đầu năm."
        if typed.get("may_be_negative") and (typed.get("part_of_whole") or answer not in ASKS_UNITS_FOR_A_FIGURE):
            yield "may_be_negative", "Chỉ tiêu này không thể âm."
        roll_up = answer, self._factor(typed)
        if (
            self.instance.pk
            and self.stored_roll_up != roll_up
            and Result.objects.filter(target=self.instance.pk).exists()
        ):
            yield "answer", "Đã có đơn vị nộp số liệu nên không đổi được cách trả lời (và đơn vị tính %, ‰)."

    def _goal_faults(self, typed):
        at_least, at_most = typed.get("at_least"), typed.get("at_most")
        answer = typed.get("answer")
        if answer == Answer.TEXT and (at_least, at_most) != (None, None):
            yield "at_least", "Chỉ tiêu bằng lời không có mức bằng số."
        within = typed.get("part_of_whole") or (answer == Answer.YES_NO and self._factor(typed) > 1)
        most = Decimal(self._factor(typed)) if within else None
        yield from interval_faults(at_least, at_most, may_be_negative=typed.get("may_be_negative"), most=most)
        places = max((-bound.normalize().as_tuple().exponent for bound in (at_least, at_most) if bound), default=0)
        if typed.get("decimals", 4) < places:
            yield "decimals", f"Mức giao có {places} chữ số thập phân; số chữ số thập phân phải từ {places} trở lên."

    def _decision_faults(self, typed):
        if not self.is_open or not self.instance.pk:
            return
        changed = [name for name, was in self.stored.items() if typed.get(name) != was]
        if words := needs_decision(self.instance, changed):
            if not typed.get("reason"):
                yield "reason", f"Đợt thi đua đang mở: đổi {words} thì đề nghị ghi lý do."
            if not typed.get("decision_number"):
                yield "decision_number", f"Đợt thi đua đang mở: đổi {words} thì đề nghị ghi số quyết định."

    def details(self):
        """What `allocating.save_target` takes beside the target itself."""
        names = ["new_sector", "new_heading", "coordinators", "reason", "decision_number"]
        return {name: self.cleaned_data[name] for name in names}


def _full_name(heading):
    above = f"{heading.parent.name} › " if heading.parent else ""
    return f"{heading.sector.name} › {above}{heading.name}"


ShareRow = namedtuple("ShareRow", "unit held reports given at_least at_most")


class SharesForm(forms.Form):
    """Which units hold a target, each with its own goal where it has one: one row for each reporting unit."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="Lý do điều chỉnh", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decision_number = DecisionNumberField(label="Số quyết định điều chỉnh", required=False)

    def __init__(self, *args, target, participations, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.held = target, {allocation.unit_id: allocation for allocation in held}
        self.reporting = {part.unit_id for part in participations}
        self.asks_goal = target.answer in ASKS_UNITS_FOR_A_FIGURE
        strangers = [a.unit for a in held if a.unit_id not in self.reporting]
        self.units = sorted([*(part.unit for part in participations), *strangers], key=kind_order)
        self.fields["seen"].initial = self.version
        for unit in self.units:
            self._add_fields(unit)

    def _add_fields(self, unit):
        share = self.held.get(unit.pk)
        self.fields[f"given_{unit.pk}"] = forms.BooleanField(label=unit.name, required=False, initial=share is not None)
        if self.asks_goal:
            for end, words in (("at_least", "không thấp hơn"), ("at_most", "không quá")):
                self.fields[f"{end}_{unit.pk}"] = AmountField(
                    label=f"{unit.name}, {words}", required=False, initial=share and getattr(share, end)
                )

    @property
    def version(self):
        """What was given when the page was made, so that two people do not undo each other unseen."""
        return ";".join(
            f"{unit}:{numbers.show(share.at_least)}:{numbers.show(share.at_most)}"
            for unit, share in sorted(self.held.items())
        )

    @property
    def is_outdated(self):
        return self.is_bound and self.data.get("seen", "") != self.version

    def rows(self):
        """[(kind of unit, [row, …]), …]; the rows keep what was typed."""
        grouped = []
        for unit in self.units:
            row = ShareRow(
                unit=unit,
                held=self.held.get(unit.pk),
                reports=unit.pk in self.reporting,
                given=self[f"given_{unit.pk}"],
                at_least=self[f"at_least_{unit.pk}"] if self.asks_goal else None,
                at_most=self[f"at_most_{unit.pk}"] if self.asks_goal else None,
            )
            if not grouped or grouped[-1][0] != kind_words(unit):
                grouped.append((kind_words(unit), []))
            grouped[-1][1].append(row)
        return grouped

    def clean(self):
        typed = super().clean()
        for unit in self.units:
            bounds = typed.get(f"at_least_{unit.pk}"), typed.get(f"at_most_{unit.pk}")
            given = typed[f"given_{unit.pk}"]
            if bounds != (None, None) and not given and unit.pk not in self.held:
                self.add_error(f"given_{unit.pk}", "Đã ghi mức nhưng chưa đánh dấu giao.")
            for end, sentence in share_faults(self.target, *bounds):
                self.add_error(f"{end}_{unit.pk}", sentence)
        if self.target.single_source and len(self.shares()) > 1:
            self.add_error(None, "Chỉ tiêu này chỉ được giao cho một đơn vị.")
        if self.is_outdated:
            self.add_error(None, "Phần giao vừa được người khác thay đổi; đề nghị đối chiếu với phần “đang lưu”.")
        return typed

    def shares(self):
        """{unit: (at_least, at_most)} of the ticked units."""
        typed = self.cleaned_data
        return {
            unit: (typed.get(f"at_least_{unit.pk}"), typed.get(f"at_most_{unit.pk}"))
            for unit in self.units
            if typed.get(f"given_{unit.pk}")
        }


class AdjustmentForm(forms.Form):
    """The office's figures or verdict for a target of a period; `units` is how many units hold the target."""

    verdict = forms.ChoiceField(label="Đánh giá thủ công", required=False)
    reason = forms.CharField(label="Lý do hiệu chỉnh", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, target, goal, units, is_final, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.units = target, units
        self.parts = [part for part in NUMBER_PARTS[target.answer] if not (is_final and part.startswith("est_"))]
        amount = "Số đơn vị đạt" if target.answer == Answer.YES_NO else target.amount_label or "Thực hiện"
        names = {"amount": amount, "base": target.base_label or "Mẫu số"}
        names |= {f"est_{part}": f"{name}, ước cả năm" for part, name in names.items()}
        fields = {part: AmountField(label=names[part], required=False) for part in self.parts}
        self.fields = fields | self.fields
        verdicts = [Verdict.EXCEEDED, Verdict.MET, Verdict.MISSED]
        if goal.at_most is not None:
            verdicts.remove(Verdict.EXCEEDED)
        blank = "" if target.answer == Answer.TEXT else "Theo số liệu"
        self.fields["verdict"].choices = [("", blank), *((verdict.value, verdict.label) for verdict in verdicts)]
        self.fields["verdict"].required = target.answer == Answer.TEXT
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Div(*(Field(part, css_class="num") for part in self.parts), css_class="field-row"), "verdict", "reason"
        )

    def clean(self):
        typed = super().clean()
        for prefix in ("", "est_"):
            for part, sentence in self._faults(typed, f"{prefix}amount", f"{prefix}base"):
                if part not in self.errors:
                    self.add_error(part, sentence)
        if typed.get("est_amount") is not None and typed.get("amount") is None:
            self.add_error("amount", "Có ước cả năm thì đề nghị ghi cả số thực hiện.")
        if not self.errors and not typed.get("verdict") and typed.get("amount") is None:
            self.add_error(None, "Đề nghị ghi số liệu hiệu chỉnh hoặc chọn đánh giá thủ công.")
        return typed

    def _faults(self, typed, amount_part, base_part):
        amount, base = typed.get(amount_part), typed.get(base_part)
        if base_part in self.fields:
            if (amount is None) != (base is None):
                yield base_part if base is None else amount_part, "Đề nghị ghi cả tử số và mẫu số."
            if base is not None and base <= 0:
                yield base_part, "Mẫu số phải lớn hơn 0."
            if self.target.part_of_whole and None not in (amount, base) and amount > base:
                yield amount_part, "Tử số không được lớn hơn mẫu số."
        if amount is not None and amount < 0 and not self.target.may_be_negative:
            yield amount_part, "Chỉ tiêu này không thể âm."
        if amount is not None and self.target.answer == Answer.YES_NO and amount not in range(self.units + 1):
            yield amount_part, f"Số đơn vị đạt là số nguyên từ 0 đến {self.units}."

    def figures(self):
        """What `adjusting.adjust` takes."""
        typed = {part: self.cleaned_data.get(part) for part in FIGURES}
        return typed | {name: self.cleaned_data[name] for name in ("verdict", "reason")}
