"""What the frame of every page shows: where the person may go, for whom they act, and whom to ask."""

from django.urls import reverse

from units.models import ward_day


def navigation(request):
    user = getattr(request, "user", None)  # missing when a request is refused before anybody signed in
    if user is None or not user.is_authenticated:
        return {}
    units = list(dict.fromkeys(m.unit for m in user.memberships_on(ward_day(request.arrived_at))))
    organiser = next((unit.organiser or unit for unit in units), None)
    return {
        "nav_items": [
            {"label": label, "url": url, "active": request.path.startswith(url) if url != "/" else request.path == url}
            for label, url in _places(user)
        ],
        "user_units": "; ".join(unit.called for unit in units),
        "organiser_name": organiser.name if organiser else "",
        "office_contact": _office_of(organiser) if organiser else "",
    }


def _places(user):
    if user.one_time_password:
        return  # nothing opens before the person has chosen a password of their own
    yield "Trang chủ", reverse("reports:home")
    if user.is_superuser or user.organiser_ids:
        yield "Đợt thi đua", reverse("targets:campaigns")
    yield "Khen thưởng", reverse("commendations:nominations")
    if user.is_staff:
        yield "Quản trị", reverse("admin:index")


def _office_of(organiser):
    phone = f", điện thoại {organiser.phone}" if organiser.phone else ""
    return f"phòng Văn hoá - Xã hội, {organiser.name}{phone}"
