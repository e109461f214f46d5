"""The compiled table, who handed in, and where a figure comes from, as pages."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import Event
from campaigns.tests.factories import WARD, ExtensionFactory, ParticipationFactory, PeriodFactory
from targets import adjusting
from targets.models import Adjustment, SubmissionState, Verdict
from targets.notifications import topic
from targets.tests.factories import (
    AcceptanceFactory,
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    RevisionFactory,
    SubmissionFactory,
    TargetFactory,
)
from targets.tests.racing import together
from units.models import Message, MessageKind, MessageState, UnitKind
from units.refusals import Refused
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

DUE = datetime(2025, 12, 10, tzinfo=WARD)
NBSP = "\u00a0"


@pytest.fixture
def period():
    return PeriodFactory(units_due=DUE)


@pytest.fixture
def office(period):
    return UserFactory(office_of=period.campaign.organiser)


@pytest.fixture
def as_office(client, office):
    client.force_login(office)
    return client


def taking_part(period, *, cluster=None, **fields):
    unit = UnitFactory(organiser=period.campaign.organiser, **fields)
    ParticipationFactory(campaign=period.campaign, unit=unit, cluster=cluster)
    return SubmissionFactory(period=period, unit=unit)


def hand_in(submission, answers, *, accepted=True, at=DUE - timedelta(days=1)):
    """The submission's next revision with the fields of a result for each target, each held by the unit."""
    revision = RevisionFactory(submission=submission, arrived_at=at)
    for target, fields in answers.items():
        if not target.allocations.filter(unit=submission.unit).exists():
            AllocationFactory(target=target, unit=submission.unit)
        ResultFactory(revision=revision, target=target, **fields)
    submission.state = SubmissionState.ACCEPTED if accepted else SubmissionState.SUBMITTED
    submission.current_revision = revision
    submission.save()
    if accepted:
        AcceptanceFactory(revision=revision)
    return revision


def report(period, target, amount, base=None, *, accepted=True, **fields):
    submission = taking_part(period)
    answer = {"amount": Decimal(amount), "base": base and Decimal(base)} | fields
    hand_in(submission, {target: answer}, accepted=accepted)
    return submission.unit


def address(name, period, target=None):
    return reverse(f"targets:{name}", args=[period.pk, target.pk] if target else [period.pk])


def row_of(response, target):
    """The text of a target's row in the compiled table."""
    page = response.content.decode()
    start = page.index(target.name)
    return page[start : page.index("</tr>", start)]


# --- Who may --------------------------------------------------------------------------------------------------------

PAGES = ["compiled", "hand_ins", "sources", "adjust", "withdraw_adjustment"]
POSTED = {"adjust", "withdraw_adjustment"}


def visit(client, name, period):
    target = TargetFactory(campaign=period.campaign)
    url = address(name, period, target if name in {"sources", *POSTED} else None)
    return url, (client.post(url) if name in POSTED else client.get(url))


@pytest.mark.parametrize("name", PAGES)
def test_nobody_signed_in_goes_to_sign_in(client, period, name):
    url, response = visit(client, name, period)

    assertRedirects(response, f"{reverse('units:sign_in')}?next={url}", fetch_redirect_response=False)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["staff_of", "office_of", "leader_of", "admin_of"])
def test_the_organiser_reads_and_the_office_adjusts(client, period, name, role):
    client.force_login(UserFactory(**{role: period.campaign.organiser}))

    status = visit(client, name, period)[1].status_code

    if name in POSTED:
        assert (status != 403) is (role == "office_of")
    else:
        assert status == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_unit_s_people_and_other_organisers_find_nothing(client, period, name):
    unit = taking_part(period).unit
    for user in (UserFactory(head_of=unit), UserFactory(office_of=OrganiserFactory())):
        client.force_login(user)
        assert visit(client, name, period)[1].status_code == 404


