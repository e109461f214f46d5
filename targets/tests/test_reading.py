"""The plan's text beside what was read out of it: decided one by one, and written into the plan whole or not at all."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from pytest_django.asserts import assertRedirects

from campaigns.models import CampaignState, Event, GivenBy
from campaigns.tests.factories import CampaignFactory
from targets import reading
from targets.models import PlanReading, Target
from targets.read_items import digest, items_of, lines_of, stamp
from targets.tests.factories import TargetFactory
from units.tests.factories import OrganiserFactory, UserFactory

pytestmark = pytest.mark.django_db

PLAN = """3. Các chỉ tiêu thi đua
* Chỉ tiêu kinh tế:
- Giá trị sản xuất công nghiệp: 537.487,84 triệu đồng.
- Thu ngân sách: 330.681 triệu đồng.
* Chỉ tiêu giáo dục:
- Giáo dục mầm non:
+ Tổng số cháu đi nhà trẻ: 850 cháu;
- Tỷ lệ gia đình đạt chuẩn gia đình văn hóa: 95%.
V. TỔ CHỨC THỰC HIỆN
1. Các đơn vị báo cáo kết quả gửi về UBND phường trước ngày 10/12/2025.
2. Phòng Văn hoá - Xã hội tổng hợp, báo cáo gửi thành phố trước ngày 15/12/2025.
Nơi nhận:
- Ban TĐKT thành phố;
- Lưu: VT.
"""


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True, recipients="")


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser, full_name="Trần Thị Bình")


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def held(campaign, staff, time_machine):
    time_machine.move_to("2025-09-10 09:00+07:00", tick=False)
    return PlanReading.objects.create(campaign=campaign, text=PLAN.strip(), by=staff, at="2025-09-10T09:00+07:00")


def url(name, campaign, *further):
    return reverse(f"targets:{name}", args=[campaign.slug, *further])


def items(held):
    return items_of(PlanReading.objects.select_related("campaign").get(pk=held.pk))


def item(held, words):
    """The first proposal, parts of the plan aside, whose name or words hold some words."""
    return next(each for each in items(held) if words in each.name and each.kind != "part")


def decided(client, held, each, /, verdict="take", **typed):
    """Post a decision as the browser's form does: with everything that stands in the boxes."""
    fields = {"verdict": verdict, "version": each.version, "kind": each.kind} | each.fields | typed
    fields = {name: text for name, text in fields.items() if text != "" or name == "verdict"}
    return client.post(url("decide_proposal", held.campaign, each.key), fields)


def take_everything(client, held):
    """Confirm all as read; what the plan leaves open is answered as a clerk would."""
    for each in items(held):
        answer = {}
        if each.kind == "movement":
            answer = {"launched_by": GivenBy.CENTRE}
        if each.kind == "part" and each.beside:
            answer = {"which": "text", "held": digest(each.beside)}
        response = decided(client, held, each, **answer)
        assert response.status_code == 302, response.content.decode()


def write(client, held, **typed):
    seen = stamp(PlanReading.objects.get(pk=held.pk))
    return client.post(url("write_plan", held.campaign), {"seen": seen} | typed, follow=True)


# --- Taking the text in ---------------------------------------------------------------------------------------------


def test_pasted_text_is_read_and_nothing_stands_in_the_plan_yet(as_staff, campaign, staff):
    response = as_staff.post(url("reading", campaign), {"text": PLAN}, follow=True)

    page = response.content.decode()
    assert "mục chờ quyết" in page
    assert "537.487,84" in page
    kept = PlanReading.objects.get()
    assert (kept.campaign, kept.by, kept.decisions) == (campaign, staff, {})
    assert not campaign.targets.exists()
    assert Event.objects.about(campaign).get().verb == "Đưa văn bản kế hoạch vào đọc"


def test_windows_line_ends_split_accents_and_control_characters_are_mended(as_staff, campaign):
    as_staff.post(url("reading", campaign), {"text": "* Kinh te\u0302\u0301:\r\n- Thu\x00: 5 tỷ đồng.\x07"})

    assert PlanReading.objects.get().text == "* Kinh tế:\n- Thu: 5 tỷ đồng."


