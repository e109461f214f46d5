"""Workbooks of targets and shares: out, in, checked, confirmed, written whole or not at all."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from campaign_portal import xlsx
from campaign_portal.tests.workbooks import saved
from campaigns.models import CampaignState, Event
from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory
from targets import importing, numbers, plan_file, share_sheet, target_sheet, uploads
from targets.models import Allocation, GoalChange, ImportKind, ImportState, Target, WorkbookImport
from targets.tests.factories import AllocationFactory, HeadingFactory, TargetFactory
from targets.tests.kien_an import PLAN, SAME, rows_of_the_plan
from units.refusals import Refused
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

NOW = datetime(2025, 3, 1, 9, tzinfo=WARD)


@pytest.fixture(autouse=True)
def own_files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def campaign(db):
    return CampaignFactory(state=CampaignState.DRAFT)


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser)


def reporting_unit(campaign, code, **fields):
    unit = UnitFactory(organiser=campaign.organiser, code=code, **fields)
    ParticipationFactory(campaign=campaign, unit=unit)
    return unit


def filled(campaign, content, *, kind, change=lambda rows: None, columns=None):
    """The workbook with its cells changed by a person: {heading's first word or title: text} for each row."""
    title = target_sheet.TITLE if kind == ImportKind.TARGETS else share_sheet.TITLE
    read = xlsx.read(content, sheet=title)
    headings = {column: cell.value for column, cell in read.rows[1].items()}
    rows = [
        {headings[column]: cell.value for column, cell in cells.items() if column in headings}
        for number, cells in sorted(read.rows.items())
        if number > 1
    ]
    change(rows)
    titles = columns(list(headings.values())) if columns else list(headings.values())
    sheet = xlsx.Sheet(title, [xlsx.Column(each, each) for each in titles], rows)
    return xlsx.write([sheet])


def sent(campaign, content, *, kind, by, at=NOW):
    """The row of an uploaded workbook after its check."""
    upload = uploads.check(SimpleUploadedFile("bang.xlsx", content))
    row = importing.take_up(campaign, kind, upload, by=by, at=at)
    importing.work(row.pk, at=at)
    row.refresh_from_db()
    return row


def confirmed(row, *, by, at=NOW, **why):
    importing.confirm(row, seen=importing.digest(row.changes), by=by, at=at, **why)
    importing.work(row.pk, at=at)
    row.refresh_from_db()
    return row


def told(row):
    return {(fault["cell"], fault["sentence"]) for fault in row.faults}


# --- Out and in again -------------------------------------------------------------------------------------------------


def test_a_workbook_of_targets_sent_back_untouched_changes_nothing(campaign, staff):
    heading = HeadingFactory(
        sector__campaign=campaign, parent=HeadingFactory(sector__campaign=campaign), name="Cấp hai"
    )
    heading.parent.sector = heading.sector
    heading.parent.save()
    lead = UnitFactory(organiser=campaign.organiser, short_name="VHXH")
    whole = TargetFactory(campaign=campaign, sector=heading.sector, heading=heading, lead=lead, caution="Xem\r\nlại")
    whole.coordinators.set([lead, UnitFactory(organiser=campaign.organiser)])
    TargetFactory(campaign=campaign, part_of=whole, at_least=None, at_most=Decimal("330681.25"), decimals=2)
    TargetFactory(campaign=campaign, ratio=True, at_least=Decimal(13), at_most=Decimal(14))
    TargetFactory(campaign=campaign, text=True)

    row = sent(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, by=staff)

    assert (row.state, row.faults, row.changes, row.remarks) == (ImportState.CHECKED, [], [], [])


def test_a_workbook_of_shares_sent_back_untouched_changes_nothing(campaign, staff):
    units = [reporting_unit(campaign, code) for code in ("TH1", "TH2", "TH3", "TH4")]
    number, ratio = TargetFactory(campaign=campaign), TargetFactory(campaign=campaign, ratio=True)
    budget = TargetFactory(campaign=campaign, at_least=None, at_most=Decimal(500), decimals=1)
    exact, words = TargetFactory(campaign=campaign, at_most=Decimal(100)), TargetFactory(campaign=campaign, text=True)
    shares = [(None, None), (Decimal(12), None), (None, Decimal("7.5")), (Decimal(3), Decimal(5))]
    for target in (number, ratio, budget, exact):
        for unit, (at_least, at_most) in zip(units, shares, strict=True):
            AllocationFactory(target=target, unit=unit, at_least=at_least, at_most=at_most)
    AllocationFactory(target=words, unit=units[0])

    row = sent(campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, by=staff)

    assert (row.state, row.faults, row.changes, row.remarks) == (ImportState.CHECKED, [], [], [])


# --- Targets ----------------------------------------------------------------------------------------------------------


def test_the_ward_s_own_plan_comes_in_from_a_workbook_as_it_stands(campaign, staff):
    titles = [column.title for column in target_sheet.columns(campaign)]
    columns = [xlsx.Column(title, title) for title in titles]
    content = xlsx.write([xlsx.Sheet(target_sheet.TITLE, columns, rows_of_the_plan())])

    row = confirmed(sent(campaign, content, kind=ImportKind.TARGETS, by=staff), by=staff)

    assert (row.state, row.faults) == (ImportState.APPLIED, [])
    loaded, _ = plan_file.load(plan_file.read(PLAN), OrganiserFactory())
    taken = list(campaign.targets.order_by("number").values(*SAME))
    assert taken == list(loaded.targets.order_by("number").values(*SAME))
    assert [change["verb"] for change in row.changes] == ["added"] * 22


def test_targets_are_changed_moved_and_added_by_their_codes(campaign, staff):
    first = TargetFactory(campaign=campaign, name="Thu ngân sách", at_least=Decimal(100))
    second = TargetFactory(campaign=campaign, sector=first.sector, name="Chi ngân sách")

    def change(rows):
        rows.reverse()
        rows[1] |= {"Mức giao": "không quá 330.681", "Lĩnh vực": "Lĩnh vực mới"}
        rows.append(
            {
                "Lĩnh vực": second.sector.name,
                "Đề mục": "Cấp một › Cấp hai",
                "Tên chỉ tiêu": "Xây nhà",
                "Mức giao": "đúng 12",
            }
            | {"Đơn vị tính": "nhà", "Cách trả lời": "Số", "Trong đó của": "MOI.1"}
        )
        rows.append(
            {"Mã chỉ tiêu": "MOI.1", "Lĩnh vực": second.sector.name, "Tên chỉ tiêu": "Nhà ở", "Đơn vị tính": "nhà"}
        )

    content = filled(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, change=change)
    row = confirmed(sent(campaign, content, kind=ImportKind.TARGETS, by=staff), by=staff)

    assert row.state == ImportState.APPLIED, row.faults
    first.refresh_from_db()
    assert (first.at_least, first.at_most, first.sector.name) == (None, Decimal(330681), "Lĩnh vực mới")
    whole, part = Target.objects.get(code="MOI.1"), Target.objects.get(name="Xây nhà")
    assert (part.part_of, part.at_least, part.at_most, part.heading.parent.name) == (whole, 12, 12, "Cấp một")
    assert [(c["verb"], c["field"], c["old"], c["new"]) for c in row.changes if c["verb"] == "changed"] == [
        ("changed", "Lĩnh vực", second.sector.name, "Lĩnh vực mới"),
        ("changed", "Mức giao", "≥ 100", "≤ 330.681"),
    ]
    assert {c["subject"] for c in row.changes if c["verb"] == "added"} == {"Xây nhà", "Nhà ở"}
    assert Event.objects.filter(verb="Ghi bảng Excel", by=staff).exists()


def test_every_error_of_a_sheet_of_targets_is_told_at_once_at_its_cell(campaign, staff):
    known = TargetFactory(campaign=campaign)
    retired = TargetFactory(campaign=campaign, code="CU1", retired=True)
    sound = {"Lĩnh vực": known.sector.name, "Đơn vị tính": "cuộc"}

    def change(rows):
        rows += [
            sound | {"Tên chỉ tiêu": "Một", "Mức giao": "1.2.3"},
            sound | {"Tên chỉ tiêu": "Hai", "Mức giao": "từ 14 đến 13"},
            sound | {"Tên chỉ tiêu": "Ba", "Cách trả lời": "Đếm"},
            sound | {"Tên chỉ tiêu": "Bốn", "Chủ trì": "Sở nào đó"},
            sound | {"Tên chỉ tiêu": "Năm", "Trong đó của": "CT99"},
            {"Tên chỉ tiêu": "Sáu", "Đơn vị tính": "cuộc"},
            sound | {"Tên chỉ tiêu": ""},
            sound | {"Tên chỉ tiêu": "Tám", "Mã chỉ tiêu": retired.code},
            sound | {"Tên chỉ tiêu": "Chín", "Mã chỉ tiêu": "có dấu"},
            sound | {"Tên chỉ tiêu": "Mười", "Mã chỉ tiêu": known.code.lower()},
            sound | {"Tên chỉ tiêu": known.name},
            sound | {"Tên chỉ tiêu": "Mười hai", "Một đơn vị": "chắc là có"},
            sound | {"Tên chỉ tiêu": "Mười ba", "Số lẻ": "9"},
        ]

    content = filled(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, change=change)
    row = sent(campaign, content, kind=ImportKind.TARGETS, by=staff)

    assert row.state == ImportState.REFUSED
    at = {column.title: xlsx.letters(place) for place, column in enumerate(target_sheet.columns(campaign), start=1)}
    name, goal, code = at["Tên chỉ tiêu"], at["Mức giao"], at["Mã chỉ tiêu"]
    cells = [fault["cell"] for fault in row.faults]
    assert cells == [
        f"{goal}3", f"{goal}4", f"{at['Cách trả lời']}5", f"{at['Chủ trì']}6", f"{at['Trong đó của']}7",
        f"{at['Lĩnh vực']}8", f"{name}9", f"{code}10", f"{code}11", f"{code}12", f"{name}13",
        f"{at['Một đơn vị']}14", f"{at['Số lẻ']}15",
    ]  # fmt: skip
    assert Target.objects.filter(campaign=campaign).count() == 2, "nothing is written"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda titles: [title for title in titles if title != "Mức giao"], "thiếu cột: “Mức giao”"),
        (lambda titles: [*titles, "Ghi chú riêng"], "không thuộc mẫu nên không được đọc"),
    ],
)
def test_missing_columns_are_refused_and_others_left_out_with_a_remark(campaign, staff, change, words):
    TargetFactory(campaign=campaign)

    content = filled(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, columns=change)
    row = sent(campaign, content, kind=ImportKind.TARGETS, by=staff)

    said = [each["sentence"] for each in [*row.faults, *row.remarks]]
    assert any(words in sentence for sentence in said)
    assert row.changes == []


