"""Reporting periods typed in the plan's own words: read back first, kept as words and moment, moved with a reason."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import Event, ReportingPeriod
from campaigns.tests.factories import WARD, CampaignFactory, ExtensionFactory, ParticipationFactory, PeriodFactory
from targets import reminders
from targets.models import Submission
from targets.tests.factories import SubmissionFactory
from targets.tests.test_campaign_editor import typed_on, url
from units.models import Message, MessageKind, MessageState
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Báo cáo năm 2025",
    "figures_as_of": "2025-12-09",
    "units_due_words": "trước ngày 10/12/2025",
    "report_due_words": "chậm nhất ngày 15/12/2025",
    "version": "",
}
UNITS_DUE, REPORT_DUE = datetime(2025, 12, 10, tzinfo=WARD), datetime(2025, 12, 16, tzinfo=WARD)
READ = {
    "units_due_read": UNITS_DUE.astimezone(UTC).isoformat(),
    "report_due_read": REPORT_DUE.astimezone(UTC).isoformat(),
}


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def as_staff(client, campaign):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    return client


def edit_url(period):
    return reverse("targets:edit_period", args=[period.pk])


# --- Reading back -----------------------------------------------------------------------------------------------------


def test_the_first_sending_reads_the_deadlines_back_and_the_second_keeps_them(as_staff, campaign):
    first = as_staff.post(url("add_period", campaign), TYPED)

    page = first.content.decode()
    assert "đề nghị đọc lại hai thời hạn" in page
    assert "Đúng hạn: đến hết 23:59 thứ Ba, ngày 09/12/2025. Muộn: từ 00:00 thứ Tư, ngày 10/12/2025." in page
    assert "Đúng hạn: đến hết 23:59 thứ Hai, ngày 15/12/2025. Muộn: từ 00:00 thứ Ba, ngày 16/12/2025." in page
    assert not campaign.periods.exists()

    assertRedirects(as_staff.post(url("add_period", campaign), typed_on(first)), campaign.get_absolute_url())
    period = campaign.periods.get()
    assert (period.units_due, period.report_due) == (UNITS_DUE, REPORT_DUE)
    assert (period.units_due_words, period.report_due_words) == (TYPED["units_due_words"], TYPED["report_due_words"])
    assert period.figures_as_of == date(2025, 12, 9)


def test_what_was_read_back_while_typing_is_kept_at_once(as_staff, campaign):
    assertRedirects(as_staff.post(url("add_period", campaign), TYPED | READ), campaign.get_absolute_url())


@pytest.mark.parametrize("name", ["units_due", "report_due"])
def test_words_changed_after_the_reading_are_read_back_again(as_staff, campaign, name):
    sent = TYPED | READ | {f"{name}_words": "trước 16 giờ ngày 12/12/2025"}

    assert "đề nghị đọc lại" in as_staff.post(url("add_period", campaign), sent).content.decode()
    assert not campaign.periods.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("trước 16 giờ ngày 10/12/2025", "15:59 thứ Tư"),
        ("đến hết ngày 10/12/2025", "23:59 thứ Tư"),
        ("ngày 10/12/2025", "trước ngày"),
        ("", "Chưa hiểu"),
        ("trước ngày 10/12/2025 " + "x" * 9000, "Chưa hiểu"),
    ],
)
def test_a_deadline_is_read_back_while_it_is_typed(as_staff, words, said):
    answer = as_staff.get(reverse("targets:read_deadline"), {"w": words}).json()

    assert said in (answer.get("said") or answer["problem"])
    assert ("moment" in answer) is ("said" in answer)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"units_due_words": "ngày 10/12/2025"}, "units_due_words", "chậm nhất ngày"),
        ({"units_due_words": "trước ngày 31/11/2025"}, "units_due_words", "Lịch không có"),
        ({"report_due_words": "trước ngày 10/12/2025"}, "report_due_words", "phải sau hạn của đơn vị"),
        ({"units_due_words": "trước ngày 01/01/2025"}, "units_due_words", "Hạn của đơn vị trước ngày bắt đầu"),
        ({"report_due_words": "trước ngày 15/12/2035"}, "report_due_words", "quá xa"),
        ({"figures_as_of": "2025-12-10"}, "figures_as_of", "09/12/2025"),
        ({"figures_as_of": "2024-12-31"}, "figures_as_of", "trước ngày bắt đầu"),
        ({"figures_as_of": "2025-02-30"}, "figures_as_of", ""),
        ({"name": "Có sẵn"}, "name", "cùng tên"),
        ({"name": ""}, "name", ""),
        ({"name": "hai\ndòng"}, "name", "một dòng"),
    ],
)
def test_a_slip_in_a_period_is_told_beside_its_field_and_kept(as_staff, campaign, changes, field, sentence):
    PeriodFactory(campaign=campaign, name="Có sẵn")

    response = as_staff.post(url("add_period", campaign), TYPED | READ | changes)

    form = response.context["form"]
    assert any(sentence in error for error in form.errors[field])
    kept = TYPED | changes
    assert {name: form[name].value() for name in TYPED} == kept
    assert campaign.periods.count() == 1


def test_a_campaign_has_as_many_periods_as_it_needs(as_staff, campaign):
    as_staff.post(url("add_period", campaign), TYPED | READ)
    half = {"name": "Sáu tháng", "figures_as_of": "2025-06-30", "units_due_words": "chậm nhất ngày 05/7/2025"}
    confirm = as_staff.post(
        url("add_period", campaign), TYPED | half | {"report_due_words": "trước 16 giờ ngày 10/7/2025"}
    )
    as_staff.post(url("add_period", campaign), typed_on(confirm))

    assert list(campaign.periods.order_by("units_due").values_list("name", flat=True)) == [
        "Sáu tháng",
        "Báo cáo năm 2025",
    ]
    page = as_staff.get(campaign.get_absolute_url()).content.decode()
    assert "Kế hoạch ghi: “chậm nhất ngày 05/7/2025”" in page


# --- In an open campaign ----------------------------------------------------------------------------------------------


@pytest.fixture
def opened(campaign):
    """An open campaign with one period and one silent unit that has a reporter."""
    opened = CampaignFactory(organiser=campaign.organiser)
    period = PeriodFactory(campaign=opened, figures_as_of=date(2025, 12, 9))
    part = ParticipationFactory(campaign=opened)
    UserFactory(reporter_of=part.unit, full_name="Lê Văn Báo")
    SubmissionFactory(period=period, unit=part.unit)
    return period


def test_a_period_added_to_an_open_campaign_opens_with_its_hand_ins(as_staff, opened):
    as_staff.post(url("add_period", opened.campaign), TYPED | READ)

    added = ReportingPeriod.objects.exclude(pk=opened.pk).get()
    assert [row.unit for row in added.submissions.all()] == [opened.submissions.get().unit]


def moved(client, period, **changes):
    """Type other deadlines over a period's and confirm what is read back."""
    sent = typed_on(client.get(edit_url(period))) | changes
    first = client.post(edit_url(period), sent)
    return client.post(edit_url(period), typed_on(first)) if first.status_code == 200 else first