def test_a_target_of_another_campaign_or_a_retired_one_is_not_found(as_office, period):
    for target in (TargetFactory(), TargetFactory(campaign=period.campaign, retired=True)):
        assert as_office.get(address("sources", period, target)).status_code == 404
        assert as_office.post(address("adjust", period, target), {"amount": "1", "reason": "x"}).status_code == 404
    assert not Adjustment.objects.exists()


# --- The compiled table ---------------------------------------------------------------------------------------------


def test_the_headline_counts_the_verdicts(as_office, period):
    for amount in ("101", "100", "99"):
        report(period, TargetFactory(campaign=period.campaign, at_least=Decimal(100)), amount)
    TargetFactory(campaign=period.campaign)

    page = as_office.get(address("compiled", period)).content.decode()

    assert "<strong>2/4</strong> chỉ tiêu đạt và vượt, trong đó <strong>1</strong> vượt" in page


def test_a_line_shows_both_figures_and_how_many_units_each_rests_on(as_office, period):
    lead = UnitFactory(organiser=period.campaign.organiser, short_name="KT-HT-ĐT")
    target = TargetFactory(campaign=period.campaign, at_least=Decimal("1805"), unit_of_measure="người", lead=lead)
    report(period, target, "1900")
    report(period, target, "150", accepted=False)
    AllocationFactory(target=target)

    row = row_of(as_office.get(address("compiled", period)), target)

    for words in (">1.900</a>", ">2.050</a>", "1/3", "đã nộp 2", "≥ 1.805", "người", "KT-HT-ĐT", "Vượt"):
        assert words in row
    assert f"105,26{NBSP}%" in row
    assert row.count(address("sources", period, target)) == 2


@pytest.mark.parametrize(
    ("amount", "base", "shown", "percent", "verdict"),
    [
        ("9996", "10000", "99,96", "99,96", "Chưa đạt"),
        ("999999", "1000000", "99,9999", "99,9999", "Chưa đạt"),
        ("99999999", "100000000", "99,9999", "99,9999", "Chưa đạt"),
        ("1000000", "1000000", "100", "100", "Đạt"),
    ],
)
def test_what_is_shown_never_contradicts_the_verdict(as_office, period, amount, base, shown, percent, verdict):
    target = TargetFactory(campaign=period.campaign, ratio=True, at_least=Decimal(100), decimals=1)
    report(period, target, amount, base)

    row = row_of(as_office.get(address("compiled", period)), target)

    assert f">{shown}</a>" in row
    assert f"{percent}{NBSP}%" in row
    assert verdict in row


def test_an_estimate_that_is_judged_is_marked(as_office, period):
    period.figures_as_of = date(2025, 6, 30)
    period.save()
    target = TargetFactory(campaign=period.campaign, at_least=Decimal(100))
    report(period, target, "60", est_amount=Decimal(110))

    row = row_of(as_office.get(address("compiled", period)), target)

    assert ">110</a> (ước)" in row
    assert "đến nay 60" in row
    assert "theo số ước" in row
    assert "Vượt" in row


def test_a_figure_without_any_unit_is_a_dash_and_not_a_zero(as_office, period):
    target = TargetFactory(campaign=period.campaign, at_least=None, at_most=Decimal(0))
    AllocationFactory(target=target)

    row = row_of(as_office.get(address("compiled", period)), target)

    assert ">–</a>" in row
    assert "0/1" in row
    assert "Không tính được" in row


def test_an_adjusted_line_says_so(as_office, period, office):
    target = TargetFactory(campaign=period.campaign)
    report(period, target, "90")
    Adjustment.objects.create(period=period, target=target, amount=Decimal(105), reason="Niên giám", by=office, at=DUE)

    row = row_of(as_office.get(address("compiled", period)), target)

    assert ">105</a>" in row
    assert "đã hiệu chỉnh" in row
    assert "đơn vị nộp: 90" in row