@pytest.mark.parametrize("typed", [{}, {"text": "   \n "}, {"text": "\x00\x01"}])
def test_an_empty_text_is_refused(as_staff, campaign, typed):
    page = as_staff.post(url("reading", campaign), typed).content.decode()

    assert "Đề nghị dán văn bản hoặc chọn một tệp." in page or "Văn bản không có chữ nào." in page
    assert not PlanReading.objects.exists()


def test_a_megabyte_of_text_is_refused_in_words_and_kept_in_the_box(as_staff, campaign):
    text = "- Chỉ tiêu mẫu: 5 hộ.\n" * 45_000

    response = as_staff.post(url("reading", campaign), {"text": text})

    assert response.status_code == 200
    assert "dài hơn 300.000 ký tự" in response.content.decode()
    assert "- Chỉ tiêu mẫu: 5 hộ." in response.content.decode()
    assert not PlanReading.objects.exists()


def test_more_proposals_than_anybody_could_look_through_are_refused(as_staff, campaign):
    text = "3. Các chỉ tiêu\n* Kinh tế:\n" + "".join(f"- Số hộ nhóm {n}: 5 hộ.\n" for n in range(1_001))

    page = as_staff.post(url("reading", campaign), {"text": text}).content.decode()

    assert "hơn 1.000 mục" in page
    assert not PlanReading.objects.exists()


def test_a_text_without_any_target_says_so_and_stays_on_the_screen(as_staff, campaign):
    page = as_staff.post(url("reading", campaign), {"text": "Thực đơn hôm nay có canh chua."}, follow=True)

    assert "Không đọc được chỉ tiêu nào" in page.content.decode()
    assert "Thực đơn hôm nay có canh chua." in page.content.decode()