def test_a_moved_deadline_needs_a_reason_and_is_told(as_staff, opened):
    later = {"units_due_words": "trước 16 giờ ngày 12/12/2025"}
    assert "lý do thay đổi thời hạn" in moved(as_staff, opened, **later).content.decode()
    opened.refresh_from_db()
    assert opened.units_due == UNITS_DUE

    assertRedirects(moved(as_staff, opened, **later, reason="Bão số 15."), opened.campaign.get_absolute_url())

    opened.refresh_from_db()
    assert opened.units_due == datetime(2025, 12, 12, 16, tzinfo=WARD)
    event = Event.objects.about(opened).get()
    assert "đơn vị nộp trước ngày 10/12/2025" in event.detail
    assert "→" in event.detail
    assert "đơn vị nộp trước 16 giờ ngày 12/12/2025" in event.detail
    assert "Bão số 15." in event.detail
    letter = Message.objects.get(kind=MessageKind.EXTENSION)
    assert letter.user.full_name == "Lê Văn Báo"
    assert "trước 16:00 ngày 12/12/2025" in letter.body


def test_reminders_of_the_old_moment_do_not_leave_and_those_of_the_new_one_are_planned(as_staff, opened):
    reminders.plan(opened, at=datetime(2025, 12, 9, 9, tzinfo=WARD))
    assert Message.objects.get(kind=MessageKind.REMINDER, state=MessageState.WAITING).key.endswith("T17:00:00+00:00")

    moved(as_staff, opened, units_due_words="trước ngày 13/12/2025", reason="Bão số 15.")
    assert not Message.objects.filter(kind=MessageKind.REMINDER, state=MessageState.WAITING).exists()

    opened.refresh_from_db()
    reminders.plan(opened, at=datetime(2025, 12, 12, 9, tzinfo=WARD))
    waiting = Message.objects.get(kind=MessageKind.REMINDER, state=MessageState.WAITING)
    assert ":2025-12-12T17:00:00" in waiting.key


