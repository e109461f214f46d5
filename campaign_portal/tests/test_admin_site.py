"""Every page of the admin at once: whom it opens to, whose rows and choices it shows, and in which language."""

import json
import re
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.db import connection
from django.forms import ModelChoiceField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import Campaign, Event, Extension, Participation, record
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    ExtensionFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from commendations.models import AwardForm, Decision, Nomination
from commendations.tests.factories import BonusRateFactory, DecisionFactory, NominationFactory
from reports.models import Report, ReportKind, TrustRoot
from reports.tests.factories import TrustRootFactory
from targets.models import Submission, Target
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units import outbox
from units.models import Cluster, Membership, Message, MessageKind, Unit, User
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 12, 3, 12, tzinfo=WARD)
CATALOGUES = {AwardForm}
WRITTEN_BY_VERBS = {Message, Event, Extension, Target, Submission, Report}


def furnish(name):
    """An organiser with one row of everything the admin shows; every row's words hold the name."""
    organiser = OrganiserFactory(name=f"Ủy ban nhân dân {name}")
    unit = UnitFactory(organiser=organiser, name=f"Tổ dân phố {name}")
    cluster = ClusterFactory(organiser=organiser, name=f"Cụm {name}")
    reporter = UserFactory(full_name=f"Phạm Thị {name}", reporter_of=unit)
    campaign = CampaignFactory(organiser=organiser, title=f"Kế hoạch {name}", short_name=f"Đợt {name}")
    participation = ParticipationFactory(campaign=campaign, unit=unit, cluster=cluster, theme=f"Chủ đề {name}")
    period = PeriodFactory(campaign=campaign, name=f"Kỳ {name}")
    target = TargetFactory(campaign=campaign, name=f"Chỉ tiêu {name}", wording=f"Nguyên văn {name}")
    AllocationFactory(target=target, unit=unit)
    PromptFactory(campaign=campaign, heading=f"Câu hỏi {name}")
    PromptFactory(campaign=campaign, about_a_movement=True, movement=MovementFactory(campaign=campaign))
    nomination = NominationFactory(campaign=campaign, unit=unit, recipient=f"Lê Văn {name}", proposed_by=reporter)
    BonusRateFactory(award=nomination.award)
    decision = DecisionFactory(campaign=campaign, title=f"Quyết định {name}")
    report = Report.objects.create(
        kind=ReportKind.CITY, campaign=campaign, period=period, as_of=NOON, requested_at=NOON, requested_by=reporter
    )
    outbox.write(
        key=name,
        kind=MessageKind.REMINDER,
        topic="submission:1",
        user=reporter,
        unit=unit,
        subject=f"Nhắc {name}",
        body="Đề nghị nộp.",
        at=NOON,
    )
    return {
        Unit: unit,
        Cluster: cluster,
        User: reporter,
        Membership: reporter.memberships.get(),
        Message: Message.objects.get(key=name),
        Campaign: campaign,
        Participation: participation,
        Extension: ExtensionFactory(period=period, unit=unit, asked_by=reporter),
        Event: record(campaign, f"Mở đợt {name}", campaign=campaign, by=reporter, at=NOON),
        Target: target,
        Submission: SubmissionFactory(period=period, unit=unit, accepted=True),
        AwardForm: nomination.award,
        Nomination: nomination,
        Decision: decision,
        Report: report,
        TrustRoot: TrustRootFactory(organiser=organiser, name=f"Chứng thư gốc {name}"),
    }


@pytest.fixture
def ours():
    return furnish("Hải Yến")


@pytest.fixture
def theirs():
    return furnish("Sông Cấm")


@pytest.fixture
def admin_client(client, ours):
    client.force_login(UserFactory(admin_of=ours[Unit].organiser, full_name="Quản Trị Viên"))
    return client


def page(model, name, row=None):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=[row.pk] if row else [])


def test_every_model_of_the_admin_is_tried_here(ours):
    assert set(admin.site._registry) == set(ours)


# --- Whom it opens to -------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_the_portals_own_sign_in_and_comes_back(client):
    index = reverse("admin:index")
    response = client.get(index, follow=True)

    assert response.redirect_chain[-1] == (f"{reverse('units:sign_in')}?next={index}", 302)


