"""The admin of the award catalogue, of nominations and of decisions. States are moved by the workflow's verbs alone."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db.models import Q

from campaigns.admin import WithStory
from campaigns.models import CampaignState
from commendations import workflow
from commendations.models import SETTLED, AwardForm, BonusRate, Decision, Nomination, NominationState
from commendations.permissions import can_check
from targets.plan_forms import AmountField
from units.admin import OneOrganiserForm, OrganiserAdmin, OrganiserInline
from units.forms import RowsField
from units.models import Role
from units.refusals import Refused


class BonusRateForm(forms.ModelForm):
    coefficient = AmountField(label="Hệ số")


class BonusRateInline(OrganiserInline, admin.TabularInline):
    model = BonusRate
    form = BonusRateForm
    fields = ["recipient_kind", "coefficient", "starts_on", "ends_on", "source", "caution"]


@admin.register(AwardForm)
class AwardFormAdmin(OrganiserAdmin):
    """One catalogue for all organisers; an award no longer given is unticked."""

    list_display = ["name", "kind", "signed_by", "for_collective", "for_household", "for_individual", "order", "active"]
    list_filter = ["kind", "signed_by", "active"]
    ordering = ["-kind", "order", "name"]
    fields = [*list_display, "caution"]
    inlines = [BonusRateInline]

    def limited(self, queryset, organisers):
        return queryset

    def organisers_of(self, row):
        return set()


class NominationForm(OneOrganiserForm):
    def clean(self):
        cleaned = super().clean()
        campaign, unit = cleaned.get("campaign"), cleaned.get("unit")
        if campaign and unit and not campaign.participations.filter(unit=unit).exists():
            self.add_error("unit", "Đơn vị không tham gia đợt thi đua này.")
        return cleaned


@admin.register(Nomination)
class NominationAdmin(WithStory, OrganiserAdmin):
    organiser_path = "campaign__organiser"
    may_edit = frozenset({Role.ADMIN, Role.OFFICE})
    form = NominationForm
    list_display = ["recipient", "recipient_kind", "award", "unit", "campaign", "state", "decision"]
    list_filter = ["state", "recipient_kind", ("campaign", admin.RelatedOnlyFieldListFilter), "award"]
    list_select_related = ["award", "unit", "campaign", "decision"]
    search_fields = ["search_key", "unit__search_key", "award__search_key"]
    ordering = ["-campaign", "recipient_kind", "sort_key"]
    autocomplete_fields = ["unit", "award"]
    fields = ["campaign", "unit", "award", "recipient_kind", "recipient", "position", "leads", "achievement"]
    stamps = ["state", "proposed_by", "proposed_at", "decided_by", "decided_at", "reason", "decision"]
    actions = ["check_chosen"]

    def get_readonly_fields(self, request, obj=None):
        fixed = [*super().get_readonly_fields(request, obj), *self.stamps]
        return [*fixed, "campaign", "unit"] if obj else fixed

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets[:1], ("Trạng thái", {"fields": self.stamps}), *fieldsets[1:]] if obj else fieldsets

    def formfield_for_foreignkey(self, db_field, request, **options):
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "campaign":
            field.queryset = field.queryset.exclude(state=CampaignState.DRAFT)
        return field

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state not in SETTLED)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            workflow.propose(obj, by=request.user, at=request.arrived_at)

    @admin.action(description="Đánh dấu đã thẩm tra", permissions=["change"])
    def check_chosen(self, request, nominations):
        for nomination in nominations:
            if not can_check(request.user, nomination, on=request.arrived_at):
                messages.error(request, f"{nomination}: việc thẩm tra do phòng Văn hoá - Xã hội thực hiện.")
                continue
            try:
                workflow.check(nomination, by=request.user, at=request.arrived_at)
            except Refused as refusal:
                messages.error(request, f"{nomination}: {refusal}")
            else:
                messages.success(request, f"{nomination}: đã thẩm tra.")


class DecisionForm(OneOrganiserForm):
    """`decided` holds the nominations that this person may put into this decision."""

    decided = Nomination.objects.none()
    nominations = RowsField(
        Nomination.objects.none(),
        label="Tập thể, hộ gia đình, cá nhân được khen thưởng",
        required=False,
        widget=FilteredSelectMultiple("đề nghị đã được đồng ý", is_stacked=False),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "nominations" in self.fields:
            self.fields["nominations"].queryset = self.decided
            self.fields["nominations"].initial = self.decided.filter(decision=self.instance.pk or 0)

    def clean(self):
        cleaned = super().clean()
        campaign = self.instance.campaign if self.instance.pk else cleaned.get("campaign")
        if any(nomination.campaign_id != campaign.pk for nomination in cleaned.get("nominations", []) if campaign):
            self.add_error("nominations", "Chỉ chọn các đề nghị của cùng đợt thi đua với quyết định.")
        return cleaned


@admin.register(Decision)
class DecisionAdmin(OrganiserAdmin):
    """Number and date are typed by the clerk after the decision was issued."""

    organiser_path = "campaign__organiser"
    may_edit = frozenset({Role.ADMIN, Role.OFFICE})
    list_display = ["title", "number", "issued_on", "campaign"]
    list_filter = [("campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["campaign"]
    search_fields = ["number", "nominations__search_key"]
    ordering = ["-issued_on", "-pk"]
    fields = ["campaign", "title", "number", "issued_on", "signer_name", "nominations"]

    def get_readonly_fields(self, request, obj=None):
        return ["campaign"] if obj else []

    def get_form(self, request, obj=None, **options):
        mine = self.admin_site.get_model_admin(Nomination).rows(request.user, self.may_edit)
        free = mine.filter(state=NominationState.DECIDED).filter(Q(decision=obj.pk) if obj else Q(decision=None))
        if obj:
            free = free | mine.filter(state=NominationState.DECIDED, decision=None, campaign=obj.campaign_id)
        form = type("DecisionForm", (DecisionForm,), {"decided": free.select_related("award").order_by("sort_key")})
        return super().get_form(request, obj, form=form, **options)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        chosen = form.cleaned_data["nominations"]
        form.instance.nominations.exclude(pk__in=chosen).update(decision=None)
        Nomination.objects.filter(pk__in=chosen, state=NominationState.DECIDED).update(decision=form.instance)