def test_rows_that_are_not_in_the_sheet_stay_with_a_remark(campaign, staff):
    stays = TargetFactory(campaign=campaign)
    TargetFactory(campaign=campaign)

    content = filled(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, change=lambda rows: rows.pop(0))
    row = sent(campaign, content, kind=ImportKind.TARGETS, by=staff)

    assert (row.state, row.changes) == (ImportState.CHECKED, [])
    assert f"Không có dòng của chỉ tiêu {stays.code}" in row.remarks[0]["sentence"]


def test_an_empty_sheet_is_refused_in_words(campaign, staff):
    row = sent(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, by=staff)

    assert told(row) == {("", "Trang “Chỉ tiêu” chưa có chỉ tiêu nào.")}


# --- Shares -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def targets(campaign):
    return [TargetFactory(campaign=campaign), TargetFactory(campaign=campaign, ratio=True)]


@pytest.fixture
def units(campaign):
    return [reporting_unit(campaign, code) for code in ("TH1", "TH2", "TDP.1")]


def heading(target):
    goal = numbers.show_interval(target.at_least, target.at_most)
    return f"{target.code}\n{target.name}\n{goal} {target.unit_of_measure}"


def shares_of(campaign):
    return {
        (share.target.code, share.unit.code): (share.at_least, share.at_most)
        for share in Allocation.objects.open().filter(target__campaign=campaign).select_related("target", "unit")
    }


