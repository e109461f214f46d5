"""Which units take part in a campaign, as ticked in one table."""

from collections import namedtuple

from django import forms

from campaigns.models import Participation
from targets.joining import OUTSIDE, Place
from targets.kinds import kind_order, kind_words
from units.forms import DecisionNumberField
from units.models import Cluster, Unit

Row = namedtuple("Row", "unit joins reports cluster bound theirs part")
BY_CLUSTER = "cum"


class ParticipantsForm(forms.Form):
    """One row for each unit of the organiser: takes part, must report, in which cluster.

    `places` is {unit's key: Place} as stored, `bound` the keys of units that leave by a page of their own.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, campaign, places, bound, **kwargs):
        super().__init__(*args, **kwargs)
        self.places, self.bound, self.theirs = places, bound, {}
        self.parts = {part.unit_id: part.pk for part in campaign.participations.all()}
        everyone = Unit.objects.filter(organiser=campaign.organiser)
        self.units = [unit for unit in everyone if unit.active or unit.pk in places]
        self.clusters = list(Cluster.objects.filter(organiser=campaign.organiser))
        self.usual = usual_clusters(campaign)
        choices = [("", "Không"), *((str(cluster.pk), cluster.name) for cluster in self.clusters)]
        for unit in self.units:
            self._add_fields(unit, choices)

    def _add_fields(self, unit, choices):
        place = self.places.get(unit.pk, OUTSIDE)
        cluster = place.cluster if place.joins else self.usual.get(unit.pk)
        fixed = {"disabled": True} if self.leaves_apart(unit) else {}
        self.fields[f"joins_{unit.pk}"] = forms.BooleanField(required=False, initial=place.joins, **fixed)
        self.fields[f"reports_{unit.pk}"] = forms.BooleanField(required=False, initial=place.reports, **fixed)
        self.fields[f"cluster_{unit.pk}"] = forms.ChoiceField(
            required=False, choices=choices, initial=str(cluster or ""), label=f"Cụm, khối của {unit.name}"
        )

    def leaves_apart(self, unit):
        """Whether the unit has duties, which end on a page of their own and not by an untick."""
        return unit.pk in self.bound and self.places.get(unit.pk, OUTSIDE).reports

    @property
    def seen_now(self):
        """How the units stood when the page was made, and those that somebody else changed as they stand now."""
        if not self.is_bound:
            return _marks(self.places)
        return _marks(self.read() | self.theirs) if self.theirs else self.data.get("seen", "")

    def read(self):
        """{unit's key: Place} as it was when the page was made; what cannot be read back is left out."""
        read = {}
        for mark in self.cleaned_data["seen"].split(";"):
            unit, _, rest = mark.partition(":")
            reports, _, cluster = rest.partition(":")
            if unit.isdecimal() and reports in ("0", "1") and (cluster.isdecimal() or not cluster):
                read[int(unit)] = Place(True, reports == "1", int(cluster) if cluster else None)
        return read

    def wanted(self):
        """{unit: Place} as ticked; whoever must report takes part."""
        typed = self.cleaned_data
        return {
            unit: Place(True, bool(typed[f"reports_{unit.pk}"]), int(typed[f"cluster_{unit.pk}"] or 0) or None)
            if typed[f"joins_{unit.pk}"] or typed[f"reports_{unit.pk}"]
            else OUTSIDE
            for unit in self.units
        }

    def rows(self, by):
        """[(heading, [Row, …]), …] by kind of unit or by cluster."""
        names = {str(cluster.pk): cluster.name for cluster in self.clusters}
        grouped = {}
        for unit in sorted(self.units, key=kind_order):
            cluster = self[f"cluster_{unit.pk}"]
            heading = (
                names.get(str(cluster.initial), "Chưa vào cụm, khối nào") if by == BY_CLUSTER else kind_words(unit)
            )
            row = Row(
                unit=unit,
                joins=self[f"joins_{unit.pk}"],
                reports=self[f"reports_{unit.pk}"],
                cluster=cluster,
                bound=self.leaves_apart(unit),
                theirs=self.theirs.get(unit.pk),
                part=self.parts.get(unit.pk),
            )
            grouped.setdefault(heading, []).append(row)
        if by != BY_CLUSTER:
            return list(grouped.items())
        order = [cluster.name for cluster in self.clusters]
        return sorted(grouped.items(), key=lambda group: order.index(group[0]) if group[0] in order else len(order))


def _marks(places):
    """Places as one line of text: "12:1:3;14:0:" for unit 12 that reports in cluster 3 and unit 14 that does not."""
    joined = sorted((unit, place) for unit, place in places.items() if place.joins)
    return ";".join(f"{unit}:{int(place.reports)}:{place.cluster or ''}" for unit, place in joined)


def usual_clusters(campaign):
    """{unit's key: its cluster in the newest other campaign of the organiser}."""
    parts = Participation.objects.filter(campaign__organiser=campaign.organiser_id, cluster__isnull=False)
    ordered = parts.exclude(campaign=campaign).order_by("campaign__starts_on", "pk")
    return dict(ordered.values_list("unit", "cluster"))


class LeaveForm(forms.Form):
    """Why a unit is freed of its duties, and by which decision where it holds any; asked in an open campaign."""

    reason = forms.CharField(
        label="Lý do",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Đợt thi đua đang mở: đề nghị ghi lý do."},
    )
    decision_number = DecisionNumberField(
        error_messages={"required": "Đơn vị đang nhận chỉ tiêu: đề nghị ghi số quyết định cho thôi nhận."},
    )

    def __init__(self, *args, is_open, holds_targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_open
        self.fields["decision_number"].required = is_open and holds_targets