def test_a_reminder_of_a_later_extension_is_not_called_off(as_staff, opened):
    submission = opened.submissions.get()
    until = datetime(2025, 12, 14, tzinfo=WARD)
    ExtensionFactory(period=opened, unit=submission.unit, decided=True, until=until)
    reminders.plan(opened, at=datetime(2025, 12, 13, 9, tzinfo=WARD))

    moved(as_staff, opened, units_due_words="trước ngày 11/12/2025", reason="Theo thành phố.")

    assert Message.objects.filter(kind=MessageKind.REMINDER, state=MessageState.WAITING).exists()


def test_a_unit_that_handed_in_gets_no_letter_about_the_deadline(as_staff, opened):
    Submission.objects.all().delete()
    SubmissionFactory(period=opened, unit=opened.campaign.participations.get().unit, submitted=True)

    moved(as_staff, opened, units_due_words="trước ngày 11/12/2025", reason="Theo thành phố.")

    assert not Message.objects.exists()


def test_a_new_name_alone_needs_no_reason_and_no_second_reading(as_staff, opened):
    sent = typed_on(as_staff.get(edit_url(opened))) | {"name": "Tên mới"}

    assertRedirects(as_staff.post(edit_url(opened), sent), opened.campaign.get_absolute_url())

    opened.refresh_from_db()
    assert (opened.name, opened.units_due) == ("Tên mới", UNITS_DUE)


def test_two_people_moving_a_deadline_see_each_other(as_staff, opened):
    sent = typed_on(as_staff.get(edit_url(opened))) | {"name": "Của tôi"}
    ReportingPeriod.objects.filter(pk=opened.pk).update(name="Của người kia")

    response = as_staff.post(edit_url(opened), sent)
    page = response.content.decode()
    assert "Của người kia" in page
    assert response.context["form"]["name"].value() == "Của tôi"

    as_staff.post(edit_url(opened), typed_on(response))
    opened.refresh_from_db()
    assert opened.name == "Của tôi"


def test_a_closed_period_is_reopened_before_it_is_changed(as_staff, opened):
    opened.closed_at = UNITS_DUE
    opened.save()

    response = moved(as_staff, opened, name="Tên mới")

    assert "mở sổ lại trước" in response.content.decode()
    assert edit_url(opened) not in as_staff.get(opened.campaign.get_absolute_url()).content.decode()


# --- Taking away ------------------------------------------------------------------------------------------------------


def test_a_period_of_a_draft_is_taken_away_after_it_was_asked(as_staff, campaign):
    period = PeriodFactory(campaign=campaign)
    address = reverse("targets:remove_period", args=[period.pk])

    assert period.name in as_staff.get(address).content.decode()
    assert campaign.periods.exists()
    assertRedirects(as_staff.post(address), campaign.get_absolute_url())
    assert not campaign.periods.exists()
    assert Event.objects.about(campaign).get().verb == "Bỏ kỳ báo cáo"


def test_a_period_of_an_open_campaign_stays(as_staff, opened):
    address = reverse("targets:remove_period", args=[opened.pk])

    for response in (as_staff.get(address), as_staff.post(address)):
        assert "Chỉ bỏ được kỳ báo cáo" in response.content.decode()
    assert ReportingPeriod.objects.filter(pk=opened.pk).exists()
