"""The leader decides nominations on a phone, in a real browser."""

from playwright.sync_api import expect

from campaigns.tests.factories import CampaignFactory
from commendations.models import NominationState
from commendations.tests.factories import NominationFactory
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-cua-lanh-dao"
SMALLEST_TOUCH = 44  # CSS pixels


def test_the_leader_says_yes_and_no_with_a_thumb(portal_server, phone_page):
    campaign = CampaignFactory()
    leader = UserFactory(leader_of=campaign.organiser, password=PASSWORD)
    wanted, unwanted = (NominationFactory(campaign=campaign, checked=True) for _ in range(2))
    page = phone_page
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(leader.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").tap()
    expect(page.get_by_role("button", name="Menu")).to_be_visible()

    page.goto("/khen-thuong/")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("link", name=wanted.recipient).tap()
    yes, no = page.get_by_role("button", name="Đồng ý", exact=True), page.get_by_role("link", name="Không đồng ý")
    for choice in (yes, no):
        expect(choice).to_be_in_viewport()
        assert choice.bounding_box()["height"] >= SMALLEST_TOUCH
    yes.tap()
    expect(page.get_by_text(f"Đã đồng ý đề nghị khen thưởng {wanted.recipient}.")).to_be_visible()

    page.goto(unwanted.get_absolute_url())
    page.get_by_role("link", name="Không đồng ý").tap()
    page.get_by_label("Lý do không đồng ý").fill("Đã khen thưởng năm trước.")
    page.get_by_role("button", name="Không đồng ý").tap()
    expect(page.get_by_text("Đã ghi nhận không đồng ý")).to_be_visible()

    for nomination in (wanted, unwanted):
        nomination.refresh_from_db()
    assert (wanted.state, unwanted.state) == (NominationState.DECIDED, NominationState.DECLINED)
    assert unwanted.reason == "Đã khen thưởng năm trước."