def test_the_table_links_to_the_other_periods_of_its_campaign_only(as_office, period):
    other, foreign = PeriodFactory(campaign=period.campaign), PeriodFactory()

    page = as_office.get(address("compiled", period)).content.decode()

    assert address("compiled", other) in page
    assert address("compiled", foreign) not in page


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("name", ["compiled", "hand_ins", "sources"])
def test_the_pages_take_a_constant_number_of_queries(as_office, period, name, units, django_assert_num_queries):
    above = HeadingFactory(sector__campaign=period.campaign)
    heading = HeadingFactory(sector=above.sector, parent=above)
    targets = [
        TargetFactory(campaign=period.campaign),
        TargetFactory(campaign=period.campaign, ratio=True, lead=taking_part(period).unit),
        TargetFactory(campaign=period.campaign, sector=heading.sector, heading=heading),
    ]
    for _ in range(units):
        submission = taking_part(period, cluster=ClusterFactory(organiser=period.campaign.organiser))
        hand_in(submission, {target: {} for target in targets})
        letter_to_nobody(taking_part(period))
    url = address(name, period, targets[1] if name == "sources" else None)

    with django_assert_num_queries({"compiled": 11, "hand_ins": 12, "sources": 15}[name]):
        assert as_office.get(url).status_code == 200


# --- Who handed in --------------------------------------------------------------------------------------------------


def letter_to_nobody(submission, **person):
    user = UserFactory(email="", reporter_of=submission.unit, **person)
    return Message.objects.create(
        key=f"reminder:{submission.pk}:{user.pk}",
        kind=MessageKind.REMINDER,
        topic=topic(submission),
        user=user,
        unit=submission.unit,
        subject="Nhắc nộp",
        body="Đề nghị nộp.",
        state=MessageState.NO_ADDRESS,
        not_before=DUE,
        created_at=DUE,
    )


@pytest.fixture
def ward(period):
    """One unit in every standing: {word: unit}."""
    cluster = ClusterFactory(organiser=period.campaign.organiser, name="Cụm số 1")
    made = {
        "on time": taking_part(period, name="Trường Hoa Sen", kind=UnitKind.SCHOOL, cluster=cluster),
        "late": taking_part(period, name="Tổ dân phố 2", cluster=cluster),
        "silent": taking_part(period, name="Tổ dân phố 3"),
        "accepted": taking_part(period, name="Tổ dân phố 4"),
    }
    hand_in(made["on time"], {}, accepted=False)
    hand_in(made["late"], {}, accepted=False, at=DUE)
    hand_in(made["accepted"], {})
    return {word: submission.unit for word, submission in made.items()}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"on time", "late", "silent", "accepted"}),
        ({"standing": "on_time"}, {"on time", "accepted"}),
        ({"standing": "late"}, {"late"}),
        ({"standing": "silent"}, {"silent"}),
        ({"state": "submitted"}, {"on time", "late"}),
        ({"state": "accepted"}, {"accepted"}),
        ({"state": "returned"}, set()),
        ({"cluster": "Cụm số 1"}, {"on time", "late"}),
        ({"kind": "school"}, {"on time"}),
        ({"standing": "on_time", "kind": "residential"}, {"accepted"}),
        ({"standing": "on_time' OR 1=1", "state": "x", "cluster": "Cụm lạ", "kind": "__class__"}, "all"),
    ],
)
def test_the_list_is_narrowed_by_what_the_page_offers_only(as_office, period, ward, query, shown):
    response = as_office.get(address("hand_ins", period), query)

    expected = set(ward.values()) if shown == "all" else {ward[word] for word in shown}
    assert {row.unit for row in response.context["rows"]} == expected
    assert "3/4" in response.content.decode()  # the counts stay those of everybody


