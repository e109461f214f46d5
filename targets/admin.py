"""The admin of campaigns and who takes part, which must keep hand-ins complete; plans and results are to be read."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from campaigns.admin import WithStory
from campaigns.models import Campaign, CampaignState, Movement, Participation, Prompt, ReportingPeriod
from targets import editing, numbers, periods
from targets.models import Allocation, Revision, Submission, Target
from targets.permissions import can_edit_plan
from units.admin import OneOrganiserForm, OrganiserAdmin, ReadOnlyAdmin, ReadOnlyInline
from units.models import UnitKind


def edits_plan(request, campaign):
    """Whether to lead the person to the pages of the plan's editor."""
    return campaign.state != CampaignState.CLOSED and can_edit_plan(request.user, campaign, on=request.arrived_at)


class PeriodInline(ReadOnlyInline, admin.StackedInline):
    """To be read: a deadline moves with its reason, its letters and reminders, on the editor's page."""

    model = ReportingPeriod
    fields = [
        "name",
        "figures_as_of",
        ("units_due", "units_due_words"),
        ("report_due", "report_due_words"),
        "closed_at",
    ]
    readonly_fields = ["closed_at", "editor"]

    def get_fields(self, request, obj=None):
        return [*self.fields, "editor"] if edits_plan(request, obj) else self.fields

    @admin.display(description="sửa")
    def editor(self, period):
        return format_html('<a href="{}">Sửa kỳ báo cáo</a>', reverse("targets:edit_period", args=[period.pk]))


class MovementInline(ReadOnlyInline, admin.TabularInline):
    model = Movement
    fields = readonly_fields = ["order", "name", "launched_by", "asked", "caution"]


class PromptInline(ReadOnlyInline, admin.StackedInline):
    model = Prompt
    fields = readonly_fields = ["order", "code", "heading", "hint", "kind", "movement", "asked"]

    @admin.display(description="hỏi các loại đơn vị")
    def asked(self, prompt):
        kinds = dict(UnitKind.choices)
        return ", ".join(kinds[kind] for kind in prompt.asked_of) or "Mọi đơn vị"


class CampaignForm(forms.ModelForm):
    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if fault := editing.slug_fault(slug):
            raise forms.ValidationError(fault)
        return slug


@admin.register(Campaign)
class CampaignAdmin(WithStory, OrganiserAdmin):
    organiser_path = "organiser"
    form = CampaignForm
    list_display = ["short_name", "organiser", "state", "starts_on", "ends_on", "number"]
    list_filter = ["state", ("organiser", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["organiser"]
    ordering = ["-starts_on", "-pk"]
    prepopulated_fields = {"slug": ["short_name"]}
    inlines = [PeriodInline, MovementInline, PromptInline]
    fieldsets = [
        (None, {"fields": ["organiser", "title", "short_name", "slug", "state", "starts_on", "ends_on", "head_signs"]}),
        (
            "Kế hoạch",
            {
                "fields": [
                    ("number", "issued_on"),
                    "higher_plan",
                    "resolution",
                    "legal_bases",
                    "opening",
                    "purpose",
                    "requirements",
                    "content",
                    "objective",
                    "targets_lead",
                    "tasks",
                    "timing",
                    "reward_rules",
                    "duties",
                    "closing",
                    "cautions",
                ]
            },
        ),
        (
            "Ký và gửi",
            {"fields": ["signer_block", "signer_name", "recipients", "report_addressee", "report_recipients"]},
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "state", *(["organiser", "slug"] if obj else [])]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state != CampaignState.CLOSED)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def render_change_form(self, request, context, *args, obj=None, **options):
        context["edits_plan"] = obj is not None and edits_plan(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **options)


class ParticipationForm(OneOrganiserForm):
    def clean_reports(self):
        reports, part = self.cleaned_data["reports"], self.instance
        duties = Allocation.objects.open().filter(target__campaign=part.campaign_id, unit=part.unit_id)
        if part.pk and not reports and duties.exists():
            raise forms.ValidationError(
                "Đơn vị đang được giao chỉ tiêu nên phải báo cáo; hãy thôi giao các chỉ tiêu đó trước."
            )
        return reports


@admin.register(Participation)
class ParticipationAdmin(OrganiserAdmin):
    organiser_path = "campaign__organiser"
    form = ParticipationForm
    list_display = ["unit", "campaign", "cluster", "reports", "theme"]
    list_filter = [
        ("campaign", admin.RelatedOnlyFieldListFilter),
        "reports",
        ("cluster", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["unit", "campaign", "cluster"]
    search_fields = ["unit__search_key"]
    ordering = ["campaign", "unit__order", "unit__sort_key"]
    autocomplete_fields = ["unit"]
    fields = ["campaign", "unit", "cluster", "reports"]

    def get_readonly_fields(self, request, obj=None):
        return ["campaign", "unit"] if obj else []

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if obj.campaign.state == CampaignState.OPEN:
            periods.add_submissions(obj.campaign)


@admin.display(description="mức giao")
def goal(row):
    return numbers.show_interval(row.at_least, row.at_most)


class AllocationInline(ReadOnlyInline, admin.TabularInline):
    model = Allocation
    fields = readonly_fields = ["unit", goal, "since", "ended_at"]


@admin.register(Target)
class TargetAdmin(ReadOnlyAdmin):
    organiser_path = "campaign__organiser"
    list_display = [
        "number",
        "name",
        "campaign",
        "sector",
        "answer",
        goal,
        "unit_of_measure",
        "retired",
    ]
    list_filter = [("campaign", admin.RelatedOnlyFieldListFilter), "answer", "retired"]
    list_select_related = ["campaign", "sector"]
    ordering = ["campaign", "number"]
    fields = [
        "campaign",
        "sector",
        "heading",
        "number",
        "wording",
        "name",
        "part_of",
        "answer",
        "factor",
        "part_of_whole",
        "may_be_negative",
        "accumulates",
        "single_source",
        "unit_of_measure",
        "decimals",
        goal,
        "lead",
        "coordinators",
        "given_by",
        "caution",
        "retired",
    ]
    readonly_fields = [goal]
    inlines = [AllocationInline]


class RevisionInline(ReadOnlyInline, admin.TabularInline):
    model = Revision
    fk_name = "submission"
    fields = ["number", "arrived_at", "submitted_by", "on_behalf_source", "received_at", "is_late", "digest"]


@admin.register(Submission)
class SubmissionAdmin(WithStory, ReadOnlyAdmin):
    organiser_path = "period__campaign__organiser"
    list_display = ["unit", "period", "state", "current_revision"]
    list_filter = ["state", ("period__campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = [
        "unit",
        "period",
        "current_revision__submission__unit",
        "current_revision__submission__period",
    ]
    search_fields = ["unit__search_key"]
    ordering = ["period", "unit__order", "unit__sort_key"]
    fields = ["period", "unit", "state"]
    inlines = [RevisionInline]
