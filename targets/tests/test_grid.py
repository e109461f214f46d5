"""The target grid: rows kept by themselves under the rules of the full form, put in order, copied, retired."""

import json
import random
from datetime import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries, assertRedirects

from campaigns.models import CampaignState, Event, GivenBy
from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory, PeriodFactory
from targets import allocating, arranging, grid, sectioning
from targets.goals import read_goal
from targets.models import Allocation, Answer, GoalChange, Heading, Target
from targets.numbers import show_interval
from targets.tests.factories import (
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    SectorFactory,
    SubmissionFactory,
    TargetFactory,
)
from targets.tests.racing import together
from units.models import Message, MessageKind, MessageState
from units.refusals import Refused
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2025, 10, 1, 9, tzinfo=WARD)


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser)


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def sector(campaign):
    return SectorFactory(campaign=campaign, name="Giáo dục", order=1)


def opened(campaign):
    campaign.state = CampaignState.OPEN
    campaign.save()


def page(client, campaign):
    return client.get(reverse("targets:grid", args=[campaign.slug]))


def post_json(client, address, **body):
    return client.post(address, json.dumps(body), content_type="application/json")


def add(client, sector, heading=None, **cells):
    address = reverse("targets:add_row", args=[sector.campaign.slug])
    return post_json(client, address, cells=cells, sector=str(sector.pk), heading=str(heading.pk) if heading else "")


def save(client, target, *, version=None, reason="", decision_number="", **cells):
    stored = Target.objects.get(pk=target.pk)
    version = grid.version_of(grid.cells_of(stored)) if version is None else version
    address = reverse("targets:save_row", args=[target.pk])
    return post_json(client, address, cells=cells, version=version, reason=reason, decision_number=decision_number)


def names(campaign):
    return list(campaign.targets.live().order_by("number").values_list("number", "name"))


def order(campaign):
    return [name for _, name in names(campaign)]


def row(campaign, sector, number, name, **fields):
    return TargetFactory(campaign=campaign, sector=sector, number=number, name=name, **fields)


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("targets", [1, 3, 40])
def test_the_grid_asks_the_same_questions_of_any_number_of_targets(as_staff, campaign, sector, targets):
    heading = HeadingFactory(sector=sector)
    whole = row(campaign, sector, 900, "Toàn bộ")
    for number in range(1, targets + 1):
        target = row(campaign, sector, number, f"Chỉ tiêu {number}", heading=heading, part_of=whole)
        target.lead = UnitFactory(organiser=campaign.organiser)
        target.save()
        target.coordinators.add(UnitFactory(organiser=campaign.organiser))
        GoalChange.objects.create(target=target, reason="Điều chỉnh", by=UserFactory(), at=AT)
    page(as_staff, campaign)

    with assertNumQueries(10):
        response = page(as_staff, campaign)

    assert response.context["count"] == targets + 1


