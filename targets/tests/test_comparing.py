"""A plan beside last year's: what came, went and changed, in targets, deadlines, movements, words and shares."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django.asserts import assertNumQueries

from campaigns.models import GivenBy
from campaigns.tests.factories import WARD, CampaignFactory, MovementFactory, ParticipationFactory, PeriodFactory
from targets.rewording import words
from targets.tests.factories import AllocationFactory, HeadingFactory, SectorFactory, TargetFactory
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    return CampaignFactory(closed=True, short_name="Đợt năm 2025", slug="dot-2025")


@pytest.fixture
def new(old):
    return CampaignFactory(
        draft=True,
        organiser=old.organiser,
        previous=old,
        short_name="Đợt năm 2026",
        slug="dot-2026",
        title=old.title,
        starts_on=old.starts_on,
        ends_on=old.ends_on,
    )


@pytest.fixture
def as_leader(client, old):
    client.force_login(UserFactory(leader_of=old.organiser))
    return client


def url(campaign, other=None):
    address = reverse("targets:compare_plans", args=[campaign.slug])
    return f"{address}?voi={other.slug}" if other else address


def said(client, campaign, other=None):
    """The page's words as one line; what came stands in “(thêm: …)”, what went in “(bỏ: …)”."""
    page = client.get(url(campaign, other)).content.decode()
    main = re.sub(r"</(?:dt|dd|h3|li|th|td)>", " ", page[page.index("<main") : page.index("</main>")])
    return " ".join(strip_tags(main).split())


def copied(target, campaign, **changes):
    """The same target a year later."""
    changes.setdefault("sector", campaign.sectors.get_or_create(name=target.sector.name)[0])
    names = ("name", "wording", "code", "number", "answer", "unit_of_measure", "decimals", "at_least", "at_most")
    kept = {name: getattr(target, name) for name in names}
    return TargetFactory(campaign=campaign, copied_from=target, **kept | changes)


# --- Targets ----------------------------------------------------------------------------------------------------------


def test_two_like_plans_are_said_to_be_like(as_leader, old, new):
    copied(TargetFactory(campaign=old), new)

    assert "Hai kế hoạch giống nhau" in said(as_leader, new)


def test_targets_that_came_and_went_are_named_with_their_goals(as_leader, old, new):
    TargetFactory(campaign=old, number=5, name="Trồng cây xanh", at_least=Decimal(300))
    TargetFactory(campaign=new, number=6, name="Chuyển đổi số", at_least=Decimal(90), unit_of_measure="%")

    page = said(as_leader, new)

    assert "0 chỉ tiêu giữ nguyên, 0 thay đổi, 1 thêm, 1 bớt" in page
    assert "Thêm 6. Chuyển đổi số ≥ 90 %" in page
    assert "Bớt 5. Trồng cây xanh ≥ 300 cuộc" in page


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"name": "Số buổi tuyên truyền"}, "Tên gọi Số (bỏ: cuộc) (thêm: buổi) tuyên truyền"),
        ({"wording": "Số cuộc tuyên truyền: 120 cuộc"}, "Nguyên văn Số cuộc tuyên truyền: (bỏ: 100) (thêm: 120) cuộc"),
        ({"at_least": Decimal(120)}, "Mức giao ≥ (bỏ: 100) (thêm: 120)"),
        ({"at_least": None, "at_most": Decimal(100)}, "Mức giao (bỏ: ≥) (thêm: ≤) 100"),
        ({"unit_of_measure": "buổi"}, "Đơn vị tính (bỏ: cuộc) (thêm: buổi)"),
        ({"given_by": GivenBy.CITY}, "Cấp giao (bỏ: Phường) (thêm: Thành phố)"),
    ],
)
def test_a_changed_target_shows_what_changed_word_by_word(as_leader, old, new, changes, shown):
    before = TargetFactory(campaign=old, name="Số cuộc tuyên truyền", wording="Số cuộc tuyên truyền: 100 cuộc")
    copied(before, new, **changes)

    page = said(as_leader, new)

    assert "0 chỉ tiêu giữ nguyên, 1 thay đổi, 0 thêm, 0 bớt" in page
    assert shown in page


