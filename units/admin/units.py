"""The admin of units and clusters."""

from django.contrib import admin
from django.db.models import Q

from units.admin.accounts import ISSUE
from units.admin.organisers import OrganiserAdmin
from units.models import Cluster, Membership, Unit, UnitKind, User, ward_day


@admin.register(Unit)
class UnitAdmin(OrganiserAdmin):
    """Units are closed by unticking "đang hoạt động", never deleted: their history stays."""

    list_display = ["name", "code", "kind", "households", "pupils", "phone", "active"]
    list_filter = ["active", "kind", "school_level", ("organiser", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["search_key", "short_key", "code", "changes__search_key", "merged_units__unit__search_key"]
    actions = ["issue_accounts"]
    ordering = ["organiser__sort_key", "order", "sort_key"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "code", "kind", "school_level", "organiser", "parent"]}),
        ("Liên hệ", {"fields": ["phone", "email", "order", "active"]}),
        ("Trên văn bản", {"fields": ["agency_lines", "place", "symbol", "signer_title", "signer_name"]}),
    ]

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
        """A unit stays where it was made; what depends on it hangs on that."""
        if obj is None:
            return []
        return ["organiser", "kind"] if obj.is_organiser else ["organiser"]

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
