"""Nonsense at every door: each form, list and address answers with a page and a sentence, never with a crash."""

import re
import shutil
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.urls import reverse

from reports import building
from reports.models import Report, ReportKind, ReportState, ReportText
from targets.models import SubmissionState
from tests.test_who_may import EXPECT, NOON, ROLES, World

# A form is tried by whoever may open it, the most limited role first.
WHO_FILLS_IN = ["reporter", "staff", "office", "leader", "admin"]
NONSENSE = {
    "nothing": "",
    "a blank": " \t\u00a0",
    "a NUL": "1\x002",
    "half a character": "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "markup": "<script>alert(1)</script>\"'>",
    "a template": "{{ 7|add:7 }}{% debug %}{0.__class__}%s",
    "other digits": "١٢٣",
    "forty digits": "9" * 40,
    "a number that is none": "NaN",
    "an exponent": "1e400",
    "far below nothing": "-99999999999999999999",
    "a day that never was": "31/02/2025",
    "a day beyond the calendar": "31/12/9999",
    "the last moment": "23:59 31/12/9999",
    "a long text": "Thi đua " * 4000,
    "lines": "một\r\nhai\nba\x07",
}

WORST = ["a NUL", "forty digits"]


@pytest.fixture
def world(db, time_machine, settings, tmp_path, caplog):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOON, tick=False)
    caplog.set_level("CRITICAL")
    return World()


def signed_in(world, role):
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    return client


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pages(*, admin):
    """(role, pattern) of every page that one of these roles may open."""
    for pattern, (may_get, _) in EXPECT.items():
        if pattern.startswith("quan-tri/") is not admin:
            continue
        for role in WHO_FILLS_IN:
            place = ROLES.index(role)
            if may_get[place] == "+":
                yield role, pattern
                break


def typed_fields(form):
    """{name: value} of a form as a browser would send it, without the token."""
    data = {}
    for field in form.select("input[name], textarea[name], select[name], button[name]"):
        if field["name"] == "csrfmiddlewaretoken" or field.get("type") == "file":
            continue
        if field.name == "textarea":
            value = field.text
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            value = chosen.get("value", chosen.text) if chosen else ""
        else:
            value = field.get("value", "on")
        data.setdefault(field["name"], value)
    return data


def page_at(client, address):
    """What a page says; "" where a file is handed out, which is read to its end."""
    response = client.get(address)
    if response.streaming:
        list(response.streaming_content)
    return response.text if response["Content-Type"].startswith("text/html") else ""


def forms_of(client, address):
    """(where it is sent, its fields) of every form of a page that is posted."""
    soup = BeautifulSoup(page_at(client, address), "html.parser")
    for form in soup.select("main form[method=post], #content form[method=post]"):
        yield form.get("action") or address, typed_fields(form)


def tried(client, where, data, what):
    """What went wrong with one sending; "" when it was answered."""
    with undone():
        response = client.post(where, data)
        if response.status_code >= 500:
            return f"{where}: {what} → {response.status_code} {client.exc_info and client.exc_info[1]!r}"[:300]
    return ""


@pytest.mark.parametrize("admin", [False, True], ids=["portal", "admin"])
def test_no_form_breaks_on_nonsense(world, admin):
    seen, faults = set(), []
    for role, pattern in pages(admin=admin):
        client = signed_in(world, role)
        for where, fields in forms_of(client, world.address(pattern)):
            if (where, frozenset(fields)) in seen or "dang-xuat" in where:
                continue
            seen.add((where, frozenset(fields)))
            for what in WORST if admin else NONSENSE:
                data = {name: text if name.endswith("_FORMS") else NONSENSE[what] for name, text in fields.items()}
                faults.append(tried(client, where, data, f"{what} everywhere"))
            for name in fields if not admin else []:
                faults.append(tried(client, where, fields | {name: NONSENSE["forty digits"]}, f"too many in {name}"))
    assert len(seen) >= 15
    assert list(filter(None, faults)) == []


def test_no_list_breaks_on_a_nonsense_question(world):
    faults = []
    for pattern, (may_get, _) in EXPECT.items():
        role = next((role for role in WHO_FILLS_IN if may_get[ROLES.index(role)] == "+"), None)
        if role is None:
            continue
        client, address = signed_in(world, role), world.address(pattern)
        names = ("q", "state", "standing", "cluster", "kind", "campaign", "page", "revision", "next", "o", "p")
        for what in WORST:
            with undone():
                response = client.get(address, dict.fromkeys(names, NONSENSE[what][:2000]))
                if response.streaming:
                    list(response.streaming_content)
            if response.status_code >= 500:
                faults.append(f"{address}: {what} → {client.exc_info and client.exc_info[1]!r}"[:300])
    assert faults == []


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 60])
def test_a_number_that_names_nothing_is_a_page_that_says_so(world, number):
    client, faults = signed_in(world, "superuser"), []
    for pattern in EXPECT:
        if "<" in pattern and "?P" not in pattern:
            address = "/" + re.sub(r"<[^>]+>", number, pattern)
            for send in (client.get, client.post):
                if (status := send(address).status_code) not in (302, 403, 404, 405):
                    faults.append(f"{address} → {status}")
    assert faults == []


