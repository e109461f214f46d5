"""A block of cells from Excel: what it is read as is shown first; it is taken whole or not at all."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import CampaignState, Event
from campaigns.tests.factories import CampaignFactory
from targets.models import Answer, GoalChange, Heading, Sector, Target
from targets.pasting import MAX_ROWS
from targets.tests.factories import HeadingFactory, SectorFactory, TargetFactory
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

EDUCATION = """\
STT\tLĩnh vực\tĐề mục\tChỉ tiêu\tĐVT\tKế hoạch\tGhi chú riêng
1\tGiáo dục\tGiáo dục mầm non\tTổng số cháu đi nhà trẻ\tcháu\t850\tx
2\tGiáo dục\tGiáo dục mầm non\tTổng số học sinh mẫu giáo\thọc sinh\t3.268\t
3\tGiáo dục\tGiáo dục tiểu học\tTổng số lớp học\tlớp\tđúng 139\t
"""


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def as_staff(client, campaign):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    return client


def shown(client, campaign, block, **fields):
    return client.post(reverse("targets:paste", args=[campaign.slug]), {"block": block} | fields)


def taken(client, campaign, block, **fields):
    return client.post(reverse("targets:take_pasted", args=[campaign.slug]), {"block": block} | fields)


def told(response):
    """{(line, cell): sentence} of everything that is wrong."""
    pasted = response.context["pasted"]
    return {(row.line, cell): sentence for row in pasted.rows for cell, sentence in row.faults.items()}


def test_a_block_is_shown_as_it_is_read_and_nothing_of_it_is_kept(as_staff, campaign):
    response = shown(as_staff, campaign, EDUCATION)

    text = response.content.decode()
    assert "= không thấp hơn 3.268 học sinh" in text
    assert "= đúng 139 lớp" in text
    assert "Giáo dục › Giáo dục tiểu học" in text
    assert "Ghi cả 3 chỉ tiêu" in text
    assert not Target.objects.exists()
    assert not Sector.objects.exists()
    assert not Event.objects.exists()


def test_a_sound_block_is_taken_whole_with_its_sectors_and_headings(as_staff, campaign):
    response = taken(as_staff, campaign, EDUCATION)

    assertRedirects(response, reverse("targets:grid", args=[campaign.slug]), fetch_redirect_response=False)
    rows = campaign.targets.order_by("number").values_list(
        "name", "heading__name", "unit_of_measure", "at_least", "at_most"
    )
    assert list(rows) == [
        ("Tổng số cháu đi nhà trẻ", "Giáo dục mầm non", "cháu", 850, None),
        ("Tổng số học sinh mẫu giáo", "Giáo dục mầm non", "học sinh", 3268, None),
        ("Tổng số lớp học", "Giáo dục tiểu học", "lớp", 139, 139),
    ]
    assert campaign.sectors.get().name == "Giáo dục"


def test_one_bad_cell_keeps_the_whole_block_out_and_every_error_is_told(as_staff, campaign):
    SectorFactory(campaign=campaign, name="Giáo dục")
    block = EDUCATION.replace("3.268", "nhiều").replace("lớp\tđúng", "%\tđúng").replace("Tổng số lớp học", "")

    for way in (shown, taken):
        response = way(as_staff, campaign, block)
        assert set(told(response)) == {(3, "goal"), (4, "name")}
        assert "Chưa ghi dòng nào" in response.content.decode()
        assert "Tổng số học sinh mẫu giáo\thọc sinh\tnhiều" in response.content.decode()
        assert not Target.objects.exists()
        assert not Heading.objects.exists()


def test_a_block_without_headings_follows_the_columns_of_the_grid(as_staff, campaign):
    sector = SectorFactory(campaign=campaign, name="Văn hóa")
    block = "Tỷ lệ gia đình văn hóa\t95% trở lên\nGiải quyết việc làm\t≥ 1.805\tngười\tSố\t0"

    taken(as_staff, campaign, block, sector=sector.pk)

    ratio, number = campaign.targets.order_by("number")
    assert (ratio.answer, ratio.at_least, ratio.unit_of_measure) == (Answer.RATIO, 95, "%")
    assert (number.answer, number.at_least, number.unit_of_measure) == (Answer.NUMBER, 1805, "người")


def test_a_leading_number_and_swapped_columns_are_found_out(as_staff, campaign):
    block = "I\tGiáo dục\n1\tTổng số lớp học\tlớp\t139\n2.\tTổng số học sinh\thọc sinh\t4.675\n"
    block += "II\tMôi trường\n3\tCây xanh\tcây\t500"

    taken(as_staff, campaign, block)

    rows = campaign.targets.order_by("number").values_list("sector__name", "name", "unit_of_measure", "at_least")
    assert list(rows) == [
        ("Giáo dục", "Tổng số lớp học", "lớp", 139),
        ("Giáo dục", "Tổng số học sinh", "học sinh", 4675),
        ("Môi trường", "Cây xanh", "cây", 500),
    ]


def test_a_line_with_only_a_name_is_the_heading_of_those_below(as_staff, campaign):
    sector = SectorFactory(campaign=campaign, name="Giáo dục")
    block = "Tên\tMức giao\tĐVT\nGiáo dục mầm non:\t\t\nSố cháu\t850\tcháu\nTiểu học\t\t\nSố lớp\t139\tlớp"

    taken(as_staff, campaign, block, sector=sector.pk)

    rows = campaign.targets.order_by("number").values_list("heading__name", "name")
    assert list(rows) == [("Giáo dục mầm non", "Số cháu"), ("Tiểu học", "Số lớp")]


def test_a_row_with_a_code_changes_that_target_and_blank_cells_stay(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    target = TargetFactory(campaign=campaign, sector=sector, number=1, name="Số lớp", at_least=Decimal(139))
    block = "mã chỉ tiêu\tchỉ tiêu\tkế hoạch\nct01\t\t140\nCT09\tKhác\t3"

    wrong = taken(as_staff, campaign, block)
    right = taken(as_staff, campaign, block.rsplit("\n", 1)[0])

    assert told(wrong) == {(3, "code"): "Không có chỉ tiêu mã CT09; để trống cột mã thì thêm chỉ tiêu mới."}
    assert right.status_code == 302
    target.refresh_from_db()
    assert (target.name, target.at_least) == ("Số lớp", 140)


def test_a_goal_changed_by_a_block_in_an_open_campaign_needs_its_reason(as_staff, campaign):
    target = TargetFactory(campaign=campaign, number=1, at_least=Decimal(139))
    campaign.state = CampaignState.OPEN
    campaign.save()
    block = "Mã\tMức giao\nCT01\t140"

    asked = taken(as_staff, campaign, block)
    taken(as_staff, campaign, block, reason="Giao thêm", decision_number="45/QĐ-UBND")

    assert set(told(asked)) == {(2, "reason"), (2, "decision_number")}
    assert "đề nghị ghi số quyết định" in asked.content.decode()
    assert GoalChange.objects.get().target == target


def test_rows_may_be_part_of_rows_above_them_in_the_block(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    block = "Tên chỉ tiêu\tMức giao\tĐVT\tTrong đó của\nThu ngân sách\t330.681\ttriệu đồng\t\n"
    block += "Thu nội địa\t200.000\ttriệu đồng\tThu ngân sách"

    taken(as_staff, campaign, block, sector=sector.pk)

    assert Target.objects.get(name="Thu nội địa").part_of.name == "Thu ngân sách"


def test_cells_with_line_breaks_and_quotation_marks_come_as_they_are_in_excel(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    UnitFactory(organiser=campaign.organiser, name="Công an phường")
    block = (
        'Tên chỉ tiêu\tMức giao\tĐVT\tCần xác nhận\n"Xã hội số" rộng khắp\t5\tcuộc\t\nHai\t6\tcuộc\t"dòng 1\ndòng 2"'
    )
    quoted = 'Tên chỉ tiêu\tMức giao\tĐVT\tCần xác nhận\nHai\t6\tcuộc\t"dòng ""1""\ndòng 2"'

    taken(as_staff, campaign, quoted, sector=sector.pk)
    response = shown(as_staff, campaign, block.split("\nHai")[0], sector=sector.pk)

    assert Target.objects.get().caution == 'dòng "1"\ndòng 2'
    assert response.context["pasted"].rows[0].stored["name"] == '"Xã hội số" rộng khắp'


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("", None),
        ("\t\t\n\n", "Chưa có dòng"),
        ("Tên chỉ tiêu\tMức giao\tĐVT", "Chưa có dòng"),
        ("Mức giao\tĐVT\n5\tcuộc", "Không thấy cột tên"),
        ("\n".join(f"Chỉ tiêu {n}\t5\tcuộc" for n in range(MAX_ROWS + 1)), "nhiều nhất 200 dòng"),
    ],
)
def test_a_block_that_cannot_be_read_is_refused_as_a_whole(as_staff, campaign, block, fault):
    response = shown(as_staff, campaign, block)

    assert response.status_code == 200
    assert fault in response.content.decode() if fault else "block" in response.context["form"].errors


def test_a_block_without_any_sector_says_what_is_missing(as_staff, campaign):
    assert told(shown(as_staff, campaign, "Số lớp\t139\tlớp")) == {
        (1, ""): "Chưa rõ lĩnh vực; đề nghị chọn lĩnh vực hoặc thêm cột “Lĩnh vực”."
    }


def test_odd_bytes_and_endless_names_are_told_and_not_stored(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    block = f"{'x' * 301}\t5\tcuộc\nA\x01B\t5\tcuộc\n{'=1+1'}\t99999999999999999999\tcuộc"

    response = shown(as_staff, campaign, block, sector=sector.pk)

    assert {(1, "name"), (3, "goal")} <= set(told(response))


def test_a_heading_of_another_sector_is_refused_and_one_alone_names_its_sector(as_staff, campaign):
    sector, other = SectorFactory(campaign=campaign), SectorFactory(campaign=campaign)
    heading = HeadingFactory(sector=sector)

    wrong = shown(as_staff, campaign, "Số lớp\t139\tlớp", sector=other.pk, heading=heading.pk)
    taken(as_staff, campaign, "Số lớp\t139\tlớp", heading=heading.pk)

    assert "heading" in wrong.context["form"].errors
    assert Target.objects.get().heading == heading


def test_a_closed_campaign_takes_no_block(as_staff, campaign):
    campaign.state = CampaignState.CLOSED
    campaign.save()

    assert "đã kết thúc" in taken(as_staff, campaign, EDUCATION).content.decode()


def block_of(count):
    rows = (f"Chỉ tiêu thứ {n}\t{n}\tcuộc\tĐề mục {n % 5}" for n in range(1, count + 1))
    return "\n".join(["Tên chỉ tiêu\tMức giao\tĐVT\tĐề mục", *rows])


def test_a_row_costs_few_queries_however_long_the_block_is(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    costs = []
    for count in (20, 60):
        with CaptureQueriesContext(connection) as asked:
            response = shown(as_staff, campaign, block_of(count), sector=sector.pk)
        assert response.context["pasted"].is_sound
        costs.append(len(asked))

    assert (costs[1] - costs[0]) / 40 <= 12


def test_new_targets_stand_last_of_their_headings_in_the_order_of_the_block(as_staff, campaign):
    sector = SectorFactory(campaign=campaign)
    heading = HeadingFactory(sector=sector, name="Đề mục 1")
    TargetFactory(campaign=campaign, sector=sector, heading=heading, number=1, name="Có sẵn")

    taken(as_staff, campaign, block_of(6), sector=sector.pk)

    rows = campaign.targets.order_by("number").values_list("number", "name", "heading__name")
    assert [(number, name) for number, name, at in rows if at == "Đề mục 1"] == [
        (1, "Có sẵn"),
        (2, "Chỉ tiêu thứ 1"),
        (3, "Chỉ tiêu thứ 6"),
    ]
    assert [number for number, _, _ in rows] == [1, 2, 3, 4, 5, 6, 7]


def test_a_row_that_is_wrong_changes_nothing_for_the_rows_after_it(as_staff, campaign):
    target = TargetFactory(campaign=campaign, number=1, name="Số lớp")
    block = "Mã\tTên chỉ tiêu\tMức giao\tĐVT\tTrong đó của\nCT01\tTên khác\tnhiều\tlớp\t\n\tMới\t5\tlớp\tSố lớp"

    response = taken(as_staff, campaign, block, sector=target.sector.pk)

    assert set(told(response)) == {(2, "goal")}
