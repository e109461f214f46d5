"""The rule that every admin page keeps: only one's own organisers.

Rights come from memberships: rows, choices and pages are limited to the organisers at which the signed-in person has
one of the page's roles. Only a superuser sees all.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.http import Http404

from units.folding import search_key
from units.forms import LONGEST_KEY
from units.models import Role, User


class OneOrganiserForm(forms.ModelForm):
    """Refuses to tie together things of different organisers."""

    def clean(self):
        cleaned = super().clean()
        organisers = set()
        for value in cleaned.values():
            if isinstance(value, Model) and not isinstance(value, User) and admin.site.is_registered(type(value)):
                organisers |= admin.site.get_model_admin(type(value)).organisers_of(value)
        if len(organisers) > 1:
            raise ValidationError("Các mục đã chọn phải thuộc cùng một Ủy ban nhân dân.")
        return cleaned


class FoundSelect(AutocompleteSelect):
    """A row found by typing; a key that is none shows nothing chosen, where Django's own widget would crash."""

    def optgroups(self, name, value, attrs=None):
        keys = [key for key in map(str, value) if key.isdecimal() and len(key) <= LONGEST_KEY]
        return super().optgroups(name, keys, attrs)


class OwnChoices:
    """Choices of related rows are limited to the organisers at which the person may edit this page."""

    may_edit = frozenset({Role.ADMIN})
    form = OneOrganiserForm

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name in self.get_autocomplete_fields(request):
            options |= {"widget": FoundSelect(db_field, self.admin_site)}
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_field_queryset(self, db, db_field, request):
        related = self.admin_site.get_model_admin(db_field.remote_field.model)
        return related.rows(request.user, self.may_edit)


class OrganiserAdmin(OwnChoices, admin.ModelAdmin):
    """`organiser_path` leads from a row to its organiser; the two role sets say who reads and who edits."""

    organiser_path = "organiser"
    may_view = frozenset({Role.ADMIN, Role.OFFICE})
    search_fields = ["search_key"]
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False

    def limited(self, queryset, organisers):
        return queryset.filter(**{f"{self.organiser_path}__in": organisers})

    def organisers_of(self, row):
        for step in self.organiser_path.split("__"):
            row = getattr(row, step, None)  # a row that is being added may lack its organiser
        return {row.pk} if row else set()

    def rows(self, user, roles):
        queryset = self.model._default_manager.all()
        return queryset if user.is_superuser else self.limited(queryset, user.organiser_ids_as(roles))

    def get_queryset(self, request):
        return self.rows(request.user, self.may_view | self.may_edit).order_by(*self.get_ordering(request))

    def get_object(self, request, object_id, from_field=None):
        if (row := super().get_object(request, object_id, from_field)) is None:
            raise Http404
        return row

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_key(search_term))

    def holds(self, request, roles, row=None):
        mine = request.user.organiser_ids_as(roles)
        return request.user.is_superuser or bool(mine and (row is None or self.organisers_of(row) <= mine))

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.holds(request, self.may_view | self.may_edit, obj)

    def has_add_permission(self, request):
        return self.holds(request, self.may_edit)

    def has_change_permission(self, request, obj=None):
        return self.holds(request, self.may_edit, obj)

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(OrganiserAdmin):
    """For rows that only the portal's own verbs write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class OrganiserInline(OwnChoices):
    """Rows edited on their parent's page, by whoever may edit the parent."""

    extra = 0
    view_on_site = False

    def _parent(self):
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request, obj=None):
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        return self._parent().has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._parent().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._parent().has_change_permission(request, obj)


class ReadOnlyInline(OrganiserInline):
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def at_units_of(organisers):
    """Rows with a unit that is one of these organisers or belongs to one."""
    return Q(unit__in=organisers) | Q(unit__organiser__in=organisers)