def test_the_office_opens_each_hand_in_and_others_only_read_the_list(client, period, ward):
    link = reverse("targets:review", args=[ward["late"].submissions.get().pk])
    for role, linked in (("office_of", True), ("leader_of", False), ("staff_of", False)):
        client.force_login(UserFactory(**{role: period.campaign.organiser}))
        assert (link in client.get(address("hand_ins", period)).content.decode()) is linked


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2025-12-05 09:00+07:00", "Hạn nộp: trước ngày 10/12/2025 (hết ngày 09/12/2025), còn 4 ngày 15 giờ."),
        ("2025-12-11 00:00+07:00", "đã quá hạn 1 ngày; báo cáo nộp sau hạn vẫn được nhận"),
    ],
)
def test_the_reminder_to_copy_names_the_silent_and_the_deadline(client, period, now, words, time_machine):
    time_machine.move_to(now, tick=False)
    submission = taking_part(period, name="Tổ dân phố 3")
    extended = taking_part(period, name="Tổ dân phố 5").unit
    granted = {"until": datetime(2025, 12, 12, tzinfo=WARD), "decided": True, "decided_at": DUE - timedelta(days=6)}
    ExtensionFactory(period=period, unit=extended, **granted)
    handed_in = taking_part(period, name="Tổ dân phố 4")
    hand_in(handed_in, {}, at=datetime(2025, 12, 1, tzinfo=WARD))
    client.force_login(UserFactory(office_of=period.campaign.organiser))

    page = client.get(address("hand_ins", period)).content.decode()

    text = page[page.index("<textarea") : page.index("</textarea>")]
    assert submission.unit.name in text
    assert "Tổ dân phố 5 (được gia hạn trước ngày 12/12/2025)" in text
    assert handed_in.unit.name not in text
    assert words in text
    assert "2 đơn vị" in text


def test_nobody_silent_needs_no_reminder(as_office, period):
    hand_in(taking_part(period), {})

    assert "<textarea" not in as_office.get(address("hand_ins", period)).content.decode()


def test_letters_that_reached_nobody_are_listed_with_a_phone_number(as_office, period):
    with_phone = letter_to_nobody(taking_part(period), full_name="Ông Vũ", phone="0912 345 678")
    letter_to_nobody(taking_part(period, phone="0225 111 222"), full_name="Bà Lê")
    letter_to_nobody(taking_part(PeriodFactory(campaign=period.campaign)), full_name="Kỳ khác")
    sent = letter_to_nobody(taking_part(period), full_name="Đã nhận")
    Message.objects.filter(pk=sent.pk).update(state=MessageState.CANCELLED)

    page = as_office.get(address("hand_ins", period)).content.decode()

    letters = page[page.index("Thư không tới nơi") :]
    for words in ("Ông Vũ", "0912 345 678", "Bà Lê", "0225 111 222", with_phone.unit.name):
        assert words in letters
    assert "Kỳ khác" not in letters
    assert "Đã nhận" not in letters


# --- Where a figure comes from --------------------------------------------------------------------------------------


def test_a_ratio_is_written_out_from_its_sums(as_office, period):
    target = TargetFactory(campaign=period.campaign, ratio=True, at_least=Decimal(95), decimals=2)
    report(period, target, "1450", "1500")
    report(period, target, "2000", "2100")
    report(period, target, "100", "100", accepted=False)

    page = as_office.get(address("sources", period, target)).content.decode()

    assert f"Σ 3.450 / Σ 3.600 × 100 = 95,83{NBSP}%" in page
    assert f"Σ 3.550 / Σ 3.700 × 100 = 95,95{NBSP}%" in page
    assert "(2/3 đơn vị)" in page
    assert f"1.450 / 1.500 = 96,67{NBSP}%" in page


def test_a_number_and_a_count_are_written_out(as_office, period):
    number = TargetFactory(campaign=period.campaign, unit_of_measure="người")
    report(period, number, "1200")
    report(period, number, "605")
    yes_no = TargetFactory(campaign=period.campaign, yes_no=True, factor=100, unit_of_measure="%", at_least=Decimal(95))
    for amount in ("1", "0", "1"):
        report(period, yes_no, amount)
    AllocationFactory(target=yes_no)

    assert f"Σ = 1.805{NBSP}người" in as_office.get(address("sources", period, number)).content.decode()
    page = as_office.get(address("sources", period, yes_no)).content.decode()
    assert f"2 đơn vị đạt / 4 đơn vị được giao × 100 = 50{NBSP}%" in page
    assert "Không đạt" in page


