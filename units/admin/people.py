"""The admin of people, their roles and their passwords."""

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

from units import passwords
from units.admin.accounts import IssuesAccounts
from units.admin.organisers import OrganiserAdmin, OrganiserInline, at_units_of
from units.forms import NewPersonForm
from units.models import UNIT_ROLES, Membership, Role, UnitKind, User, ward_day


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


class UnitKindFilter(admin.SimpleListFilter):
    """People by the kind of unit at which they act."""

    title = "loại đơn vị"
    parameter_name = "loai"

    def lookups(self, request, model_admin):
        return UnitKind.choices

    def queryset(self, request, queryset):
        if self.value() not in UnitKind.values:
            return queryset
        at = Membership.objects.visible_to(request.user).filter(unit__kind=self.value())
        return queryset.filter(pk__in=at.in_force(ward_day(request.arrived_at)).values("user"))


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
class PersonAdmin(IssuesAccounts, OrganiserAdmin):
    """People are stopped by unticking "đang hoạt động", never deleted: what they did stays theirs."""

    list_display = ["named", "username", "roles", "password_state", "phone", "is_active", "last_login"]
    list_filter = [
        "is_active",
        "one_time_password",
        ("email", admin.EmptyFieldListFilter),
        UnitKindFilter,
    ]
    search_fields = ["search_key", "username", "email", "phone"]
    ordering = ["sort_key"]
    readonly_fields = ["last_login", "roles", "password_state", "password_link"]

    def limited(self, queryset, organisers):
        return queryset.filter(pk__in=Membership.objects.filter(at_units_of(organisers)).values("user"))

    def places_of(self, request, people):
        """Where people act or will act: {person's key: {(organiser's key, role)}}."""
        day = ward_day(request.arrived_at)
        held = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), user__in=people).order_by()
        places = {person.pk: set() for person in people}
        for user, organiser, unit, role in held.values_list("user", "unit__organiser", "unit", "role"):
            places[user].add((organiser or unit, role))
        return places

    def holds(self, request, roles, row=None):
        """Nobody edits a superuser, or a person who also acts where one holds no such role."""
        if row is None or request.user.is_superuser:
            return super().holds(request, roles)
        return self._all_at_mine(request, roles, row, self.places_of(request, [row])[row.pk])

    def _all_at_mine(self, request, roles, person, places):
        mine = request.user.organiser_ids_as(roles)
        return bool(mine) and not person.is_superuser and {organiser for organiser, _ in places} <= mine

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request)

    def resettable(self, request, people):
        """Those whose password one may set: the admin for whomever they edit, the office for people of units alone."""
        if request.user.is_superuser:
            return list(people)
        places = self.places_of(request, people)
        return [
            person
            for person in people
            if self._all_at_mine(request, self.may_edit, person, places[person.pk])
            or (
                self._all_at_mine(request, {Role.OFFICE}, person, places[person.pk])
                and {role for _, role in places[person.pk]} <= UNIT_ROLES
            )
        ]

    def may_reset_password(self, request, person):
        return self.resettable(request, [person]) == [person]

    def get_queryset(self, request):
        day = ward_day(request.arrived_at)
        lasting = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        shown = (
            lasting.visible_to(request.user).select_related("unit").order_by("unit__order", "unit__sort_key", "role")
        )
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", shown, to_attr="shown"))

    @admin.display(description="họ và tên", ordering="sort_key")
    def named(self, person):
        return person.full_name

    @admin.display(description="vai trò")
    def roles(self, person):
        return "; ".join(f"{membership.get_role_display()} – {membership.unit.called}" for membership in person.shown)

    @admin.display(description="mật khẩu")
    def password_state(self, person):
        if not person.has_usable_password():
            return "Chưa có"
        return (
            f"Dùng một lần, đến hết {passwords.last_day(person.one_time_until):%d/%m/%Y}"
            if person.one_time_password
            else "Đã có"
        )

    @admin.display(description="mật khẩu")
    def password_link(self, person):
        return format_html(
            '<a href="{}">Đặt lại mật khẩu</a>', reverse("admin:units_user_reset_password", args=[person.pk])
        )

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            fields = ["username", "full_name", "email", "phone", "password1", "password2"]
            return [(None, {"fields": fields})]
        fields = ["username", "full_name", "email", "phone", "is_active", "last_login", "password_state"]
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

    def save_model(self, request, obj, form, change):
        """The password that the admin types for a new person is for one use."""
        if not change:
            obj.one_time_password, obj.one_time_until = True, passwords.runs_out(request.arrived_at)
        super().save_model(request, obj, form, change)

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
            passwords.reset(person, form.cleaned_data["new_password1"], by=request.user, at=request.arrived_at)
            if person == request.user:
                update_session_auth_hash(request, person)
                messages.success(request, "Đã đổi mật khẩu.")
            else:
                messages.success(
                    request,
                    f"Đã đặt lại mật khẩu của {person}. Đề nghị báo mật khẩu này cho người dùng: đăng nhập xong, cổng "
                    f"yêu cầu đổi ngay; dùng được đến hết ngày {passwords.last_day(person.one_time_until):%d/%m/%Y}.",
                )
            return redirect("admin:units_user_change", person.pk)
        context = {"title": f"Đặt lại mật khẩu: {person}", "form": form, "original": person, "opts": self.opts}
        template = "admin/units/user/reset_password.html"
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)