def test_a_word_file_is_read(as_staff, campaign):
    paper, kept = Document(), io.BytesIO()
    for line in PLAN.split("\n"):
        paper.add_paragraph(line)
    paper.save(kept)

    as_staff.post(url("reading", campaign), {"file": SimpleUploadedFile("Kế hoạch.docx", kept.getvalue())})

    stored = PlanReading.objects.get()
    assert stored.source_name == "Kế hoạch.docx"
    assert "Thu ngân sách: 330.681 triệu đồng." in stored.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ke-hoach.docx", b"khong phai word"),
        ("ke-hoach.pdf", b"%PDF-1.4 hong"),
        ("ke-hoach.txt", b"a"),
        ("a.docx", b""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_box(as_staff, campaign, name, content):
    response = as_staff.post(url("reading", campaign), {"file": SimpleUploadedFile(name, content)})

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not PlanReading.objects.exists()


def test_a_text_and_a_file_at_once_are_refused(as_staff, campaign):
    file = SimpleUploadedFile("a.docx", b"x")

    page = as_staff.post(url("reading", campaign), {"text": PLAN, "file": file}).content.decode()

    assert "Đề nghị dán văn bản hoặc chọn tệp, không cả hai." in page


def test_another_text_takes_the_place_only_when_asked_and_what_was_decided_stays(as_staff, held):
    decided(as_staff, held, item(held, "Thu ngân sách"))
    fresh = {"text": PLAN.replace("850 cháu", "900 cháu"), "seen": digest(held.text)}

    asked = as_staff.post(url("reading", held.campaign), fresh)
    assert "đề nghị đánh dấu nếu muốn thay" in asked.content.decode()
    as_staff.post(url("reading", held.campaign), fresh | {"replaces": "on"})

    assert item(held, "Thu ngân sách").is_taken
    assert item(held, "nhà trẻ").fields["goal"].startswith("900") or "900" in item(held, "nhà trẻ").fields["goal"]


def test_decisions_whose_sentence_is_gone_are_counted_aloud(as_staff, held):
    decided(as_staff, held, item(held, "Thu ngân sách"))
    fresh = {"text": PLAN.replace("330.681", "340.000"), "seen": digest(held.text), "replaces": "on"}

    page = as_staff.post(url("reading", held.campaign), fresh, follow=True).content.decode()

    assert "1 điều đã quyết không còn câu tương ứng" in page
    assert not item(held, "Thu ngân sách").verdict


def test_a_text_that_somebody_else_put_in_meanwhile_is_not_overwritten(as_staff, held):
    typed = {"text": "* Khác:\n- Số hộ: 5 hộ.", "seen": digest("văn bản cũ"), "replaces": "on"}

    page = as_staff.post(url("reading", held.campaign), typed).content.decode()

    assert "đề nghị xem lại rồi thay" in page
    held.refresh_from_db()
    assert held.text == PLAN.strip()


@pytest.mark.parametrize("state", [CampaignState.OPEN, CampaignState.CLOSED])
def test_only_a_draft_is_read_into_and_the_page_says_why(as_staff, held, state):
    campaign, each = held.campaign, items(held)[0]
    campaign.state = state
    campaign.save()

    page = as_staff.get(url("reading", campaign)).content.decode()
    posted = as_staff.post(url("reading", campaign), {"text": "* A:\n- B: 5 hộ."}, follow=True).content.decode()
    after = decided(as_staff, held, each)

    assert "Chỉ đọc văn bản vào đợt thi đua đang soạn." in page
    assert "Chỉ đọc văn bản vào đợt thi đua đang soạn." in posted
    assertRedirects(after, url("reading", campaign))
    held.refresh_from_db()
    assert (held.text, held.decisions) == (PLAN.strip(), {})


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_a_decision_is_kept_with_who_and_when_and_the_plan_is_untouched(as_staff, held, staff):
    each = item(held, "Thu ngân sách")

    response = decided(as_staff, held, each)

    assertRedirects(response, f"{url('reading', held.campaign)}#{each.key}", fetch_redirect_response=False)
    kept = PlanReading.objects.get().decisions[each.key]
    assert (kept["verdict"], kept["by"], kept["at"]) == ("take", str(staff), "2025-09-10T02:00:00+00:00")
    assert not Target.objects.exists()


def test_a_script_gets_the_card_and_the_line_of_progress(as_staff, held):
    each = item(held, "Thu ngân sách")
    fields = {"verdict": "take", "version": 0, "as_read": "1"}

    answer = as_staff.post(
        url("decide_proposal", held.campaign, each.key), fields, headers={"Accept": "application/json"}
    ).json()

    assert "Đã nhận" in answer["card"]
    assert f"Đã quyết 1/{len(items(held))}" in answer["bar"]


def test_a_corrected_proposal_is_marked_and_its_goal_is_said_back(as_staff, held):
    decided(as_staff, held, item(held, "nhà trẻ"), goal="đúng 850")

    each = item(held, "nhà trẻ")
    page = as_staff.get(url("reading", held.campaign)).content.decode()
    assert each.is_corrected
    assert "Đã nhận, có sửa" in page
    assert "= 850 cháu" in page


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        ("nhà trẻ", {"goal": "nhiều lắm"}, ""),
        ("nhà trẻ", {"unit_of_measure": ""}, "Đề nghị ghi đơn vị tính."),
        ("nhà trẻ", {"name": ""}, "Đề nghị điền mục này."),
        ("nhà trẻ", {"sector": "", "heading": ""}, "Đề nghị chọn một lĩnh vực"),
        ("nhà trẻ", {"new_sector": "Khác"}, "không cả hai"),
        ("nhà trẻ", {"sector": "khong-co"}, ""),
        ("nhà trẻ", {"goal": "từ 14 đến 13"}, ""),
        ("gia đình văn hóa", {"base_label": ""}, "Chỉ tiêu tỷ lệ cần tên tử số"),
        ("gia đình văn hóa", {"goal": "120"}, "nhiều nhất là 100"),
        ("gia đình văn hóa", {"goal": "95,5", "decimals": "0"}, "chữ số thập phân"),
        ("10/12/2025", {"words": "10/12/2025"}, "Chưa rõ ngày đó"),
        ("10/12/2025", {"words": "trước ngày 31/02/2025"}, "Lịch không có"),
        ("10/12/2025", {"figures_as_of": ""}, "Đề nghị ghi ngày chốt số liệu"),
        ("10/12/2025", {"period": ""}, "Đề nghị điền mục này."),
        ("10/12/2025", {"whose": ""}, "Đề nghị điền mục này."),
    ],
)
def test_what_cannot_stand_in_a_plan_is_refused_at_its_box_and_nothing_is_kept(as_staff, held, words, typed, sentence):
    each = item(held, words)

    response = decided(as_staff, held, each, **typed)

    assert response.status_code == 200
    page = response.content.decode()
    assert "is-invalid" in page or "alert" in page
    assert sentence in page
    assert PlanReading.objects.get().decisions == {}


