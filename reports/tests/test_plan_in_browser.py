"""A plan is copied to the next year, compared and checked in a real browser; its pages fit a phone."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.models import Campaign
from campaigns.tests.factories import WARD, CampaignFactory, MovementFactory, ParticipationFactory, PeriodFactory
from reports import building
from targets.models import PlanCheck
from targets.tests.factories import AllocationFactory, ResultFactory, SubmissionFactory, TargetFactory
from units.models import UnitChange, UnitChangeKind
from units.tests.factories import UnitFactory, UserFactory

PASSWORD = "mat-khau-cua-can-bo"
LATER = datetime(2099, 1, 1, tzinfo=WARD)


@pytest.fixture
def campaign(transactional_db):
    """Last year's plan: two targets with accepted results, and one unit merged into another."""
    campaign = CampaignFactory(
        title="Phát động đợt thi đua thực hiện thắng lợi nhiệm vụ năm 2025, chào mừng Đại hội (2025 - 2030)",
        short_name="Đợt thi đua năm 2025",
        slug="dot-2025",
        purpose="a) Hoàn thành nhiệm vụ năm 2025 của phường.\nb) Nhân rộng điển hình tiên tiến.",
        starts_on=date(2025, 1, 1),
    )
    period = PeriodFactory(campaign=campaign, name="Kỳ cuối năm 2025", figures_as_of=date(2025, 12, 5))
    names = ["Giải quyết việc làm cho người lao động trên địa bàn phường", "Số cuộc tuyên truyền"]
    targets = [TargetFactory(campaign=campaign, number=n, name=name) for n, name in enumerate(names, start=1)]
    for _ in range(3):
        unit = UnitFactory(organiser=campaign.organiser)
        ParticipationFactory(campaign=campaign, unit=unit)
        submission = SubmissionFactory(period=period, unit=unit, accepted=True)
        for target in targets:
            AllocationFactory(target=target, unit=unit, at_least=Decimal(30))
            ResultFactory(revision=submission.current_revision, target=target, amount=Decimal(45))
    unit.active = False
    unit.save()
    receiver = campaign.participations.first().unit
    UnitChange.objects.create(unit=unit, kind=UnitChangeKind.MERGED, into=receiver, by=UserFactory(), at=LATER)
    MovementFactory(campaign=campaign)
    return campaign


def sign_in(page, campaign):
    person = UserFactory(staff_of=campaign.organiser, password=PASSWORD, full_name="Trần Thị Cán Bộ")
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


def test_a_plan_is_copied_corrected_compared_and_checked(portal_server, new_context, campaign):
    page = new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(page, campaign)

    page.goto(campaign.get_absolute_url())
    page.get_by_role("link", name="Chép sang năm sau").click()
    page.get_by_label("Đơn vị nộp").fill("chậm nhất ngày 08/12/2026")
    page.get_by_label("Số cuộc tuyên truyền").uncheck()
    page.get_by_role("button", name="Chép sang năm sau").click()
    expect(page.get_by_text("được hiểu là: Đúng hạn: đến hết 23:59 thứ Ba, ngày 08/12/2026").first).to_be_visible()
    expect(page.get_by_label("Số cuộc tuyên truyền")).not_to_be_checked()
    page.get_by_role("button", name="Chép sang năm sau").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Đợt thi đua năm 2026")
    page.get_by_role("link", name="Giải quyết việc làm").first.click()
    expect(page.get_by_text("Gợi ý: ≥ 135 cuộc")).to_be_visible()
    page.get_by_role("button", name="Dùng mức gợi ý").click()
    expect(page.get_by_text("Đã dùng mức gợi ý: ≥ 135 cuộc")).to_be_visible()

    page.goto(reverse("targets:compare_plans", args=["dot-2026"]))
    expect(page.get_by_text("0 chỉ tiêu giữ nguyên, 1 thay đổi, 0 thêm, 1 bớt")).to_be_visible()

    page.goto(reverse("reports:check_plan", args=["dot-2026"]))
    page.get_by_role("button", name="Lập phiếu đối chiếu").click()
    building.build_due(LATER, clock=lambda: LATER)
    link = page.get_by_role("link", name="Tải phiếu mã")
    expect(link).to_be_visible(timeout=20_000)
    page.get_by_label("Mã kế hoạch trên phiếu").fill(link.inner_text().split()[3])
    page.get_by_label("Tôi đã đối chiếu từng dòng").check()
    page.get_by_role("button", name="Ghi nhận đã đối chiếu").click()
    expect(page.get_by_text("Kế hoạch chưa thay đổi từ đó")).to_be_visible()
    assert PlanCheck.objects.get().campaign == Campaign.objects.get(slug="dot-2026")


def test_the_pages_of_copying_comparing_and_checking_fit_a_phone(portal_server, phone_page, campaign):
    later = CampaignFactory(organiser=campaign.organiser, previous=campaign, slug="dot-2026", purpose="Khác hẳn.")
    for place in range(3):
        AllocationFactory(target=TargetFactory(campaign=later, number=place + 1), at_least=Decimal(5))
    sign_in(phone_page, campaign)

    for address in (
        reverse("targets:roll_over", args=[campaign.slug]),
        reverse("targets:compare_plans", args=[later.slug]),
        reverse("reports:check_plan", args=[campaign.slug]),
    ):
        phone_page.goto(address)
        expect(phone_page.locator("h1")).to_be_visible()
        assert phone_page.evaluate("document.documentElement.scrollWidth") == 360, address
