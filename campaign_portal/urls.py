"""Every address of the portal. The who-may test lists them all; an unlisted one fails it."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def healthz(request):
    """Say ok when the portal and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("quan-tri/", admin.site.urls),
    path("", include("units.urls")),
    path("", include("targets.urls")),
    path("", include("commendations.urls")),
    path("", include("reports.urls")),
]