def test_a_dropped_proposal_can_be_looked_at_again(as_staff, held):
    each = item(held, "Thu ngân sách")
    decided(as_staff, held, each, verdict="drop")
    assert item(held, "Thu ngân sách").is_dropped

    decided(as_staff, held, item(held, "Thu ngân sách"), verdict="")

    assert item(held, "Thu ngân sách").verdict == ""


def test_a_thing_taken_for_another_kind_changes_its_kind(as_staff, held):
    each = item(held, "Giáo dục mầm non")
    page = as_staff.get(url("decide_proposal", held.campaign, each.key), {"kind": "sector"}).content.decode()
    assert "Tên lĩnh vực" in page

    decided(as_staff, held, each, kind="sector", name="Mầm non")

    assert (item(held, "Mầm non").kind, item(held, "Mầm non").is_taken) == ("sector", True)


def test_two_people_deciding_the_same_proposal_see_both(client, as_staff, held):
    each = item(held, "nhà trẻ")
    decided(as_staff, held, each, goal="900")
    client.force_login(UserFactory(office_of=held.campaign.organiser))

    response = decided(client, held, each, goal="800")

    page = response.content.decode()
    assert "Trần Thị Bình vừa quyết mục này" in page
    assert "900" in page
    assert 'value="800"' in page
    assert item(held, "nhà trẻ").fields["goal"] == "900"
    again = decided(client, held, item(held, "nhà trẻ"), goal="800")
    assert again.status_code == 302
    assert item(held, "nhà trẻ").fields["goal"] == "800"


def test_a_conflict_is_409_for_a_script_and_the_same_decision_twice_is_none(as_staff, held):
    each = item(held, "nhà trẻ")
    decided(as_staff, held, each)

    assert decided(as_staff, held, each).status_code == 302
    fields = {"verdict": "drop", "version": 0}
    address = url("decide_proposal", held.campaign, each.key)
    assert as_staff.post(address, fields, headers={"Accept": "application/json"}).status_code == 409


def test_a_proposal_that_is_not_in_the_text_is_not_found(as_staff, held):
    assert as_staff.get(url("decide_proposal", held.campaign, "target-khong-co")).status_code == 404
    assert as_staff.post(url("decide_proposal", held.campaign, "target-khong-co")).status_code == 404


def test_doubts_are_told_and_can_be_filtered(as_staff, held):
    response = as_staff.get(url("reading", held.campaign), {"loc": "xem-lai"})

    assert "Kế hoạch không ghi ngày chốt số liệu" in response.content.decode()
    shown = {card.item.key for _, cards, _ in response.context["rows"] for card in cards}
    assert shown == {each.key for each in items(held) if each.needs_look}


@pytest.mark.parametrize(
    ("asked", "words", "wrong"),
    [
        ({"goal": "95% trở lên"}, "Hiểu là: ≥ 95 %", False),
        ({"goal": "từ 13 đến 14", "unit_of_measure": "cuộc"}, "Hiểu là: 13 – 14 cuộc", False),
        ({"goal": ""}, "Hiểu là: theo dõi", False),
        ({"words": "trước ngày 10/12/2025"}, "Đúng hạn: đến hết 23:59 thứ Ba, ngày 09/12/2025.", False),
        ({"words": "10/12"}, "Đề nghị ghi đủ năm", True),
    ],
)
def test_what_is_typed_is_read_back(as_staff, campaign, asked, words, wrong):
    answer = as_staff.get(url("read_typed", campaign), asked).json()

    assert answer["words"].startswith(words)
    assert answer["wrong"] is wrong