def test_another_lead_sector_or_heading_is_a_change(as_leader, old, new):
    before = TargetFactory(campaign=old, lead=UnitFactory(name="Phòng Kinh tế", organiser=old.organiser))
    sector = SectorFactory(campaign=new, name="Lĩnh vực khác")
    copied(before, new, sector=sector, heading=HeadingFactory(sector=sector, name="Đề mục mới"))

    page = said(as_leader, new)

    assert "Đơn vị chủ trì (bỏ: Phòng Kinh tế)" in page
    assert "Đề mục (thêm: Đề mục mới)" in page
    assert "Lĩnh vực" in page
    assert "1 thay đổi" in page


def test_targets_match_by_where_they_were_copied_from_even_if_everything_else_changed(as_leader, old, new):
    copied(TargetFactory(campaign=old, name="Tên cũ hẳn"), new, name="Một cách gọi khác", code="X1")

    assert "1 thay đổi, 0 thêm, 0 bớt" in said(as_leader, new)


def test_targets_of_plans_that_were_not_copied_match_by_name_and_not_by_a_bare_code(as_leader, old, new):
    TargetFactory(campaign=old, code="CT01", number=1, name="Hộ nghèo")
    TargetFactory(campaign=old, code="CT02", number=2, name="Giải quyết việc làm trong năm")
    TargetFactory(campaign=new, code="CT01", number=1, name="Thu ngân sách")
    TargetFactory(campaign=new, code="CT02", number=2, name="Giải quyết việc làm cả năm")
    TargetFactory(campaign=new, code="CT09", number=3, name="HỘ NGHÈO")

    page = said(as_leader, new)

    assert "2 thay đổi, 1 thêm, 0 bớt" in page
    assert "Thêm 1. Thu ngân sách" in page


def test_one_name_under_two_headings_is_two_targets(as_leader, old, new):
    for campaign in (old, new):
        for level in ("Tiểu học", "Trung học cơ sở"):
            sector, _ = campaign.sectors.get_or_create(name="Giáo dục")
            heading = HeadingFactory(sector=sector, name=level)
            number = 1 + campaign.targets.count()
            TargetFactory(campaign=campaign, name="Tổng số lớp học", sector=sector, heading=heading, number=number,
                          wording="Tổng số lớp học")  # fmt: skip

    assert "Hai kế hoạch giống nhau" in said(as_leader, new)


# --- Deadlines, movements, words --------------------------------------------------------------------------------------


def test_a_deadline_moved_by_a_year_is_said_to_be_the_same_day(as_leader, old, new):
    PeriodFactory(campaign=old, name="Kỳ cuối năm")
    PeriodFactory(
        campaign=new,
        name="Kỳ cuối năm",
        figures_as_of=datetime(2026, 12, 31, tzinfo=WARD).date(),
        units_due=datetime(2026, 12, 10, tzinfo=WARD),
        units_due_words="trước ngày 10/12/2026",
        report_due=datetime(2026, 12, 15, tzinfo=WARD),
        report_due_words="trước ngày 15/12/2026",
    )

    page = said(as_leader, new)

    assert "Kỳ cuối năm (cùng ngày, năm sau)" in page
    assert "Đơn vị nộp trước ngày (bỏ: 10/12/2025) (thêm: 10/12/2026)" in page


def test_a_deadline_on_another_day_and_a_new_round_are_shown(as_leader, old, new):
    PeriodFactory(campaign=old, name="Kỳ cuối năm")
    PeriodFactory(
        campaign=new,
        name="Kỳ cuối năm",
        units_due=datetime(2025, 12, 9, tzinfo=WARD),
        units_due_words="trước ngày 09/12/2025",
    )
    PeriodFactory(campaign=new, name="Kỳ bổ sung", units_due=datetime(2025, 12, 12, tzinfo=WARD))

    page = said(as_leader, new)

    assert "cùng ngày, năm sau" not in page
    assert "hết ngày (bỏ: 09/12/2025) (thêm: 08/12/2025)" in page
    assert "Thêm kỳ: Kỳ bổ sung" in page


def test_movements_that_came_went_or_are_launched_by_another_level(as_leader, old, new):
    MovementFactory(campaign=old, name="Vì người nghèo", launched_by=GivenBy.CENTRE)
    MovementFactory(campaign=new, name="Vì người nghèo", launched_by=GivenBy.CITY)
    MovementFactory(campaign=old, name="Văn hoá công sở")
    MovementFactory(campaign=new, name="Bình dân học vụ số")

    page = said(as_leader, new)

    assert "Thêm Bình dân học vụ số (Phường phát động)" in page
    assert "Bớt Văn hoá công sở (Phường phát động)" in page
    assert "Vì người nghèo (bỏ: Trung ương) (thêm: Thành phố)" in page