def test_shares_are_given_changed_and_taken_away_by_codes(campaign, staff, targets, units):
    AllocationFactory(target=targets[0], unit=units[0], at_least=Decimal(30))
    AllocationFactory(target=targets[0], unit=units[1], at_least=Decimal(40))

    def change(rows):
        rows.sort(key=lambda row: row["Mã đơn vị"])  # not the order of the portal
        cells = {row["Mã đơn vị"]: row for row in rows}
        cells["TH1"][heading(targets[0])] = Decimal(35)
        cells["TH2"][heading(targets[0])] = None
        cells["TH2"][heading(targets[1])] = "x"
        cells["TDP.1"][heading(targets[0])] = "từ 3 đến 5"
        cells["TDP.1"][heading(targets[1])] = "96,5"

    content = filled(campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, change=change, columns=sorted)
    row = sent(campaign, content, kind=ImportKind.SHARES, by=staff)
    assert row.state == ImportState.CHECKED, row.faults
    assert [(c["verb"], c["subject"], c["old"], c["new"]) for c in row.changes if c["verb"] != "added"] == [
        ("changed", units[0].name, "≥ 30", "≥ 35"),
        ("taken", units[1].name, "≥ 40", ""),
    ]
    row = confirmed(row, by=staff)

    assert row.state == ImportState.APPLIED
    first, second = (target.code for target in targets)
    assert shares_of(campaign) == {
        (first, "TH1"): (35, None),
        (first, "TDP.1"): (3, 5),
        (second, "TH2"): (None, None),
        (second, "TDP.1"): (Decimal("96.5"), None),
    }


