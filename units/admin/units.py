"""The admin of units and clusters."""

from django.contrib import admin
from django.db.models import Q

from units.admin.accounts import ISSUE
from units.admin.organisers import OrganiserAdmin, ReadOnlyInline
from units.admin.workbooks import ImportsWorkbooks
from units.changing import story
from units.models import Cluster, Membership, Unit, UnitChange, UnitKind, User, ward_day

RENAMED_BY_VERB = ["name", "short_name"]


class UnitChangeInline(ReadOnlyInline, admin.TabularInline):
    model = UnitChange
    fk_name = "unit"
    verbose_name_plural = "Lịch sử đổi tên, sáp nhập, giải thể"
    fields = readonly_fields = ["at", "told", "by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("into", "by")

    @admin.display(description="thay đổi")
    def told(self, change):
        return story(change)


@admin.register(Unit)
class UnitAdmin(ImportsWorkbooks, OrganiserAdmin):
    """Units are renamed, merged and closed by verbs that leave a trace, never deleted: their history stays."""

    change_form_template = "admin/units/unit/change_form.html"
    change_list_template = "admin/units/unit/change_list.html"
    inlines = [UnitChangeInline]

    list_display = ["named", "code", "kind", "households", "pupils", "phone", "active"]
    list_filter = ["active", "kind", "school_level", ("organiser", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["search_key", "short_key", "code", "changes__search_key", "merged_units__unit__search_key"]
    actions = ["issue_accounts"]
    ordering = ["organiser__sort_key", "order", "sort_key"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "code", "kind", "school_level", "organiser", "parent"]}),
        ("Quy mô", {"fields": ["households", "pupils"]}),
        ("Liên hệ", {"fields": ["phone", "email", "order"]}),
        ("Trên văn bản", {"fields": ["agency_lines", "place", "symbol", "signer_title", "signer_name"]}),
    ]

    @admin.display(description="tên đơn vị", ordering="sort_key")
    def named(self, unit):
        return unit.name

    @admin.action(description=ISSUE, permissions=["view"])
    def issue_accounts(self, request, units):
        """Slips for the people who act at the chosen units."""
        day = ward_day(request.arrived_at)
        acting = Membership.objects.in_force(day).filter(unit__in=units).values("user")
        people = self.admin_site.get_model_admin(User)
        return people.ask_to_issue(request, list(people.get_queryset(request).filter(pk__in=acting)))

    def limited(self, queryset, organisers):
        return queryset.filter(Q(pk__in=organisers) | Q(organiser__in=organisers))

    def organisers_of(self, row):
        return {row.organiser_id or row.pk}

    def get_readonly_fields(self, request, obj=None):
        """A unit stays where it was made; its name and whether it works change by the verbs of its page."""
        if obj is None:
            return []
        return ["organiser", "active", "received", *RENAMED_BY_VERB] + (["kind"] if obj.is_organiser else [])

    def get_fieldsets(self, request, obj=None):
        (_, first), *others = super().get_fieldsets(request, obj)
        merged = ["received"] if obj and obj.merged_units.exists() else []
        return [(None, {"fields": ["active", *merged, *first["fields"]]}), *others]

    def get_inlines(self, request, obj):
        return self.inlines if obj and obj.changes.exists() else []

    @admin.display(description="đã nhận sáp nhập")
    def received(self, unit):
        return "; ".join(change.unit.name for change in unit.merged_units.select_related("unit"))

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name == "organiser":
            options["required"] = not request.user.is_superuser
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_choice_field(self, db_field, request, **options):
        if db_field.name == "kind" and not request.user.is_superuser:
            options["choices"] = [choice for choice in UnitKind.choices if choice[0] != UnitKind.ORGANISER]
        return super().formfield_for_choice_field(db_field, request, **options)


@admin.register(Cluster)
class ClusterAdmin(OrganiserAdmin):
    list_display = ["name", "organiser", "order"]
    list_filter = [("organiser", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["organiser"]
    fields = ["organiser", "name", "order"]

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)
