"""The admin of people, their roles and their passwords."""

from axes.utils import reset as forget_wrong_passwords
from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from units.admin.organisers import OrganiserAdmin, OrganiserInline, at_units_of
from units.forms import NewPersonForm
from units.models import UNIT_ROLES, Membership, Role, User, ward_day


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