def test_a_text_is_compared_by_paragraph_and_the_paragraphs_that_stayed_are_counted(as_leader, old, new):
    old.purpose = (
        "Giữ nguyên một.\nGiữ nguyên hai.\nThi đua hoàn thành nhiệm vụ năm 2025 của phường.\nĐoạn bị bỏ đi hẳn."
    )
    new.purpose = "Giữ nguyên một.\nGiữ nguyên hai.\nThi đua hoàn thành nhiệm vụ năm 2026 của phường."
    old.save()
    new.save()

    page = said(as_leader, new)

    assert "Mục đích … 2 đoạn giữ nguyên …" in page
    assert "nhiệm vụ năm (bỏ: 2025) (thêm: 2026) của phường." in page
    assert "(bỏ: Đoạn bị bỏ đi hẳn.)" in page


def test_what_came_and_went_is_marked_for_eyes_and_ears(as_leader, old, new):
    copied(TargetFactory(campaign=old), new, at_least=Decimal(7))

    page = as_leader.get(url(new)).content.decode()

    assert '<ins><span class="visually-hidden">(thêm: </span>7<span class="visually-hidden">)</span></ins>' in page
    assert '<del><span class="visually-hidden">(bỏ: </span>100<span class="visually-hidden">)</span></del>' in page


def test_markup_in_a_plan_is_shown_as_text(as_leader, old, new):
    copied(TargetFactory(campaign=old), new, name="<script>alert(1)</script>")

    assert "<script>alert" not in as_leader.get(url(new)).content.decode()


def test_very_long_texts_are_shown_whole_and_not_weighed_word_by_word():
    one, other = "một hai " * 3000, "ba bốn " * 3000

    assert [piece.kind for piece in words(one, other)] == ["del", "ins"]


# --- Shares -----------------------------------------------------------------------------------------------------------


def test_shares_are_summed_up_unit_by_unit(as_leader, old, new):
    before = [TargetFactory(campaign=old, number=number) for number in (1, 2, 3)]
    after = [copied(target, new) for target in before[:2]]
    fresh = TargetFactory(campaign=new, number=8)
    unit, steady = (UnitFactory(organiser=old.organiser) for _ in range(2))
    AllocationFactory(target=before[0], unit=unit, at_least=Decimal(10))
    AllocationFactory(target=after[0], unit=unit, at_least=Decimal(15))
    AllocationFactory(target=before[2], unit=unit)
    for target in (after[1], fresh):
        AllocationFactory(target=target, unit=unit)
    for target in (before[0], after[0]):
        AllocationFactory(target=target, unit=steady)

    page = said(as_leader, new)

    assert "1 đơn vị giữ nguyên phần được giao, 1 đơn vị thay đổi" in page
    assert f"{unit.name} 2 → 3 2, 8 {before[2].name} Chỉ tiêu 1: ≥ 10 → ≥ 15" in page


# --- Which plans ------------------------------------------------------------------------------------------------------


def test_another_campaign_of_the_organiser_can_be_chosen(as_leader, old, new):
    third = CampaignFactory(organiser=old.organiser, short_name="Đợt khác", slug="dot-khac")
    TargetFactory(campaign=third, name="Chỉ có ở đợt khác")

    page = said(as_leader, new, third)

    assert "Chỉ có ở đợt khác" in page
    assert "Đợt năm 2025 (năm trước)" in page


def test_another_ward_s_campaign_is_neither_listed_nor_found(as_leader, new):
    strange = CampaignFactory(short_name="Đợt của phường bạn", slug="dot-phuong-ban")

    assert "Đợt của phường bạn" not in said(as_leader, new)
    assert as_leader.get(url(new, strange)).status_code == 404
    assert as_leader.get(url(strange)).status_code == 404
    assert as_leader.get(f"{url(new)}?voi={new.slug}").status_code == 404


def test_the_only_campaign_has_nothing_to_be_compared_with(as_leader, old):
    assert "Chưa có đợt thi đua nào khác để so sánh" in said(as_leader, old)


@pytest.mark.parametrize("count", [1, 3])
def test_however_long_the_plans_are_they_cost_the_same(as_leader, old, new, count):
    for number in range(1, count + 1):
        before = TargetFactory(campaign=old, number=number)
        after = copied(before, new, at_least=Decimal(7))
        for target in (before, after):
            AllocationFactory(target=target)
            ParticipationFactory(campaign=target.campaign)
    MovementFactory(campaign=new)

    with assertNumQueries(18):
        as_leader.get(url(new))