def test_silent_units_and_units_without_data_are_marked(as_office, period):
    target = TargetFactory(campaign=period.campaign)
    silent = AllocationFactory(target=target).unit
    submission = taking_part(period)
    hand_in(submission, {target: {"amount": None, "no_data": True, "note": "Chờ số liệu của cơ quan thuế"}})

    page = as_office.get(address("sources", period, target)).content.decode()

    assert silent.name in page
    assert page.count("Chưa nộp số liệu") == 1
    assert "Không có số liệu" in page
    assert "Chờ số liệu của cơ quan thuế" in page
    assert "Chưa có số liệu nào để cộng (0/2 đơn vị)" in page


# --- Adjusting ------------------------------------------------------------------------------------------------------


def test_the_office_s_figure_stands_beside_the_units_and_ends_the_earlier_one(as_office, period, office):
    target = TargetFactory(campaign=period.campaign)
    report(period, target, "90")
    url = address("adjust", period, target)

    as_office.post(url, {"amount": "1.105,5", "reason": "Theo Niên giám"})
    response = as_office.post(url, {"amount": "95", "reason": "Sửa lại"}, follow=True)

    ended, current = Adjustment.objects.order_by("pk")
    assert (ended.amount, current.amount, current.ended_at, current.by) == (
        Decimal("1105.5"),
        Decimal(95),
        None,
        office,
    )
    assert ended.ended_at == current.at
    page = response.content.decode()
    for words in ("Sau hiệu chỉnh", f"Σ = 90{NBSP}cuộc", f"Σ = 95{NBSP}cuộc", "Theo Niên giám", "đã hiệu chỉnh"):
        assert words in page
    assert [event.verb for event in Event.objects.about(target)] == ["Hiệu chỉnh"] * 2


def test_an_adjustment_is_withdrawn_and_the_units_figure_counts_again(as_office, period, office):
    target = TargetFactory(campaign=period.campaign)
    report(period, target, "90")
    as_office.post(address("adjust", period, target), {"amount": "95", "reason": "Niên giám"})
    url = address("withdraw_adjustment", period, target)

    as_office.post(url)
    again = as_office.post(url, follow=True)

    assert Adjustment.objects.get().ended_at is not None
    assert "không có hiệu chỉnh nào" in again.content.decode()
    assert "Sau hiệu chỉnh" not in again.content.decode()
    assert [event.verb for event in Event.objects.about(target)] == ["Bỏ hiệu chỉnh", "Hiệu chỉnh"]


def test_a_target_in_words_is_judged_by_hand(as_office, period):
    target = TargetFactory(campaign=period.campaign, text=True)

    as_office.post(address("adjust", period, target), {"verdict": "exceeded", "reason": "Hội đồng đánh giá"})

    row = row_of(as_office.get(address("compiled", period)), target)
    assert "Vượt" in row
    assert "đã hiệu chỉnh" in row


RATIO = {"ratio": True, "part_of_whole": True}
YES_NO = {"yes_no": True, "factor": 100, "unit_of_measure": "%", "at_least": Decimal(95)}