# --- Several at once, and the text itself ---------------------------------------------------------------------------


def test_the_clear_ones_are_looked_through_and_taken_together(as_staff, held):
    preview = as_staff.get(url("take_clear", held.campaign))
    seen = [f"{card.item.key}:{card.item.version}" for card in preview.context["cards"]]
    clear = {each.key for each in items(held) if each.is_clear}
    assert {pair.split(":")[0] for pair in seen} == clear

    as_staff.post(url("take_clear", held.campaign), {"seen": seen})

    assert {each.key for each in items(held) if each.is_taken} == clear
    assert all(not each.verdict for each in items(held) if each.doubts)


def test_a_doubtful_one_is_never_taken_with_the_others(as_staff, held):
    doubtful = next(each for each in items(held) if each.doubts)

    page = as_staff.post(url("take_clear", held.campaign), {"seen": [f"{doubtful.key}:0"]}, follow=True)

    assert "Đã nhận 0 mục." in page.content.decode()
    assert PlanReading.objects.get().decisions == {}


def test_the_verb_itself_takes_nothing_doubtful_and_nothing_that_changed(held, staff):
    doubtful, changed = next(each for each in items(held) if each.doubts), item(held, "Thu ngân sách")
    wanted = [reading.Decision(doubtful.key, "take", 0), reading.Decision(changed.key, "take", 3)]

    assert reading.take_all(held, wanted, by=staff, at=held.at) == 0
    assert PlanReading.objects.get().decisions == {}


def test_lines_are_corrected_and_read_again_while_decisions_stay(as_staff, held):
    decided(as_staff, held, item(held, "Thu ngân sách"))
    each = item(held, "nhà trẻ")
    lines = "\n".join(lines_of(held)[each.first_line - 1 : each.last_line])
    typed = {"first": each.first_line, "last": each.last_line, "seen": digest(lines)}
    typed["words"] = "+ Tổng số cháu đi nhà trẻ là 850 cháu;\n+ Tổng số học sinh mẫu giáo: 3.268 học sinh."

    as_staff.post(url("correct_lines", held.campaign), typed)

    assert item(held, "mẫu giáo").kind == "target"
    assert item(held, "Thu ngân sách").is_taken
    stale = as_staff.post(url("correct_lines", held.campaign), typed | {"words": "khác"}, follow=True)
    assert "vừa được người khác sửa" in stale.content.decode()


@pytest.mark.parametrize(("first", "last"), [("", ""), ("0", "1"), ("1", "999999999999"), ("5", "2"), ("một", "hai")])
def test_lines_that_are_not_there_are_refused(as_staff, held, first, last):
    typed = {"first": first, "last": last, "seen": digest(""), "words": "x"}

    for name in ("correct_lines", "add_from_lines"):
        if name == "correct_lines" or first == "một":
            assert as_staff.post(url(name, held.campaign), typed, follow=True).status_code == 200

    held.refresh_from_db()
    assert held.text == PLAN.strip()


def test_a_target_that_was_not_seen_is_added_from_its_line(as_staff, held):
    number = next(n for n, line in enumerate(lines_of(held), start=1) if line.startswith("V. TỔ CHỨC"))
    seen = digest(lines_of(held)[number - 1])
    typed = {"first": number, "last": number, "seen": seen}

    as_staff.post(url("add_from_lines", held.campaign), typed)
    as_staff.post(url("add_from_lines", held.campaign), typed)

    added = [each for each in items(held) if each.is_by_hand]
    assert [(each.kind, each.first_line, each.needs_look) for each in added] == [("target", number, True)]
    decided(as_staff, held, added[0], verdict="drop")
    assert not [each for each in items(held) if each.is_by_hand]


# --- Into the plan --------------------------------------------------------------------------------------------------


