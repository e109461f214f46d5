"""A plan's file becomes a campaign, once; the figures are typed by hand from the printed plan."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign, CampaignState, Movement, Prompt, PromptKind, ReportingPeriod
from campaigns.tests.factories import MovementFactory, PromptFactory
from targets import periods, plan_file
from targets.models import Heading, Sector, Target
from units.refusals import Refused
from units.tests.factories import OrganiserFactory

PLAN = Path("campaigns/plans/kien-an-2025.toml")
TABLES = [Campaign, ReportingPeriod, Movement, Prompt, Sector, Heading, Target]

pytestmark = pytest.mark.django_db


def counts():
    return {model.__name__: model.objects.count() for model in TABLES}


@pytest.fixture
def organiser():
    return OrganiserFactory(code="UBND-KA")


@pytest.fixture
def campaign(organiser):
    return plan_file.load(plan_file.read(PLAN), organiser)[0]


def test_the_whole_plan_becomes_a_draft_campaign_of_its_organiser(campaign, organiser):
    assert (campaign.slug, campaign.organiser, campaign.state) == ("kien-an-2025", organiser, CampaignState.DRAFT)
    assert (campaign.number, campaign.issued_on) == ("", None)
    assert (campaign.starts_on, campaign.ends_on) == (date(2025, 9, 9), date(2025, 12, 31))
    assert campaign.signer_block.splitlines() == ["TM. UỶ BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert counts() == {
        "Campaign": 1,
        "ReportingPeriod": 1,
        "Movement": 6,
        "Prompt": 11,
        "Sector": 5,
        "Heading": 3,
        "Target": 22,
    }


def test_lettered_tasks_and_duties_read_as_printed(campaign):
    tasks = campaign.tasks.splitlines()
    assert tasks[0].startswith("a) Tập trung thực hiện các Nghị quyết quan trọng")
    assert tasks[1].startswith("- Nghị quyết số 57-NQ/TW")
    assert [line[:2] for line in tasks if line[1] == ")"] == ["a)", "b)", "c)", "d)", "đ)", "e)"]
    duties = campaign.duties.splitlines()
    assert duties[0] == "1. Các cơ quan, đơn vị sự nghiệp thuộc phường"
    assert duties[1].startswith("a) Tổ chức thực hiện nghiêm túc")
    assert duties[3].startswith("2. Giao phòng Văn hoá - Xã hội: Theo dõi, hướng dẫn, đôn đốc")


def test_the_unnamed_sectors_caution_joins_the_campaigns(campaign):
    cautions = campaign.cautions.splitlines()
    assert len(cautions) == 8
    assert cautions[-1].startswith("Lĩnh vực Quốc phòng: Kế hoạch không in tên lĩnh vực này")


def test_both_deadlines_are_the_plans_moments(campaign):
    period = campaign.periods.get()
    assert period.units_due == datetime(2025, 12, 9, 17, tzinfo=UTC)
    assert period.report_due == datetime(2025, 12, 14, 17, tzinfo=UTC)
    assert period.figures_as_of == date(2025, 12, 9)


def test_goals_stay_exact_and_headings_nest(campaign):
    goals = {t.number: (t.at_least, t.at_most) for t in campaign.targets.all()}
    assert goals[1] == (Decimal("537487.84"), None)
    assert goals[6] == (None, Decimal(330681))
    assert goals[7] == (None, Decimal("0.67"))
    assert goals[10] == (None, Decimal(0))
    targets = list(campaign.targets.in_plan_order())
    assert [t.number for t in targets] == list(range(1, 23))
    assert [(t.number, t.heading.name) for t in targets if t.heading][2:4] == [
        (16, "Giáo dục tiểu học"),
        (17, "Giáo dục tiểu học"),
    ]
    assert [t.number for t in targets if t.single_source] == [1, 2, 3, 4, 5, 6, 12, 13, 21, 22]


def test_loading_again_changes_nothing(campaign, organiser):
    before = counts()
    Campaign.objects.filter(pk=campaign.pk).update(short_name="Tên do phường sửa")

    again, made = plan_file.load(plan_file.read(PLAN), organiser)

    assert (again.pk, made, again.short_name) == (campaign.pk, False, "Tên do phường sửa")
    assert counts() == before


def test_questions_about_movements_come_after_the_tasks_and_before_the_closing_ones(campaign):
    periods.fill_movement_prompts(campaign)
    periods.fill_movement_prompts(campaign)

    kinds = list(campaign.prompts.values_list("kind", flat=True))
    assert kinds == ["launching", "theme", *["task"] * 6, *["movement"] * 6, "example", "difficulty", "proposal"]
    assert [p.movement for p in campaign.prompts.filter(kind="movement")] == list(campaign.movements.all())


def test_a_movement_added_later_follows_the_others():
    closing = PromptFactory(kind=PromptKind.PROPOSAL, order=2)
    task = PromptFactory(campaign=closing.campaign, order=1)
    for _ in range(2):
        MovementFactory(campaign=closing.campaign)
        periods.fill_movement_prompts(closing.campaign)

    assert list(closing.campaign.prompts.values_list("kind", flat=True)) == ["task", "movement", "movement", "proposal"]
    assert closing.campaign.prompts.first() == task


def test_a_slug_that_another_organiser_holds_is_refused(campaign):
    with pytest.raises(Refused, match="đã dùng cho đợt thi đua của"):
        plan_file.load(plan_file.read(PLAN), OrganiserFactory())


@pytest.mark.parametrize(
    ("part", "number", "fault", "said"),
    [
        ("target", 0, {"sector": "nowhere"}, "Chỉ tiêu 1: không có lĩnh vực “nowhere”"),
        ("target", 0, {"at_least": "537.487,84"}, "Chỉ tiêu 1: mức “537.487,84” không phải số"),
        ("target", 1, {"number": 1}, "Số thứ tự này đã có chỉ tiêu"),
        ("target", 0, {"answer": "guess"}, "guess"),
        ("period", 0, {"units_due": datetime(2026, 1, 1, tzinfo=UTC)}, "Hạn của đơn vị phải trước hạn báo cáo"),
        ("movement", 0, {"launched_by": "moon"}, "moon"),
    ],
)
def test_a_faulty_plan_leaves_nothing_behind(organiser, part, number, fault, said):
    plan = plan_file.read(PLAN)
    plan[part][number] |= fault

    with pytest.raises(Refused, match=said):
        plan_file.load(plan, organiser)

    assert set(counts().values()) == {0}


def test_a_missing_key_is_named(organiser):
    plan = plan_file.read(PLAN)
    del plan["target"][2]["wording"]
    with pytest.raises(Refused, match="Doanh thu dịch vụ lưu trú và ăn uống” thiếu: wording"):
        plan_file.load(plan, organiser)


def run(*args):
    out = StringIO()
    call_command("load_plan", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did(organiser):
    assert run(str(PLAN), "--organiser", "ubnd-ka") == (
        "Đã nạp kế hoạch: Đợt thi đua năm 2025 (kien-an-2025), 22 chỉ tiêu.\n"
    )
    assert run(str(PLAN), "--organiser", "UBND-KA").startswith("Kế hoạch đã có, không thay đổi gì: ")


def test_the_command_refuses_with_a_sentence(organiser, tmp_path):
    broken = tmp_path / "plan.toml"
    broken.write_text("slug = ")
    with pytest.raises(CommandError, match="không phải TOML hợp lệ"):
        run(str(broken), "--organiser", "UBND-KA")
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        run(str(tmp_path / "none.toml"), "--organiser", "UBND-KA")
    with pytest.raises(CommandError, match="Không có đơn vị tổ chức mã “X”. Các mã đang có: UBND-KA"):
        run(str(PLAN), "--organiser", "X")
