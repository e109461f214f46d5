"""The admin of units, people and letters, and the rule that every admin page keeps: only one's own organisers.

Rights come from memberships: rows, choices and pages are limited to the organisers at which the signed-in person has
one of the page's roles. Only a superuser sees all.
"""

from axes.utils import reset as forget_wrong_passwords
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from units import outbox
from units.folding import search_key
from units.forms import LONGEST_KEY, NewPersonForm
from units.models import UNIT_ROLES, Cluster, Membership, Message, Role, Unit, UnitKind, User, ward_day


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


# --- Units ------------------------------------------------------------------------------------------------------------


@admin.register(Unit)
class UnitAdmin(OrganiserAdmin):
    """Units are closed by unticking "đang hoạt động", never deleted: their history stays."""

    list_display = ["name", "code", "kind", "school_level", "phone", "active"]
    list_filter = ["active", "kind", "school_level", ("organiser", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["search_key", "code", "short_name"]
    ordering = ["organiser__sort_key", "order", "sort_key"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "code", "kind", "school_level", "organiser", "parent"]}),
        ("Liên hệ", {"fields": ["phone", "email", "order", "active"]}),
        ("Trên văn bản", {"fields": ["agency_lines", "place", "symbol", "signer_title", "signer_name"]}),
    ]

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


# --- People -----------------------------------------------------------------------------------------------------------


def at_units_of(organisers):
    """Rows with a unit that is one of these organisers or belongs to one."""
    return Q(unit__in=organisers) | Q(unit__organiser__in=organisers)


@admin.register(Membership)
class MembershipAdmin(OrganiserAdmin):
    list_display = ["user", "role", "unit", "starts_on", "ends_on"]
    list_filter = ["role", ("unit__organiser", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "unit"]
    search_fields = ["user__search_key", "user__username", "unit__search_key"]
    ordering = ["unit__sort_key", "role", "user__sort_key"]
    autocomplete_fields = ["user", "unit"]
    fields = ["user", "unit", "role", "starts_on", "ends_on"]

    def limited(self, queryset, organisers):
        return queryset.filter(at_units_of(organisers))

    def organisers_of(self, row):
        return {row.unit.organiser_id or row.unit_id}

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


class MembershipInline(OrganiserInline, admin.TabularInline):
    model = Membership
    fields = ["unit", "role", "starts_on", "ends_on"]
    autocomplete_fields = ["unit"]

    def get_queryset(self, request):
        return self.admin_site.get_model_admin(Membership).rows(request.user, self.may_edit)

    def get_formset(self, request, obj=None, **options):
        """Whoever is no superuser must give a person a role of their own, or would not see that person again."""
        if not request.user.is_superuser:
            options |= {"min_num": 1, "validate_min": True}
        return super().get_formset(request, obj, **options)


@admin.register(User)
class PersonAdmin(OrganiserAdmin):
    """People are stopped by unticking "đang hoạt động", never deleted: what they did stays theirs."""

    list_display = ["full_name", "username", "email", "phone", "roles", "is_active", "last_login"]
    list_filter = ["is_active", ("email", admin.EmptyFieldListFilter)]
    search_fields = ["search_key", "username", "email", "phone"]
    ordering = ["sort_key"]
    readonly_fields = ["last_login", "roles", "password_link"]

    def limited(self, queryset, organisers):
        return queryset.filter(pk__in=Membership.objects.filter(at_units_of(organisers)).values("user"))

    def current_roles(self, request, person):
        """The memberships a person has or will have."""
        day = ward_day(request.arrived_at)
        return person.memberships.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def holds(self, request, roles, row=None):
        """Nobody edits a superuser, or a person who also acts where one holds no such role."""
        if row is None or request.user.is_superuser:
            return super().holds(request, roles)
        places = self.current_roles(request, row).values_list("unit__organiser", "unit")
        mine = request.user.organiser_ids_as(roles)
        return bool(mine) and not row.is_superuser and {organiser or unit for organiser, unit in places} <= mine

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request)

    def may_reset_password(self, request, person):
        """The admin may for whomever they edit; the office for people who only report for units."""
        if self.has_change_permission(request, person):
            return True
        beyond_units = self.current_roles(request, person).exclude(role__in=UNIT_ROLES)
        return self.holds(request, {Role.OFFICE}, person) and not beyond_units.exists()

    def get_queryset(self, request):
        shown = Membership.objects.visible_to(request.user).select_related("unit")
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", shown, to_attr="shown"))

    @admin.display(description="vai trò")
    def roles(self, person):
        return "; ".join(f"{membership.get_role_display()} – {membership.unit.called}" for membership in person.shown)

    @admin.display(description="mật khẩu")
    def password_link(self, person):
        return format_html(
            '<a href="{}">Đặt lại mật khẩu</a>', reverse("admin:units_user_reset_password", args=[person.pk])
        )

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            fields = ["username", "full_name", "email", "phone", "password1", "password2"]
            return [(None, {"fields": fields})]
        fields = ["username", "full_name", "email", "phone", "is_active", "last_login"]
        if request.user.is_superuser:
            fields.append("is_superuser")
        elif not self.has_change_permission(request, obj):
            fields.append("roles")
        if self.may_reset_password(request, obj):
            fields.append("password_link")
        return [(None, {"fields": fields})]

    def get_form(self, request, obj=None, **options):
        return super().get_form(request, obj, **options | ({"form": NewPersonForm} if obj is None else {}))

    def get_inlines(self, request, obj):
        return [MembershipInline] if obj is None or self.has_change_permission(request, obj) else []

    def get_urls(self):
        reset = self.admin_site.admin_view(self.reset_password)
        return [path("<int:pk>/mat-khau/", reset, name="units_user_reset_password"), *super().get_urls()]

    @method_decorator([sensitive_post_parameters(), require_http_methods(["GET", "POST"])])
    def reset_password(self, request, pk):
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.may_reset_password(request, person):
            raise PermissionDenied
        form = SetPasswordForm(person, request.POST or None)
        if form.is_valid():
            form.save()
            forget_wrong_passwords(username=person.username.lower())
            if person == request.user:
                update_session_auth_hash(request, person)
            self.log_change(request, person, "Đặt lại mật khẩu.")
            messages.success(request, f"Đã đặt lại mật khẩu của {person}. Đề nghị nhắc người dùng tự đổi lại.")
            return redirect("admin:units_user_change", person.pk)
        context = {"title": f"Đặt lại mật khẩu: {person}", "form": form, "original": person, "opts": self.opts}
        template = "admin/units/user/reset_password.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)


# --- Letters ----------------------------------------------------------------------------------------------------------


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was sent to whom; people without an address are called, with the phone number and text shown here."""

    list_display = ["subject", "user", "phone", "unit", "kind", "state", "attempts", "not_before", "sent_at", "note"]
    list_filter = ["state", "kind"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__search_key", "unit__search_key", "address"]
    ordering = ["-created_at", "-pk"]
    fields = [*list_display, "address", "body", "created_at"]
    actions = ["send_again"]

    def limited(self, queryset, organisers):
        return queryset.filter(at_units_of(organisers))

    def organisers_of(self, row):
        return {row.unit.organiser_id or row.unit_id}

    @admin.display(description="điện thoại")
    def phone(self, message):
        return message.user.phone

    @admin.action(description="Gửi lại các thư không gửi được", permissions=["view"])
    def send_again(self, request, letters):
        queued = outbox.send_again(letters, at=request.arrived_at)
        messages.success(request, f"{queued} thư đã được xếp hàng gửi lại.")