def test_nothing_is_written_while_anything_is_undecided(as_staff, held):
    decided(as_staff, held, item(held, "Thu ngân sách"))

    page = write(as_staff, held).content.decode()

    assert "Còn mục chưa quyết" in page
    assert not Target.objects.exists()


def test_everything_taken_stands_in_the_plan_at_once(as_staff, held, staff):
    take_everything(as_staff, held)

    write(as_staff, held)

    campaign = held.campaign
    targets = list(campaign.targets.in_plan_order())
    assert [(t.number, t.name, t.at_least, t.at_most, t.unit_of_measure) for t in targets] == [
        (1, "Giá trị sản xuất công nghiệp", Decimal("537487.84"), None, "triệu đồng"),
        (2, "Thu ngân sách", Decimal(330681), None, "triệu đồng"),
        (3, "Tổng số cháu đi nhà trẻ", Decimal(850), None, "cháu"),
        (4, "Tỷ lệ gia đình đạt chuẩn gia đình văn hóa", Decimal(95), None, "%"),
    ]
    assert targets[2].heading.name == "Giáo dục mầm non"
    assert (targets[3].factor, targets[3].part_of_whole) == (100, True)
    assert targets[3].base_label == "Tổng số gia đình"
    period = campaign.periods.get()
    assert (f"{period.units_due:%d/%m/%Y %H:%M%z}", period.units_due_words) == (
        "09/12/2025 17:00+0000",
        "trước ngày 10/12/2025",
    )
    assert (f"{period.figures_as_of:%d/%m/%Y}", period.report_due_words) == ("09/12/2025", "trước ngày 15/12/2025")
    campaign.refresh_from_db()
    assert campaign.recipients == "Ban TĐKT thành phố\nLưu: VT"
    held.refresh_from_db()
    assert held.applied_by == staff
    assert Event.objects.about(campaign).filter(verb="Ghi kế hoạch từ văn bản", by=staff).exists()


def test_writing_twice_is_refused_politely(as_staff, held):
    take_everything(as_staff, held)
    write(as_staff, held)

    page = write(as_staff, held).content.decode()

    assert "Văn bản này đã được ghi vào kế hoạch" in page
    assert Target.objects.count() == 4
    assert "Trần Thị Bình ghi lúc 09:00 ngày 10/09/2025" in page


def test_a_plan_that_changed_since_it_was_looked_at_is_shown_again(as_staff, held):
    take_everything(as_staff, held)

    page = as_staff.post(url("write_plan", held.campaign), {"seen": "cu"}, follow=True).content.decode()

    assert "Vừa có người quyết thêm" in page
    assert not Target.objects.exists()


def test_all_faults_are_shown_at_the_proposals_and_nothing_is_written(as_staff, held):
    take_everything(as_staff, held)
    TargetFactory(campaign=held.campaign, sector__name=item(held, "inh tế").name, name="Thu ngân sách")
    decided(as_staff, held, item(held, "15/12/2025"), verdict="drop")
    decided(as_staff, held, item(held, "Giáo dục mầm non"), verdict="drop")

    response = write(as_staff, held)

    page = response.content.decode()
    assert "Chưa ghi gì vào kế hoạch" in page
    faults = response.context["faults"]
    assert faults[item(held, "nhà trẻ").key]
    assert "chưa có hạn báo cáo lên trên" in faults[item(held, "10/12/2025").key][0]
    assert held.campaign.targets.count() == 1
    assert not held.campaign.periods.exists()


def test_a_twin_in_the_plan_keeps_everything_out(as_staff, held):
    take_everything(as_staff, held)
    TargetFactory(campaign=held.campaign, sector__name=item(held, "inh tế").name, name="Thu ngân sách")

    response = write(as_staff, held)

    assert response.context["faults"] == {
        item(held, "Thu ngân sách").key: ["Chỉ tiêu cùng tên đã có trong lĩnh vực, đề mục này."]
    }
    assert (held.campaign.targets.count(), held.campaign.sectors.count()) == (1, 1)