@pytest.mark.parametrize("role", ["reporter_of", "head_of", "staff_of", "leader_of"])
def test_who_runs_nothing_gets_403(client, ours, role):
    unit = ours[Unit] if role in ("reporter_of", "head_of") else ours[Unit].organiser
    client.force_login(UserFactory(**{role: unit}))

    assert client.get(reverse("admin:index")).status_code == 403
    assert {client.get(page(model, "changelist")).status_code for model in ours} == {403}
    assert {client.get(page(model, "change", row)).status_code for model, row in ours.items()} == {403}


def test_the_office_reads_all_and_adds_only_nominations_and_decisions(client, ours):
    client.force_login(UserFactory(office_of=ours[Unit].organiser))

    assert {client.get(page(model, "changelist")).status_code for model in ours} == {200}
    assert {client.get(page(model, "change", row)).status_code for model, row in ours.items()} == {200}
    assert {model for model in ours if client.get(page(model, "add")).status_code == 200} == {Nomination, Decision}


def test_the_admin_adds_all_but_what_verbs_write(admin_client, ours):
    assert {m for m in ours if admin_client.get(page(m, "add")).status_code == 200} == set(ours) - WRITTEN_BY_VERBS


def test_people_units_and_what_has_a_history_are_never_deleted(admin_client, ours):
    kept = {model for model, row in ours.items() if admin_client.get(page(model, "delete", row)).status_code == 403}

    assert kept == set(ours) - {Cluster, Membership, TrustRoot}


def test_a_signed_in_admin_who_opens_the_admins_sign_in_comes_to_its_index(admin_client):
    assertRedirects(admin_client.get(reverse("admin:login"), follow=True), reverse("admin:index"))


# --- Whose rows and choices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin_of", "office_of"])
@pytest.mark.parametrize("name", ["change", "history", "delete"])
def test_rows_of_another_organiser_are_not_found(client, ours, theirs, role, name):
    client.force_login(UserFactory(**{role: ours[Unit].organiser}))
    scoped = {model: row for model, row in theirs.items() if model not in CATALOGUES}

    assert {client.get(page(model, name, row)).status_code for model, row in scoped.items()} == {404}
    assert {client.post(page(model, name, row), {"post": "yes"}).status_code for model, row in scoped.items()} <= {
        404,
        405,
    }
    assert {type(row).objects.filter(pk=row.pk).exists() for row in scoped.values()} == {True}


@pytest.mark.parametrize("role", ["admin_of", "office_of"])
def test_lists_filters_and_searches_show_nothing_of_another_organiser(client, ours, theirs, role):
    client.force_login(UserFactory(**{role: ours[Unit].organiser}))
    for model in set(ours) - CATALOGUES:
        for query in ("", "?q=song+cam", "?q=%C4%90%E1%BB%A3t"):
            response = client.get(page(model, "changelist") + query)
            assert theirs[model] not in response.context["cl"].queryset
            assert "Sông Cấm" not in response.text, (model, query)
        assert ours[model] in client.get(page(model, "changelist")).context["cl"].queryset


