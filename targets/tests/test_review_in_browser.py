"""The office reviews in a real browser: what it accepts is what stood on its screen; every page fits a phone."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.tests.factories import ExtensionFactory, ParticipationFactory, PeriodFactory
from targets import workflow
from targets.answers import Answers, result_fields
from targets.models import Acceptance
from targets.tests.factories import AllocationFactory, ResultFactory, SubmissionFactory, TargetFactory
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-cua-van-phong"


@pytest.fixture
def submission(transactional_db):
    """Handed in once: 40 for its only target."""
    period = PeriodFactory()
    submission = SubmissionFactory(period=period, submitted=True)
    ParticipationFactory(campaign=period.campaign, unit=submission.unit)
    target = TargetFactory(campaign=period.campaign, unit_of_measure="triệu đồng", name="Thu ngân sách trên địa bàn")
    AllocationFactory(target=target, unit=submission.unit)
    ResultFactory(revision=submission.current_revision, target=target, amount=40)
    return submission


def sign_in(page, submission):
    person = UserFactory(office_of=submission.period.campaign.organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


def test_what_was_replaced_meanwhile_is_shown_anew_before_it_can_be_accepted(portal_server, new_context, submission):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(page, submission)
    page.goto(reverse("targets:queue", args=[submission.period_id]))
    page.get_by_role("link", name=submission.unit.name).click()
    expect(page.get_by_text("40 triệu đồng")).to_be_visible()

    target = submission.current_revision.results.get().target
    replacement = Answers(results=[result_fields(target, amount=Decimal(41))], narratives=[])
    workflow.submit(submission, replacement, key=workflow.fresh_key(), by=UserFactory(), at=timezone.now())
    page.get_by_role("button", name="Duyệt bản lần 1").click()

    expect(page.get_by_text("Đơn vị vừa nộp bản mới (lần 2)")).to_be_visible()
    expect(page.get_by_text("41 triệu đồng")).to_be_visible()
    assert not Acceptance.objects.exists()

    page.get_by_role("button", name="Duyệt bản lần 2").click()
    expect(page.get_by_text("Đã duyệt kết quả")).to_be_visible()
    assert Acceptance.objects.get().revision.number == 2


def test_every_page_of_the_office_fits_a_phone(portal_server, phone_page, submission):
    asked = ExtensionFactory(period=submission.period, unit=submission.unit)
    sign_in(phone_page, submission)
    names = ["review", "reopen", "enter_on_behalf", "grant_extension"]
    addresses = [reverse(f"targets:{name}", args=[submission.pk]) for name in names]
    addresses.append(reverse("targets:send_back", args=[submission.pk]) + "?revision=1")
    addresses.append(reverse("targets:decide_extension", args=[asked.pk]))
    for name in ("queue", "close_period", "reopen_period"):
        addresses.append(reverse(f"targets:{name}", args=[submission.period_id]))

    for address in addresses:
        phone_page.goto(address)
        expect(phone_page.locator("h1")).to_be_visible()
        assert phone_page.evaluate("document.documentElement.scrollWidth") == 360, address


def test_a_figure_entered_for_a_unit_is_read_back_as_it_is_typed(portal_server, new_context, submission):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(page, submission)
    page.goto(reverse("targets:enter_on_behalf", args=[submission.pk]))

    page.get_by_label("Thực hiện").fill("1234567")

    expect(page.get_by_text("= 1.234.567 triệu đồng")).to_be_visible()
