"""What every request gets: its moment of arrival, and pages that shared computers do not keep."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone

OLDEST_STAMP = timedelta(seconds=60)


def arrived_at(request, now):
    """The front proxy's stamp when one is configured and is at most a minute old, else the application clock."""
    stamp = request.headers.get(settings.ARRIVAL_HEADER, "") if settings.ARRIVAL_HEADER else ""
    try:
        moment = datetime.fromtimestamp(float(stamp.removeprefix("t=")), UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if now - OLDEST_STAMP <= moment <= now else now


def arrival(get_response):
    def middleware(request):
        request.arrived_at = arrived_at(request, timezone.now())
        return get_response(request)

    return middleware


def private_pages(get_response):
    """Signed-in pages are never kept by a cache: offices share computers."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def one_time_passwords(get_response):
    """Whoever signed in with a one-time password chooses an own one, or signs out, and does nothing else before."""

    def middleware(request):
        if not (request.user.is_authenticated and request.user.one_time_password):
            return get_response(request)
        change = resolve_url("units:change_password")
        if request.path in (change, resolve_url("units:sign_out")):
            return get_response(request)
        if request.accepts("text/html"):
            return redirect(change)
        return JsonResponse({"error": "Đề nghị đổi mật khẩu dùng một lần trước.", "change_at": change}, status=403)

    return middleware


def explained_refusals(get_response):
    """An address that only takes a pressed button, opened by hand or after signing in again, says so in Vietnamese."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    return middleware


def client_ip(request):
    """The address that sign-in throttling counts by: the nearest hop that the front proxy itself wrote."""
    if settings.PRODUCTION and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        return forwarded.split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