def choices(response):
    """Every choice of every field of a page's form and inlines."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [*inline.formset.forms, inline.formset.empty_form]
    fields = [field for form in forms for name, field in form.fields.items() if name != "id"]  # a row's own number
    return {choice for field in fields if isinstance(field, ModelChoiceField) for choice in field.queryset}


@pytest.mark.parametrize("role", ["admin_of", "office_of"])
def test_no_form_offers_a_choice_of_another_organiser(client, ours, theirs, role):
    client.force_login(UserFactory(**{role: ours[Unit].organiser}))
    foreign = {row for model, row in theirs.items() if model not in CATALOGUES} | {theirs[Unit].organiser}
    for model, row in ours.items():
        for url in (page(model, "add"), page(model, "change", row)):
            response = client.get(url)
            if response.status_code == 200:
                assert not foreign & choices(response), url
                assert "Sông Cấm" not in response.text, url


@pytest.mark.parametrize(
    ("model", "field"),
    [(Unit, "parent"), (Membership, "user"), (Membership, "unit"), (Participation, "unit"), (Nomination, "unit")],
)
def test_suggestions_while_typing_come_from_ones_own_organiser(admin_client, ours, theirs, model, field):
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    found = admin_client.get(reverse("admin:autocomplete"), asked | {"term": ""}).json()["results"]

    related = model._meta.get_field(field).related_model
    assert str(ours[related].pk) in {result["id"] for result in found}
    assert str(theirs[related].pk) not in {result["id"] for result in found}


def test_the_superuser_sees_both_organisers(client, ours, theirs):
    client.force_login(UserFactory(is_superuser=True))
    for model in ours:
        shown = client.get(page(model, "changelist")).context["cl"].queryset
        assert {ours[model], theirs[model]} <= set(shown)


def test_no_list_asks_the_database_more_for_more_rows(client, ours):
    client.force_login(UserFactory(is_superuser=True))
    client.get(reverse("admin:index"))

    def costs():
        counts = {}
        for model in ours:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page(model, "changelist")).status_code == 200
            counts[model] = len(queries)
        return counts

    few = costs()
    furnish("Sông Cấm")
    furnish("Đồ Sơn")

    assert costs() == few
    assert max(few.values()) <= 12


def test_nothing_forwards_to_any_object_by_its_number(admin_client, theirs):
    assert admin_client.get(f"{reverse('admin:index')}r/1/{theirs[Campaign].pk}/").status_code == 404


# --- In which language ------------------------------------------------------------------------------------------------

ENGLISH = set(
    "add added all are available back cancel change changed choose clear close confirm currently date delete deleted "
    "edit empty enter error false field filter form go hide history home link list log model name navigation none not "
    "object of or password please remove required save search select selected show sidebar skip sorry sure the this "
    "time today toggle true unknown user username value view was welcome with yes you your".split()
)
SPOKEN = ("title", "placeholder", "aria-label", "alt", "data-choose")


def english_words(response):
    """English words a person would see or hear on the page; what people typed themselves holds none in these tests."""
    soup = BeautifulSoup(response.content, "html.parser")
    for silent in soup(["script", "style"]):
        silent.extract()
    said = [*soup.stripped_strings]
    said += [tag[name] for tag in soup.find_all(True) for name in SPOKEN if tag.get(name)]
    said += [button["value"] for button in soup.find_all("input", type=["submit", "button", "reset"])]
    return {text for text in said if ENGLISH & set(re.findall(r"\w+", text.lower()))}


@pytest.mark.parametrize("superuser", [False, True])
def test_no_page_of_the_admin_speaks_english(client, ours, superuser):
    client.force_login(UserFactory(admin_of=ours[Unit].organiser, is_superuser=superuser))
    urls = [reverse("admin:index"), *(reverse("admin:app_list", args=[m._meta.app_label]) for m in ours)]
    for model, row in ours.items():
        urls += [page(model, name, row) for name in ("change", "history", "delete")]
        urls += [page(model, "changelist"), page(model, "changelist") + "?q=khong-co", page(model, "add")]
    urls += [reverse("admin:units_user_reset_password", args=[ours[User].pk])]

    pages = {url: client.get(url) for url in urls}

    assert sum(response.status_code == 200 for response in pages.values()) > 70
    assert {url: words for url, response in pages.items() if (words := english_words(response))} == {}


def test_forms_with_errors_speak_vietnamese(client, ours):
    client.force_login(UserFactory(admin_of=ours[Unit].organiser, office_of=ours[Unit].organiser))
    for model in set(ours) - WRITTEN_BY_VERBS:
        url = page(model, "add")
        prefixes = [inline.formset.prefix for inline in client.get(url).context["inline_admin_formsets"]]
        counts = {f"{prefix}-{name}": "0" for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        response = client.post(url, counts | {"starts_on": "31/02/2025", "order": "x", "unit": "0", "email": "x@"})
        assert response.context["errors"], url
        assert english_words(response) == set(), url


def test_the_admins_scripts_speak_vietnamese(admin_client):
    catalogue = admin_client.get(reverse("admin:jsi18n"))

    assert catalogue["Content-Type"].startswith("text/javascript")
    spoken = ["Chọn ngày", "Thứ Hai", "Tháng Một", "Hôm nay", "Bỏ chọn tất cả %s"]
    assert [word for word in spoken if json.dumps(word) not in catalogue.text] == []
    assert '"%d/%m/%Y"' in catalogue.text