def test_a_lost_file_is_a_page_that_says_so(world, settings):
    client, handed_out = signed_in(world, "superuser"), []
    for pattern, (may_get, _) in EXPECT.items():
        if may_get[ROLES.index("superuser")] == "+":
            response = client.get(world.address(pattern))
            if response.streaming:
                list(response.streaming_content)
                handed_out.append(world.address(pattern))

    shutil.rmtree(settings.MEDIA_ROOT)

    assert len(handed_out) >= 6
    assert {address: client.get(address).status_code for address in handed_out} == dict.fromkeys(handed_out, 404)


def test_markup_that_was_typed_comes_out_as_text(world):
    """Typed wherever text is taken and kept; then every page is read."""
    evil = "<script>alert(1)</script>"
    for role, pattern in pages(admin=False):
        client = signed_in(world, role)
        if "mat-khau" in pattern:
            continue
        for where, fields in forms_of(client, world.address(pattern)):
            texts = {name: evil for name, value in fields.items() if not re.fullmatch(r"[0-9a-f-]{1,64}|on", value)}
            client.post(where, fields | texts)
    for role in ("reporter", "office", "leader", "superuser"):
        client, place = signed_in(world, role), ROLES.index(role)
        for pattern, (may_get, _) in EXPECT.items():
            if may_get[place] == "+":
                assert evil not in page_at(client, world.address(pattern)), pattern
    assert ReportText.objects.filter(text=evil).exists()


def test_a_campaign_without_an_organiser_is_sent_back_in_words(world):
    client, address = signed_in(world, "admin"), world.address("quan-tri/campaigns/campaign/add/")
    [(where, fields)] = forms_of(client, address)
    response = client.post(where, fields | {"organiser": ""})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["organiser"]


def test_a_request_larger_than_any_form_is_refused_in_words(world):
    client = signed_in(world, "office")
    response = client.post(world.address("bao-cao/ky/<int:pk>/soan/"), {"text.strengths": "a" * (3 * 1024 * 1024)})
    assert response.status_code == 400
    assert "<html" in response.text


def test_too_many_fields_are_refused_in_words(world):
    client = signed_in(world, "reporter")
    response = client.post(world.address("ket-qua/<int:pk>/nop/"), {f"target.{n}.amount": "1" for n in range(2100)})
    assert response.status_code == 400


def test_a_form_without_its_token_is_refused_in_words(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["office"])
    response = client.post(world.address("duyet/<int:pk>/dong-y/"), {"revision": "1"})
    assert response.status_code == 403
    assert "tải lại" in response.text.lower()


@pytest.mark.parametrize("number", ["", "0", "2", "abc", "1\x00", "9" * 40])
def test_only_the_revision_that_was_read_is_accepted(world, number):
    client = signed_in(world, "office")
    response = client.post(world.address("duyet/<int:pk>/dong-y/"), {"revision": number}, follow=True)
    assert "notice-error" in response.text or "alert" in response.text
    world.submission.refresh_from_db()
    assert world.submission.state == SubmissionState.SUBMITTED


def test_a_missing_font_is_told_on_the_page_and_mended_by_one_press(world, settings, tmp_path):
    client, fonts = signed_in(world, "office"), settings.PDF_FONTS_DIR
    settings.PDF_FONTS_DIR = tmp_path / "none"
    address = client.post(world.address("bao-cao/ky/<int:pk>/lap/"), {"kind": ReportKind.CITY}).url
    building.build_due(NOON, clock=lambda: NOON)

    page = client.get(address).text
    assert "Lập báo cáo không thành" in page
    assert "Thiếu tệp phông chữ Tinos-Regular.ttf" in page

    settings.PDF_FONTS_DIR = fonts
    report = Report.objects.order_by("-pk").first()
    retry = reverse("reports:retry", args=[report.pk])
    assert f'action="{retry}"' in page
    client.post(retry)
    building.build_due(NOON, clock=lambda: NOON)
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert "Dự thảo (PDF" in client.get(address).text