def test_every_error_of_a_sheet_of_shares_is_told_at_once_at_its_cell(campaign, staff, targets, units):
    words = TargetFactory(campaign=campaign, text=True)
    UnitFactory(organiser=campaign.organiser, code="LA")  # does not report
    number, ratio, text = heading(targets[0]), heading(targets[1]), heading(words).strip()

    def change(rows):
        rows[0] |= {number: "3,098.5", ratio: Decimal(120), text: "5"}
        rows[1] |= {number: Decimal("1.5"), ratio: "=1+1"}
        rows += [{"Mã đơn vị": "LA"}, {"Mã đơn vị": None, number: Decimal(7)}, {"Mã đơn vị": units[0].code.lower()}]

    content = filled(
        campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, change=change, columns=lambda t: [*t, "CT99"]
    )
    targets[1].part_of_whole = True
    targets[1].save()
    row = sent(campaign, content, kind=ImportKind.SHARES, by=staff)

    assert row.state == ImportState.REFUSED
    assert {fault["cell"] for fault in row.faults} == {"D2", "E2", "F2", "D3", "E3", "A5", "A6", "A7", "G1"}
    assert shares_of(campaign) == {}


def test_a_formula_a_date_and_a_percent_in_a_share_are_told(campaign, staff, targets, units):
    book = load_workbook(io.BytesIO(share_sheet.write(campaign)))
    sheet = book[share_sheet.TITLE]
    sheet["D2"].value = "=10+20"
    sheet["D3"].value = date(2025, 4, 3)
    sheet["D4"].value, sheet["D4"].number_format = 0.3, "0%"
    sheet["E2"].value, sheet["E2"].number_format = 0.965, "0.0%"
    row = sent(campaign, saved(book), kind=ImportKind.SHARES, by=staff)

    sentences = {fault["cell"]: fault["sentence"] for fault in row.faults}
    assert set(sentences) == {"D2", "D3", "D4"}, "96,5% is as good as 96,5 where the measure is %"
    assert "dán giá trị" in sentences["D2"]
    assert "03/04/2025" in sentences["D3"]


def test_a_target_s_missing_column_and_a_unit_s_missing_row_leave_their_shares(campaign, staff, targets, units):
    for target in targets:
        for unit in units:
            AllocationFactory(target=target, unit=unit)

    content = filled(
        campaign,
        share_sheet.write(campaign),
        kind=ImportKind.SHARES,
        change=lambda rows: rows.pop(),
        columns=lambda titles: titles[:-1],
    )
    row = sent(campaign, content, kind=ImportKind.SHARES, by=staff)

    assert (row.state, row.changes) == (ImportState.CHECKED, [])
    said = " ".join(remark["sentence"] for remark in row.remarks)
    assert targets[1].code in said
    assert "giữ nguyên" in said


