"""The admin's site: the portal's name, its own sign-in page, and every word in Vietnamese."""

from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.i18n import JavaScriptCatalog

# Yes and no as words; Django draws an icon whose spoken name stays English in every language.
admin_list._boolean_icon = {True: "Có", False: "Không", None: "–"}.get


class Catalog(JavaScriptCatalog):
    def get_paths(self, packages):
        return [*super().get_paths(packages), *settings.LOCALE_PATHS]


class PortalAdminSite(AdminSite):
    site_header = site_title = "Cổng thi đua"
    index_title = "Quản trị"

    def get_urls(self):
        """Without the page that forwards to any object of any model, whoever may see it."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]

    def admin_view(self, view, cacheable=False):
        """Say 403 to whoever is signed in without a right to the admin, instead of asking for another sign-in."""
        protected = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return protected(request, *args, **kwargs)

        return update_wrapper(inner, protected)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def i18n_javascript(self, request, extra_context=None):
        return Catalog.as_view(packages=["django.contrib.admin"])(request)