@pytest.mark.parametrize(
    ("kind", "data", "field", "sentence"),
    [
        ({}, {"amount": "5"}, "reason", ""),
        ({}, {"reason": "x"}, "__all__", "ghi số liệu hiệu chỉnh hoặc chọn đánh giá"),
        ({}, {"amount": "0.67", "reason": "x"}, "amount", "0,67"),
        ({}, {"amount": "1" * 16, "reason": "x"}, "amount", "chữ số"),
        ({}, {"amount": "-1", "reason": "x"}, "amount", "không thể âm"),
        ({}, {"verdict": "tracked", "reason": "x"}, "verdict", ""),
        ({"at_least": None, "at_most": Decimal(5)}, {"verdict": "exceeded", "reason": "x"}, "verdict", ""),
        (RATIO, {"amount": "5", "reason": "x"}, "base", "cả tử số và mẫu số"),
        (RATIO, {"base": "5", "reason": "x"}, "amount", "cả tử số và mẫu số"),
        (RATIO, {"amount": "0", "base": "0", "reason": "x"}, "base", "lớn hơn 0"),
        (RATIO, {"amount": "6", "base": "5", "reason": "x"}, "amount", "không được lớn hơn mẫu số"),
        (RATIO, {"amount": "5", "base": "5", "est_amount": "6", "reason": "x"}, "est_base", "cả tử số và mẫu số"),
        ({}, {"est_amount": "5", "verdict": "met", "reason": "x"}, "amount", "cả số thực hiện"),
        (YES_NO, {"amount": "3", "reason": "x"}, "amount", "từ 0 đến 2"),
        (YES_NO, {"amount": "0,5", "reason": "x"}, "amount", "số nguyên"),
        ({"text": True}, {"reason": "x"}, "verdict", ""),
    ],
)
def test_a_slip_in_an_adjustment_is_told_and_kept(as_office, period, kind, data, field, sentence):
    period.figures_as_of = date(2025, 6, 30)
    period.save()
    target = TargetFactory(campaign=period.campaign, **kind)
    for _ in range(2):
        AllocationFactory(target=target)

    response = as_office.post(address("adjust", period, target), data)

    form = response.context["form"]
    assert any(sentence in error for error in form.errors[field])
    for name, value in data.items():
        assert form[name].value() == value
    assert not Adjustment.objects.exists()


def test_estimates_are_asked_for_in_earlier_periods_only(as_office, period):
    target = TargetFactory(campaign=period.campaign, ratio=True)
    earlier = PeriodFactory(campaign=period.campaign, figures_as_of=date(2025, 6, 30))

    for asked, parts in (
        (period, ["amount", "base"]),
        (earlier, ["amount", "base", "est_amount", "est_base"]),
    ):
        form = as_office.get(address("sources", asked, target)).context["form"]
        assert list(form.fields) == [*parts, "verdict", "reason"]


def test_only_the_office_sees_the_form(client, period):
    target = TargetFactory(campaign=period.campaign)
    for role, shown in (("office_of", True), ("staff_of", False), ("leader_of", False)):
        client.force_login(UserFactory(**{role: period.campaign.organiser}))
        page = client.get(address("sources", period, target)).content.decode()
        assert (address("adjust", period, target) in page) is shown


def test_the_verb_refuses_an_adjustment_that_says_nothing(period, office):
    target = TargetFactory(campaign=period.campaign)
    nothing = dict.fromkeys(("amount", "base", "est_amount", "est_base"))

    with pytest.raises(Refused, match="ghi số liệu"):
        adjusting.adjust(period, target, **nothing, verdict="", reason="x", by=office, at=DUE)

    made = adjusting.adjust(period, target, **nothing, verdict=Verdict.MET, reason="x", by=office, at=DUE)
    assert Adjustment.objects.get() == made


# --- At the same moment ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_adjustments_at_once_leave_one_in_force():
    period = PeriodFactory()
    target = TargetFactory(campaign=period.campaign)
    office = UserFactory(office_of=period.campaign.organiser)
    nothing = dict.fromkeys(("base", "est_amount", "est_base"))

    def deed(number):
        return lambda: adjusting.adjust(
            period, target, amount=Decimal(number), **nothing, verdict="", reason="x", by=office, at=DUE
        )

    assert len(together(*(deed(number) for number in range(4)))) == 4
    assert Adjustment.objects.filter(ended_at__isnull=True).count() == 1
    assert Adjustment.objects.count() == 4