def test_other_recipients_in_the_plan_are_shown_and_asked_about(as_staff, held):
    held.campaign.recipients = "Đảng ủy phường"
    held.campaign.save()
    take_everything(as_staff, held)

    assert "Đảng ủy phường" in as_staff.get(url("reading", held.campaign)).content.decode()
    assert "đề nghị chọn cách ghi nơi nhận" in write(as_staff, held).content.decode()
    write(as_staff, held, recipients="join")

    held.campaign.refresh_from_db()
    assert held.campaign.recipients == "Đảng ủy phường\nBan TĐKT thành phố\nLưu: VT"


# --- Who may, and how much it asks of the database ------------------------------------------------------------------


NAMES = ["reading", "read_typed", "take_clear", "correct_lines", "add_from_lines", "write_plan"]


@pytest.mark.parametrize("name", NAMES)
def test_another_ward_s_text_is_not_found(client, held, name):
    client.force_login(UserFactory(office_of=OrganiserFactory()))

    for ask in (client.get, client.post):
        assert ask(url(name, held.campaign)).status_code in (404, 405)
    assert client.get(url("decide_proposal", held.campaign, items(held)[0].key)).status_code == 404


@pytest.mark.parametrize("role", ["leader_of", "admin_of"])
def test_who_reads_plans_may_not_read_texts_into_them(client, held, role):
    client.force_login(UserFactory(**{role: held.campaign.organiser}))

    assert client.get(url("reading", held.campaign)).status_code == 403
    assert client.post(url("write_plan", held.campaign)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(as_staff, campaign, staff, count, django_assert_num_queries):
    lines = "\n".join(f"- Số hộ nhóm {n}: {n}00 hộ; số lớp {n}: 5." for n in range(1, count + 1))
    text = f"3. Các chỉ tiêu thi đua\n* Chỉ tiêu kinh tế:\n{lines}"
    PlanReading.objects.create(campaign=campaign, text=text, by=staff, at="2025-09-10T09:00+07:00")

    with django_assert_num_queries(5):
        page = as_staff.get(url("reading", campaign)).content.decode()
    assert page.count("Số hộ nhóm") >= count


# --- Parts of the plan ------------------------------------------------------------------------------------------------


def with_timing(campaign, staff, *sentences):
    text = "III. THỜI GIAN THỰC HIỆN\n" + "\n".join(sentences) + "\nIV. CÁC CHỈ TIÊU\n- Thu ngân sách: 5 triệu đồng."
    return PlanReading.objects.create(campaign=campaign, text=text, by=staff, at="2025-09-10T09:00+07:00")


def part_of(held, field):
    return next(each for each in items(held) if each.kind == "part" and each.fields["field"] == field)


def test_an_end_before_the_start_that_the_plan_holds_is_a_fault_at_its_proposal(as_staff, campaign, staff):
    held = with_timing(campaign, staff, "Đợt thi đua kéo dài đến hết ngày 31/12/2024.")
    take_everything(as_staff, held)

    response = write(as_staff, held)

    sentence = "Ngày kết thúc đợt thi đua phải sau ngày bắt đầu."
    assert response.context["faults"] == {part_of(held, "ends_on").key: [sentence]}
    campaign.refresh_from_db()
    assert (campaign.ends_on.year, campaign.targets.count()) == (2025, 0)


def test_a_part_is_no_longer_than_its_box_in_the_editor(as_staff, campaign, staff):
    held = with_timing(campaign, staff, "Từ ngày phát động đến hết năm 2025.")

    response = decided(as_staff, held, part_of(held, "timing"), text="a" * 20_001)

    assert "20000" in response.content.decode()
    assert not part_of(held, "timing").is_taken


def test_figures_from_after_the_units_hand_in_are_a_fault_at_the_deadline(as_staff, held):
    take_everything(as_staff, held)
    decided(as_staff, held, item(held, "10/12/2025"), figures_as_of="31/12/2025")

    response = write(as_staff, held)

    assert response.context["faults"] == {
        item(held, "10/12/2025").key: ["Đơn vị nộp chậm nhất 09/12/2025 nên chưa thể có số liệu sau ngày ấy."]
    }
    assert not held.campaign.periods.exists()