def test_a_single_source_takes_one_unit_by_excel_too(campaign, staff, units):
    single = TargetFactory(campaign=campaign, single_source=True)

    def change(rows):
        for row in rows:
            row[heading(single)] = "x"

    content = filled(campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, change=change)
    row = sent(campaign, content, kind=ImportKind.SHARES, by=staff)

    assert row.state == ImportState.REFUSED
    assert all("một đơn vị" in fault["sentence"] for fault in row.faults)


# --- In an open campaign ----------------------------------------------------------------------------------------------

WHY = {"reason": "Giao lại theo rà soát", "decision_number": "45/QĐ-UBND"}


def open_up(campaign):
    campaign.state = CampaignState.OPEN
    campaign.save()


def test_shares_of_a_running_campaign_are_changed_by_a_decision_that_is_kept(campaign, staff, targets, units):
    share = AllocationFactory(target=targets[0], unit=units[0], at_least=Decimal(30))
    open_up(campaign)

    def change(rows):
        next(row for row in rows if row["Mã đơn vị"] == "TH1")[heading(targets[0])] = Decimal(20)

    content = filled(campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, change=change)
    row = sent(campaign, content, kind=ImportKind.SHARES, by=staff)
    with pytest.raises(Refused, match="lý do và số quyết định"):
        confirmed(row, by=staff)
    assert not GoalChange.objects.exists()

    confirmer = UserFactory(office_of=campaign.organiser)
    confirmed(row, by=confirmer, **WHY)

    kept = GoalChange.objects.get()
    assert (kept.allocation, kept.new_at_least, kept.by) == (share, 20, confirmer)
    assert (kept.reason, kept.decision_number) == tuple(WHY.values())


def test_targets_of_a_running_campaign_are_changed_by_a_decision_that_is_kept(campaign, staff):
    target = TargetFactory(campaign=campaign, at_least=Decimal(100))
    open_up(campaign)

    content = filled(
        campaign,
        target_sheet.write(campaign),
        kind=ImportKind.TARGETS,
        change=lambda rows: rows[0].update({"Mức giao": "≥ 120"}),
    )
    row = sent(campaign, content, kind=ImportKind.TARGETS, by=staff)
    assert row.state == ImportState.CHECKED, row.faults
    assert not GoalChange.objects.exists(), "a check leaves nothing behind"
    confirmed(row, by=staff, **WHY)

    kept = GoalChange.objects.get()
    assert (kept.target, kept.new_at_least, kept.decision_number) == (target, 120, "45/QĐ-UBND")


def test_a_finished_campaign_takes_no_workbook(campaign, staff):
    campaign.state = CampaignState.CLOSED
    campaign.save()

    with pytest.raises(Refused, match="đã kết thúc"):
        sent(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, by=staff)


# --- Whole, once, and only as it was shown ----------------------------------------------------------------------------


@pytest.fixture
def checked(campaign, staff, targets, units):
    """A sheet that gives 10, 11 and 12 of the first target, shown and not yet confirmed."""

    def change(rows):
        for amount, row in enumerate(rows, start=10):
            row[heading(targets[0])] = Decimal(amount)

    content = filled(campaign, share_sheet.write(campaign), kind=ImportKind.SHARES, change=change)
    return sent(campaign, content, kind=ImportKind.SHARES, by=staff)


def test_a_plan_that_changed_since_the_check_is_shown_anew_and_not_overwritten(
    campaign, staff, targets, units, checked
):
    importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)
    AllocationFactory(target=targets[0], unit=units[0], at_least=Decimal(99))

    importing.work(checked.pk, at=NOW)

    checked.refresh_from_db()
    assert checked.state == ImportState.CHECKED
    assert "vừa được thay đổi" in checked.remarks[0]["sentence"]
    assert shares_of(campaign) == {(targets[0].code, units[0].code): (99, None)}
    assert "≥ 99" in [change["old"] for change in checked.changes]
    assert confirmed(checked, by=staff).state == ImportState.APPLIED


def test_only_the_changes_that_were_read_can_be_confirmed(staff, checked):
    with pytest.raises(Refused, match="xem lại các thay đổi"):
        importing.confirm(checked, seen="0" * 64, by=staff, at=NOW)

    importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)
    with pytest.raises(Refused, match="Đang ghi"):
        importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)