def test_every_target_stands_with_links_that_need_no_script(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Tổng số lớp học", unit_of_measure="lớp", at_least=Decimal(139))

    text = page(as_staff, campaign).content.decode()

    assert "≥ 139" in text
    for name in ("edit_target", "retire_target", "move_target", "duplicate_target"):
        assert reverse(f"targets:{name}", args=[target.pk]) in text
    assert reverse("targets:add_target", args=[campaign.slug]) in text


def test_a_closed_campaign_is_only_read(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Tổng số lớp học")
    campaign.state = CampaignState.CLOSED
    campaign.save()

    text = page(as_staff, campaign).content.decode()
    refused = save(as_staff, target, name="Tên khác")

    assert "chỉ để xem" in text
    assert reverse("targets:move_target", args=[target.pk]) not in text
    assert refused.status_code == 422
    assert "kết thúc" in refused.json()["faults"][""]


# --- Typed cells become a target --------------------------------------------------------------------------------------


def test_a_typed_row_becomes_the_last_target_of_its_heading(as_staff, campaign, sector):
    nursery, primary = (
        HeadingFactory(sector=sector, name=name, order=n) for n, name in enumerate(["Mầm non", "Tiểu học"])
    )
    row(campaign, sector, 1, "Số trẻ", heading=nursery)
    row(campaign, sector, 2, "Số lớp", heading=primary)

    answer = add(as_staff, sector, nursery, name="Tổng số cháu đi nhà trẻ", goal="850 cháu")

    made = Target.objects.get(pk=answer.json()["key"])
    assert order(campaign) == ["Số trẻ", "Tổng số cháu đi nhà trẻ", "Số lớp"]
    assert (made.at_least, made.at_most, made.unit_of_measure) == (Decimal(850), None, "cháu")
    assert (made.answer, made.wording, made.given_by) == (Answer.NUMBER, made.name, GivenBy.WARD)
    assert made.number == 2
    assert made.code == "CT03"


def test_a_percentage_becomes_a_ratio_with_names_to_look_over(as_staff, campaign, sector):
    answer = add(as_staff, sector, name="Tỷ lệ hộ dân được sử dụng nước sạch", goal="95,5% trở lên")

    made = Target.objects.get(pk=answer.json()["key"])
    assert (made.answer, made.factor, made.unit_of_measure, made.decimals) == (Answer.RATIO, 100, "%", 1)
    assert made.amount_label
    assert made.base_label
    assert "gợi ý" in answer.json()["doubts"]["name"]


def test_cells_are_read_by_the_words_that_people_use(as_staff, campaign, sector):
    office = UnitFactory(organiser=campaign.organiser, name="Phòng Văn hoá - Xã hội", short_name="VHXH")
    police = UnitFactory(organiser=campaign.organiser, name="Công an phường")
    front = UnitFactory(organiser=campaign.organiser, name="Ủy ban Mặt trận Tổ quốc", short_name="MTTQ")
    whole = row(campaign, sector, 1, "Thu ngân sách", code="CT01")
    cells = {
        "name": "Thu nội địa",
        "goal": "trong dự toán 330.681",
        "unit_of_measure": "triệu đồng",
        "answer": "số",
        "single_source": "x",
        "part_of": "ct01",
        "lead": "phong van hoa",
        "coordinators": "công an; MTTQ",
        "given_by": "thành phố",
        "caution": "Chờ xác nhận",
    }

    answer = add(as_staff, sector, **cells)

    made = Target.objects.get(pk=answer.json()["key"])
    assert (made.at_least, made.at_most) == (None, Decimal(330681))
    assert (made.lead, set(made.coordinators.all()), made.part_of) == (office, {police, front}, whole)
    assert (made.single_source, made.given_by, made.caution) == (True, GivenBy.CITY, "Chờ xác nhận")


def test_what_is_wrong_is_told_beside_its_cell_and_nothing_is_written(as_staff, campaign, sector):
    for number in (1, 2):
        UnitFactory(organiser=campaign.organiser, name=f"Tổ dân phố {number}")
    cells = {"goal": "abc", "answer": "đoán", "lead": "Tổ dân phố", "coordinators": "Không có", "given_by": "xã"}

    answer = add(
        as_staff, sector, name="Chỉ tiêu", unit_of_measure="hộ", part_of="CT77", single_source="đôi khi", **cells
    )

    assert answer.status_code == 422
    faults = answer.json()["faults"]
    assert set(faults) == {"goal", "answer", "lead", "coordinators", "given_by", "part_of", "single_source"}
    assert "Tổ dân phố 1; Tổ dân phố 2" in faults["lead"]
    assert not campaign.targets.exists()


def test_the_rules_are_those_of_the_full_form(as_staff, campaign, sector):
    answer = add(as_staff, sector, name="", goal="từ 14 đến 13", answer="Số", unit_of_measure="%", decimals="9")

    assert answer.status_code == 422
    faults = answer.json()["faults"]
    assert {"name", "answer", "decimals"} <= set(faults)
    assert "Không cộng các tỷ lệ %" in faults["answer"]


def test_a_name_taken_under_the_heading_is_told_for_the_whole_row(as_staff, campaign, sector):
    row(campaign, sector, 1, "Số lớp")

    answer = add(as_staff, sector, name="Số lớp", goal="3", unit_of_measure="lớp")

    assert answer.json()["faults"] == {"": "Chỉ tiêu cùng tên đã có trong lĩnh vực, đề mục này."}


def test_a_row_of_a_sector_that_is_gone_or_foreign_is_refused_in_words(as_staff, campaign, sector):
    foreign = SectorFactory()
    address = reverse("targets:add_row", args=[campaign.slug])

    for where in ({"sector": str(foreign.pk)}, {"sector": "9" * 30}, {"sector": "abc"}, {}):
        answer = post_json(as_staff, address, cells={"name": "Số lớp"}, **where)
        assert answer.status_code == 422
        assert "không còn" in answer.json()["faults"][""]


@pytest.mark.parametrize(
    "body",
    [
        b"x",
        b"[]",
        b'"x"',
        b'{"cells": []}',
        b'{"cells": {"name": 5}}',
        b'{"cells": {}, "reason": 1}',
        b"\xff",
        b"[" * 9999,
        b'{"cells": {"name": "\\ud800"}}',
    ],
)
def test_a_request_of_another_shape_is_refused(as_staff, sector, body):
    address = reverse("targets:add_row", args=[sector.campaign.slug])

    answer = as_staff.post(address, body, content_type="application/json")

    assert answer.status_code == 400
    assert "không đúng dạng" in answer.json()["faults"][""]


def test_a_post_that_names_no_cell_does_nothing(as_staff, sector):
    address = reverse("targets:add_row", args=[sector.campaign.slug])

    assert as_staff.post(address).json() == {}
    assert not Target.objects.exists()


def test_a_cell_changes_alone_and_the_row_comes_back_as_it_is_now(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp", at_least=Decimal(139), how_to_count="Dòng 1\r\nDòng 2")

    answer = save(as_staff, target, goal="140,5")

    target.refresh_from_db()
    assert (target.at_least, target.decimals, target.name) == (Decimal("140.5"), 1, "Số lớp")
    assert "≥ 140,5" in answer.json()["html"]
    assert "saved_at" in answer.json()
    assert Event.objects.about(target).get().verb == "Sửa chỉ tiêu"


def test_the_same_cells_again_write_nothing(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp")

    answer = save(as_staff, target, name="Số lớp")

    assert answer.status_code == 200
    assert not Event.objects.exists()


def test_a_row_that_somebody_changed_meanwhile_shows_what_stands_now(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp")
    seen = grid.version_of(grid.cells_of(target))
    colleague = UserFactory(full_name="Trần Thị Bình")
    grid.keep_row(campaign, target.pk, {"goal": "≤ 5"}, version=seen, by=colleague, at=AT)

    answer = save(as_staff, target, version=seen, goal="140")

    assert answer.status_code == 409
    assert answer.json()["cells"]["goal"] == "≤ 5"
    assert answer.json()["by"] == "Trần Thị Bình"
    again = save(as_staff, target, version=answer.json()["version"], goal="140")
    assert again.status_code == 200


def test_a_unit_that_went_out_of_service_does_not_spoil_other_cells_of_its_row(campaign, sector, staff):
    twin = {"organiser": campaign.organiser, "short_name": "VP"}
    target = row(campaign, sector, 1, "Số lớp", lead=UnitFactory(name="Văn phòng Đảng ủy", **twin))
    UnitFactory(name="Văn phòng Ủy ban", **twin)

    grid.keep_row(campaign, target.pk, {"name": "Số lớp học"}, version=_version(target), by=staff, at=AT)

    target.refresh_from_db()
    assert (target.name, target.lead.name) == ("Số lớp học", "Văn phòng Đảng ủy")


def _version(target):
    return grid.version_of(grid.cells_of(target))


def test_a_foreign_row_is_not_found(client, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp")
    client.force_login(UserFactory(staff_of=OrganiserFactory()))

    assert save(client, target, name="x").status_code == 404
    assert page(client, campaign).status_code == 404


# --- Goals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("≥ 95", "= không thấp hơn 95 %"),
        ("từ 13 đến 14", "= từ 13 đến 14 %"),
        ("không còn", "= không quá 0 %"),
        ("trong dự toán 330.681", "= không quá 330.681 %"),
        ("đúng 12", "= đúng 12 %"),
        ("", "= chỉ theo dõi, không có mức"),
    ],
)
def test_a_goal_is_read_back_while_it_is_typed(as_staff, campaign, typed, words):
    answer = as_staff.get(reverse("targets:read_back", args=[campaign.slug]), {"goal": typed, "unit": "%"})

    assert answer.json()["words"] == words


def test_what_is_no_goal_is_told_while_it_is_typed(as_staff, campaign):
    answer = as_staff.get(reverse("targets:read_back", args=[campaign.slug]), {"goal": "nhiều"})

    assert set(answer.json()) == {"fault"}


def test_a_goal_typed_stored_printed_and_typed_again_is_the_same(campaign, sector, staff):
    dice = random.Random(2025)

    def number():
        return f"{dice.randint(0, 999_999_999):,}".replace(",", ".") + dice.choice(["", "", ",5", ",25", ",0625"])

    def figure(text):
        return Decimal(text.replace(".", "").replace(",", "."))

    shapes = ["≥ {}", "{} trở lên", "không quá {}", "trong dự toán {}", "đúng {}", "= {}", "{}", "ít nhất {}", "≤ {}"]
    target = row(campaign, sector, 1, "Số lớp")
    for _ in range(60):
        if dice.random() < 0.3:
            low, high = sorted([number(), number()], key=figure)
            typed = dice.choice(["từ {} đến {}", "{} - {}"]).format(low, high)
        else:
            typed = dice.choice([*shapes, "không còn", ""]).format(number())
        grid.keep_row(campaign, target.pk, {"goal": typed, "decimals": "4"}, version=_version(target), by=staff, at=AT)
        target = Target.objects.get(pk=target.pk)
        stored = target.at_least, target.at_most

        printed = grid.cells_of(target)["goal"]
        again = read_goal(printed)

        assert (again.at_least, again.at_most) == stored, typed
        assert show_interval(again.at_least, again.at_most) == printed


def test_an_open_campaign_keeps_the_old_goal_with_its_reason_and_decision(as_staff, campaign, sector, staff):
    target = row(campaign, sector, 1, "Số lớp", at_least=Decimal(139))
    opened(campaign)

    asked = save(as_staff, target, goal="140")
    half = save(as_staff, target, goal="140", reason="Thành phố giao thêm")
    kept = save(as_staff, target, goal="140", reason="Thành phố giao thêm", decision_number="45/QĐ-UBND")

    assert (asked.status_code, asked.json()["needs_reason"]) == (422, True)
    assert (half.status_code, half.json()["needs_reason"]) == (422, True)
    change = GoalChange.objects.get()
    assert (change.old_at_least, change.new_at_least) == (139, 140)
    assert (change.reason, change.decision_number, change.by) == ("Thành phố giao thêm", "45/QĐ-UBND", staff)
    assert "mức cũ ≥ 139 (QĐ số 45/QĐ-UBND)" in kept.json()["html"]
    assert "mức cũ ≥ 139 (QĐ số 45/QĐ-UBND)" in page(as_staff, campaign).content.decode()


def test_in_an_open_campaign_a_way_of_counting_that_results_rest_on_changes_by_a_decision(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp")
    ResultFactory(target=target, revision__submission__period__campaign=campaign)
    opened(campaign)
    why = {"reason": "Sửa sót", "decision_number": "45/QĐ-UBND"}

    asked = save(as_staff, target, unit_of_measure="phòng")
    kept = save(as_staff, target, unit_of_measure="phòng", **why)

    assert (asked.status_code, asked.json()["needs_reason"]) == (422, True)
    assert "đơn vị tính" in asked.json()["faults"]["reason"]
    assert kept.status_code == 200
    assert "đơn vị tính: cuộc → phòng" in Event.objects.about(target).get(verb="Sửa chỉ tiêu").detail


def test_in_an_open_campaign_a_faulty_row_is_mended_before_its_reason_is_asked(as_staff, campaign, sector):
    target = row(campaign, sector, 1, "Số lớp")
    opened(campaign)

    answer = save(as_staff, target, goal="140", name="")

    assert answer.json()["needs_reason"] is False
    assert {"name", "reason"} <= set(answer.json()["faults"])


# --- Order ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(campaign):
    """Economy: thu, chi; education: (no heading) trường, nursery: cháu, primary: lớp, trò; defence: nothing."""
    economy, education, defence = (
        SectorFactory(campaign=campaign, name=name, order=n)
        for n, name in enumerate(["Kinh tế", "Giáo dục", "Quốc phòng"], start=1)
    )
    nursery, primary = (
        HeadingFactory(sector=education, name=name, order=n) for n, name in enumerate(["Mầm non", "Tiểu học"], start=1)
    )
    places = [
        (economy, None),
        (economy, None),
        (education, None),
        (education, nursery),
        (education, primary),
        (education, primary),
    ]
    made = {
        name: row(campaign, place[0], number, name, heading=place[1])
        for number, (name, place) in enumerate(zip("thu chi trường cháu lớp trò".split(), places, strict=True), start=1)
    }
    return made | {
        "Kinh tế": economy,
        "Giáo dục": education,
        "Quốc phòng": defence,
        "Mầm non": nursery,
        "Tiểu học": primary,
    }


def stepped(plan, name, up, staff, times=1):
    for _ in range(times):
        arranging.step(plan[name], up=up, by=staff, at=AT)
    return Target.objects.get(pk=plan[name].pk)


def test_a_step_swaps_neighbours_and_codes_stay(campaign, plan, staff):
    codes = dict(campaign.targets.values_list("name", "code"))

    stepped(plan, "trò", True, staff)

    assert names(campaign) == list(enumerate("thu chi trường cháu trò lớp".split(), start=1))
    assert dict(campaign.targets.values_list("name", "code")) == codes


def test_steps_lead_through_headings_and_sectors_and_stop_at_the_ends(campaign, plan, staff):
    moved = stepped(plan, "cháu", True, staff)
    assert (moved.sector, moved.heading, moved.number) == (plan["Giáo dục"], None, 4)

    moved = stepped(plan, "cháu", True, staff, times=2)
    assert (moved.sector, moved.heading, moved.number) == (plan["Kinh tế"], None, 3)

    moved = stepped(plan, "trò", False, staff)
    assert (moved.sector, moved.heading) == (plan["Quốc phòng"], None)
    with pytest.raises(Refused, match="cuối"):
        stepped(plan, "trò", False, staff)
    stepped(plan, "chi", True, staff)
    with pytest.raises(Refused, match="đầu"):
        stepped(plan, "chi", True, staff)


def test_a_target_goes_before_another_or_to_the_end_of_a_heading(as_staff, campaign, plan):
    address = reverse("targets:move_target", args=[plan["thu"].pk])
    education = {"sector": plan["Giáo dục"].pk}

    as_staff.post(address, education | {"heading": plan["Tiểu học"].pk, "before": plan["trò"].pk})
    assert order(campaign) == "chi trường cháu lớp thu trò".split()
    as_staff.post(address, education | {"heading": plan["Mầm non"].pk})
    assert order(campaign) == "chi trường cháu thu lớp trò".split()
    as_staff.post(address, education)
    assert order(campaign) == "chi trường thu cháu lớp trò".split()
    as_staff.post(address, {"sector": plan["Quốc phòng"].pk})
    assert order(campaign) == "chi trường cháu lớp trò thu".split()

    plan["thu"].refresh_from_db()
    assert (plan["thu"].sector, plan["thu"].heading, plan["thu"].number) == (plan["Quốc phòng"], None, 6)


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"to": "sang ngang"},
        {"sector": "1000"},
        {"sector": "Kinh tế", "heading": "Mầm non"},
        {"sector": "Kinh tế", "before": "trò"},
    ],
)
def test_a_place_that_is_none_is_refused_in_words(as_staff, campaign, plan, where):
    posted = {name: plan[text].pk if text in plan else text for name, text in where.items()}

    response = as_staff.post(reverse("targets:move_target", args=[plan["thu"].pk]), posted, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert order(campaign) == "thu chi trường cháu lớp trò".split()


@pytest.mark.django_db(transaction=True)
def test_rows_moved_by_two_people_at_once_keep_numbers_of_their_own(campaign, plan, staff):
    def mover(name, up):
        return lambda: arranging.step(plan[name], up=up, by=staff, at=AT)

    together(mover("thu", False), mover("trò", True))

    assert names(campaign) == list(enumerate("chi thu trường cháu trò lớp".split(), start=1))


def test_a_target_does_not_move_where_its_name_is_taken(campaign, plan, staff):
    row(campaign, plan["Kinh tế"], 7, "trò")

    with pytest.raises(Refused, match="cùng tên"):
        arranging.move(plan["trò"], sector=plan["Kinh tế"], by=staff, at=AT)


def test_sectors_and_headings_move_with_everything_in_them(as_staff, campaign, plan):
    as_staff.post(reverse("targets:move_heading", args=[plan["Tiểu học"].pk]), {"to": "up"})
    assert order(campaign) == "thu chi trường lớp trò cháu".split()
    as_staff.post(reverse("targets:move_sector", args=[plan["Kinh tế"].pk]), {"to": "down"})
    assert order(campaign) == "trường lớp trò cháu thu chi".split()
    as_staff.post(reverse("targets:move_heading", args=[plan["Tiểu học"].pk]), {"to": "down"})
    assert order(campaign) == "trường cháu lớp trò thu chi".split()
    refused = as_staff.post(reverse("targets:move_sector", args=[plan["Giáo dục"].pk]), {"to": "up"}, follow=True)

    assert "đã đứng đầu" in refused.content.decode()
    assert [number for number, _ in names(campaign)] == [1, 2, 3, 4, 5, 6]


def test_a_sector_is_added_renamed_and_removed_only_when_it_is_empty(as_staff, campaign, plan):
    as_staff.post(reverse("targets:add_sector", args=[campaign.slug]), {"name": "Môi trường"})
    added = campaign.sectors.get(name="Môi trường")
    as_staff.post(reverse("targets:rename_sector", args=[added.pk]), {"name": "Tài nguyên, môi trường"})
    twice = as_staff.post(reverse("targets:add_sector", args=[campaign.slug]), {"name": "Kinh tế"}, follow=True)
    as_staff.post(reverse("targets:remove_sector", args=[added.pk]))
    held = as_staff.post(reverse("targets:remove_sector", args=[plan["Kinh tế"].pk]), follow=True)

    assert "“Kinh tế” đã có." in twice.content.decode()
    assert sectioning.HAS_TARGETS in held.content.decode()
    assert list(campaign.sectors.values_list("name", flat=True)) == ["Kinh tế", "Giáo dục", "Quốc phòng"]
    assert added.order == 4


def test_headings_nest_and_are_removed_only_when_nothing_stands_below(as_staff, campaign, plan):
    address = reverse("targets:add_heading", args=[plan["Giáo dục"].pk])
    as_staff.post(address, {"name": "Công lập", "parent": plan["Tiểu học"].pk})
    below = Heading.objects.get(name="Công lập")
    arranging.move(plan["trò"], sector=plan["Giáo dục"], heading=below, by=UserFactory(), at=AT)
    arranging.move(plan["lớp"], sector=plan["Giáo dục"], heading=below, by=UserFactory(), at=AT)

    held = as_staff.post(reverse("targets:remove_heading", args=[plan["Tiểu học"].pk]), follow=True)
    as_staff.post(reverse("targets:rename_heading", args=[below.pk]), {"name": "Trường công lập"})
    text = page(as_staff, campaign).content.decode()

    assert sectioning.HAS_TARGETS in held.content.decode()
    assert below.parent == plan["Tiểu học"]
    assert text.index("Tiểu học") < text.index("Trường công lập") < text.index("lớp")
    foreign = as_staff.post(
        reverse("targets:add_heading", args=[plan["Kinh tế"].pk]), {"name": "x", "parent": below.pk}, follow=True
    )
    assert [message.level_tag for message in foreign.context["messages"]] == ["error"]


def test_a_name_left_empty_or_of_two_lines_is_refused(as_staff, campaign, plan):
    for name in ("", "Hai\ndòng", "x" * 201):
        response = as_staff.post(
            reverse("targets:rename_sector", args=[plan["Kinh tế"].pk]), {"name": name}, follow=True
        )
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert campaign.sectors.filter(name="Kinh tế").exists()


def test_targets_in_the_order_of_the_plan_are_not_pulled_together(as_staff, campaign, plan):
    """A target under the sector itself may stand behind a heading, as in the signed plan; the heading is not lost."""
    row(campaign, plan["Giáo dục"], 7, "phòng")

    text = page(as_staff, campaign).content.decode()

    assert "Không thuộc đề mục" in text
    assert text.index("trò<") < text.index("Không thuộc đề mục") < text.index("phòng<")


# --- Copies and retirement --------------------------------------------------------------------------------------------


def test_a_copy_stands_behind_its_original_with_a_name_and_code_of_its_own(as_staff, campaign, plan):
    office = UnitFactory(organiser=campaign.organiser)
    plan["thu"].coordinators.add(office)
    AllocationFactory(target=plan["thu"], unit=office)

    as_staff.post(reverse("targets:duplicate_target", args=[plan["thu"].pk]))
    as_staff.post(reverse("targets:duplicate_target", args=[plan["thu"].pk]))

    assert order(campaign)[:4] == ["thu", "thu (bản sao 2)", "thu (bản sao)", "chi"]
    copy = campaign.targets.get(name="thu (bản sao)")
    assert (copy.code, copy.at_least, list(copy.coordinators.all())) == ("CT07", plan["thu"].at_least, [office])
    assert not copy.allocations.exists()


def test_a_copy_of_the_last_target_and_of_the_longest_name_fits(campaign, plan, staff):
    plan["trò"].name = "Tên " + "dài " * 73
    plan["trò"].save()

    copy = arranging.duplicate(plan["trò"], by=staff, at=AT)

    assert len(copy.name) <= 300
    assert copy.name.endswith("(bản sao)")
    assert order(campaign)[-1] == copy.name


def test_in_an_open_campaign_numbers_stay_until_somebody_moves_a_row(as_staff, campaign, plan, staff):
    opened(campaign)
    arranging.duplicate(plan["thu"], by=staff, at=AT)
    add(as_staff, plan["Kinh tế"], name="nợ", goal="5", unit_of_measure="triệu đồng")
    before = dict(campaign.targets.values_list("name", "number"))

    stepped(plan, "chi", True, staff)

    assert before == {
        **{name: n for n, name in enumerate("thu chi trường cháu lớp trò".split(), start=1)},
        "thu (bản sao)": 7,
        "nợ": 8,
    }
    assert order(campaign) == ["chi", "thu", "thu (bản sao)", "nợ", "trường", "cháu", "lớp", "trò"]


def test_retiring_in_a_draft_closes_the_ranks_and_keeps_what_was_given(as_staff, campaign, plan):
    AllocationFactory(target=plan["chi"])

    response = as_staff.post(reverse("targets:retire_target", args=[plan["chi"].pk]))

    assertRedirects(
        response, reverse("targets:grid", args=[campaign.slug]) + "#thoi-theo-doi", fetch_redirect_response=False
    )
    assert names(campaign) == list(enumerate("thu trường cháu lớp trò".split(), start=1))
    assert "Chỉ tiêu đã thôi theo dõi (1)" in page(as_staff, campaign).content.decode()
    as_staff.post(reverse("targets:bring_back_target", args=[plan["chi"].pk]))
    assert order(campaign) == "thu chi trường cháu lớp trò".split()
    assert plan["chi"].allocations.open().count() == 1


def test_retiring_in_an_open_campaign_ends_the_duties_by_a_decision(as_staff, campaign, plan, staff):
    unit = UnitFactory(organiser=campaign.organiser)
    ParticipationFactory(campaign=campaign, unit=unit)
    allocating.allocate(plan["chi"], {unit: (Decimal(40), None)}, by=staff, at=AT)
    opened(campaign)
    address = reverse("targets:retire_target", args=[plan["chi"].pk])

    asked = as_staff.post(address, {"reason": "Bỏ theo nghị quyết"})
    assert "decision_number" in asked.context["form"].errors
    assert "Bỏ theo nghị quyết" in asked.content.decode()
    as_staff.post(address, {"reason": "Bỏ theo nghị quyết", "decision_number": "12/NQ-HĐND"})

    change = GoalChange.objects.get()
    assert (change.ends_duty, change.allocation.unit, change.decision_number) == (True, unit, "12/NQ-HĐND")
    assert Allocation.objects.get().ended_at is not None
    assert [number for number, _ in names(campaign)] == [1, 3, 4, 5, 6]
    as_staff.post(reverse("targets:bring_back_target", args=[plan["chi"].pk]))
    assert order(campaign) == "thu chi trường cháu lớp trò".split()
    assert not plan["chi"].allocations.open().exists()


@pytest.mark.parametrize("count", [2, 20])
def test_retiring_takes_the_same_queries_for_any_number_of_units(
    campaign, sector, staff, count, django_assert_max_num_queries
):
    target = row(campaign, sector, 1, "Số lớp")
    period = PeriodFactory(campaign=campaign)
    opened(campaign)
    for _ in range(count):
        unit = AllocationFactory(target=target).unit
        SubmissionFactory(period=period, unit=unit)
        UserFactory(reporter_of=unit)
        unit.memberships.update(starts_on=AT.date())

    with django_assert_max_num_queries(28):
        arranging.retire(target, reason="Bỏ theo nghị quyết", decision_number="12/NQ-HĐND", by=staff, at=AT)

    assert not target.allocations.filter(ended_at=None).exists()
    assert Message.objects.filter(kind=MessageKind.ALLOCATION, state=MessageState.WAITING).count() == count


def test_a_target_of_a_single_source_is_retired_with_its_duty(campaign, sector, staff):
    target = row(campaign, sector, 1, "Số lớp", single_source=True)
    share = AllocationFactory(target=target)
    opened(campaign)

    arranging.retire(target, reason="Bỏ theo nghị quyết", decision_number="12/NQ-HĐND", by=staff, at=AT)

    share.refresh_from_db()
    assert share.ended_at == AT


def test_what_others_are_part_of_is_not_retired_under_them(campaign, plan, staff):
    plan["chi"].part_of = plan["thu"]
    plan["chi"].save()

    with pytest.raises(Refused, match="trong đó"):
        arranging.retire(plan["thu"], by=staff, at=AT)
    arranging.retire(plan["chi"], by=staff, at=AT)
    arranging.retire(plan["thu"], by=staff, at=AT)
    with pytest.raises(Refused, match="đã thôi theo dõi"):
        arranging.bring_back(plan["chi"], by=staff, at=AT)


def test_a_retired_target_neither_moves_nor_is_copied_nor_kept(as_staff, campaign, plan, staff):
    arranging.retire(plan["chi"], by=staff, at=AT)

    for verb in (arranging.duplicate, arranging.retire):
        with pytest.raises(Refused, match="thôi theo dõi"):
            verb(plan["chi"], by=staff, at=AT)
    with pytest.raises(Refused, match="thôi theo dõi"):
        arranging.step(plan["chi"], up=True, by=staff, at=AT)
    with pytest.raises(Refused, match="đang được theo dõi"):
        arranging.bring_back(plan["thu"], by=staff, at=AT)
    assert "thôi theo dõi" in save(as_staff, plan["chi"], name="x").json()["faults"][""]


def test_a_target_whose_name_was_taken_meanwhile_does_not_come_back(as_staff, campaign, plan, staff):
    arranging.retire(plan["chi"], by=staff, at=AT)
    row(campaign, plan["Kinh tế"], 99, "chi")

    response = as_staff.post(reverse("targets:bring_back_target", args=[plan["chi"].pk]), follow=True)

    assert "cùng tên" in response.content.decode()
    assert Target.objects.get(pk=plan["chi"].pk).retired