def test_a_worker_that_lost_its_lease_takes_its_writing_back(campaign, staff, checked):
    """As if it had slept longer than its lease: another one has taken the row over by the time it marks it."""
    importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)
    slow = importing._claim(checked.pk, NOW)
    quick = importing._claim(checked.pk, NOW + importing.LEASE)

    with slow.file.open("rb") as file, pytest.raises(importing.LeaseLost):
        importing._take_in(slow, share_sheet, file.read(), NOW)

    assert shares_of(campaign) == {}
    with quick.file.open("rb") as file:
        importing._take_in(quick, share_sheet, file.read(), NOW)
    assert len(shares_of(campaign)) == 3


def test_a_row_that_is_being_worked_on_is_left_alone_until_its_lease_ends(checked, staff):
    importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)
    taken = WorkbookImport.objects.filter(pk=checked.pk)
    taken.update(leased_until=NOW + importing.LEASE)  # by a worker that was killed

    importing.work_due(NOW + timedelta(minutes=2), clock=lambda: NOW)
    checked.refresh_from_db()
    assert checked.state == ImportState.APPLYING

    later = NOW + importing.LEASE
    importing.work_due(later, clock=lambda: later)
    checked.refresh_from_db()
    assert (checked.state, checked.applied_at) == (ImportState.APPLIED, later)


def test_a_workbook_that_breaks_its_worker_every_time_is_given_up_in_words(campaign, staff, targets, units):
    upload = uploads.check(SimpleUploadedFile("bang.xlsx", share_sheet.write(campaign)))
    row = importing.take_up(campaign, ImportKind.SHARES, upload, by=staff, at=NOW)
    row.attempts = importing.TRIES  # each was a worker that died of it
    row.save(update_fields=["attempts"])

    importing.work(row.pk, at=NOW)

    row.refresh_from_db()
    assert (row.state, told(row)) == (ImportState.REFUSED, {("", importing.INTERRUPTED)})


def test_a_lost_file_is_no_endless_trouble(campaign, staff, checked, caplog):
    caplog.set_level("CRITICAL")
    checked.file.delete(save=False)
    importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)

    moment = NOW
    for _ in range(importing.TRIES + 1):
        importing.work(checked.pk, at=moment)
        moment += importing.LEASE

    checked.refresh_from_db()
    assert checked.state == ImportState.REFUSED


def test_a_workbook_is_dropped_unless_it_is_written_or_being_written(campaign, staff, checked):
    importing.drop(checked, by=staff, at=NOW)
    checked.refresh_from_db()
    assert checked.state == ImportState.DROPPED
    with pytest.raises(Refused, match="Đã bỏ"):
        importing.drop(checked, by=staff, at=NOW)
    with pytest.raises(Refused, match="Đã bỏ"):
        importing.confirm(checked, seen=importing.digest(checked.changes), by=staff, at=NOW)
    assert checked.file.storage.exists(checked.file.name), "it can still be looked at"


def new_targets(campaign, count):
    def change(rows):
        rows[:] = [
            {
                "Lĩnh vực": "Kinh tế",
                "Đề mục": f"Cấp một › Cấp hai {number % 3}",
                "Tên chỉ tiêu": f"Chỉ tiêu thứ {number}",
                "Mức giao": str(number),
                "Đơn vị tính": "cuộc",
            }
            for number in range(1, count + 1)
        ]

    return filled(campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS, change=change)


def test_a_new_target_costs_few_queries_however_many_come_together(campaign, staff):
    costs = []
    for count in (10, 40):
        content = new_targets(campaign, count)
        with CaptureQueriesContext(connection) as asked:
            row = sent(campaign, content, kind=ImportKind.TARGETS, by=staff)
        assert (row.state, len(row.changes)) == (ImportState.CHECKED, count)
        costs.append(len(asked))

    assert (costs[1] - costs[0]) / 30 <= 12


def test_new_targets_of_a_workbook_stand_under_their_headings_in_its_order(campaign, staff):
    row = sent(campaign, new_targets(campaign, 6), kind=ImportKind.TARGETS, by=staff)

    confirmed(row, by=staff)

    names = campaign.targets.order_by("number").values_list("number", "name")
    assert list(names) == [(place, f"Chỉ tiêu thứ {n}") for place, n in enumerate((1, 4, 2, 5, 3, 6), start=1)]
