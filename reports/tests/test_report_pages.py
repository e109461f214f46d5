import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from kombu import pools
from pytest_django.asserts import assertRedirects

from campaign_portal.celery import app
from campaigns.models import Event
from campaigns.tests.factories import WARD, PeriodFactory
from reports import building
from reports.models import OF_A_PERIOD, FileStage, Report, ReportKind, ReportState, ReportText
from reports.tests.factories import MORNING, ReportFactory, ReportFileFactory, ReportTextFactory, reported_ward
from targets.tests.factories import SubmissionFactory
from tests.rig.servers import free_port
from units.models import Role
from units.tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)
    return MORNING


@pytest.fixture
def period():
    return PeriodFactory()


def person(period, role):
    return MembershipFactory(unit=period.campaign.organiser, role=role).user


@pytest.fixture
def office(client, period):
    user = person(period, Role.OFFICE)
    client.force_login(user)
    return user


def url(name, thing):
    return reverse(f"reports:{name}", args=[thing.pk])


# --- Asking for a report ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OF_A_PERIOD)
def test_the_office_asks_for_a_report_and_sees_it_wait(client, office, period, kind):
    response = client.post(url("request_report", period), {"kind": kind})
    report = Report.objects.get()
    assertRedirects(response, report.get_absolute_url())
    assert (report.kind, report.state, report.requested_by, report.requested_at, report.as_of) == (
        kind,
        ReportState.QUEUED,
        office,
        MORNING,
        MORNING,
    )
    page = client.get(report.get_absolute_url()).text
    assert "Chờ lập" in page
    assert f'data-poll="{url("report_state", report)}"' in page


@pytest.mark.parametrize("kind", ["", "letter", "city\x00"])
def test_an_unknown_kind_asks_for_nothing(client, office, period, kind):
    response = client.post(url("request_report", period), {"kind": kind}, follow=True)
    assert "Đề nghị chọn loại báo cáo." in response.text
    assert not Report.objects.exists()


def test_the_broker_s_death_is_not_the_office_s_problem(client, office, period, backend, dead_broker):
    response = client.post(url("request_report", period), {"kind": ReportKind.CITY})

    report = Report.objects.get()
    assertRedirects(response, report.get_absolute_url())
    assert (report.state, report.needs_file) == (ReportState.QUEUED, True)
    building.build_due(MORNING, clock=lambda: MORNING)
    report.refresh_from_db()
    assert report.state == ReportState.READY


@pytest.fixture
def dead_broker(backend):
    """A Redis nobody runs, or a broker's folder that cannot be written; the app forgets its open connections."""
    queue = Path(settings.DATA_DIR, "broker", "queue")
    before = app.conf.broker_url
    if backend == "postgres":
        app.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    else:
        shutil.rmtree(queue)
        queue.touch()
    _forget_connections()
    yield
    if backend == "postgres":
        app.conf.broker_url = before
    else:
        queue.unlink()
        queue.mkdir()
    _forget_connections()


def _forget_connections():
    pools.reset()  # kombu keeps pools by address; a closed one would be handed out again
    app.amqp._producer_pool = None
    app._pool = None


# --- A report's page --------------------------------------------------------------------------------------------------


def test_a_failed_report_says_why_and_can_be_built_again(client, office, period):
    report = ReportFactory(period=period, failed=True, error="Thiếu tệp phông chữ Tinos-Bold.ttf; hãy chạy lệnh …")
    page = client.get(report.get_absolute_url()).text
    assert "Lập không thành" in page
    assert "Thiếu tệp phông chữ Tinos-Bold.ttf" in page
    assert url("retry", report) in page
    assert "data-poll" not in page

    assertRedirects(client.post(url("retry", report)), report.get_absolute_url())

    report.refresh_from_db()
    assert (report.state, report.needs_file, report.error) == (ReportState.QUEUED, True, "")


@pytest.mark.parametrize("state", ["queued", "building"])
def test_a_build_is_cancelled_on_its_page_and_can_be_asked_for_again(client, office, period, state):
    report = ReportFactory(period=period, **({"building": True} if state == "building" else {}))

    page = client.post(url("cancel", report), follow=True).text

    report.refresh_from_db()
    assert (report.state, report.needs_file) == (ReportState.CANCELLED, False)
    assert "Đã huỷ lập báo cáo." in page
    assert "data-poll" not in page
    event = Event.objects.about(report).first()
    assert (event.verb, event.by) == ("Huỷ lập", office)
    assert not building.build(report.pk, at=MORNING), "nothing is built any more"

    client.post(url("retry", report))
    assert building.build(report.pk, at=MORNING)


@pytest.mark.parametrize("state", ["ready", "failed", "approved", "issued", "cancelled"])
def test_what_is_not_being_built_cannot_be_cancelled(client, office, period, state):
    report = ReportFactory(period=period, **{state: True})
    page = client.post(url("cancel", report), follow=True).text
    assert "không thể thực hiện việc này" in page
    assert Report.objects.get().state == state


def test_the_polled_part_shows_how_far_the_build_is(client, office, period):
    report = ReportFactory(period=period, building=True, step="Dàn trang và nhúng phông chữ", percent=40)
    part = client.get(url("report_state", report)).text
    assert "Dàn trang và nhúng phông chữ" in part
    assert "40 %" in part
    assert "<html" not in part


BUTTONS = ["approve", "take_back", "issue", "correct_number", "record_sending", "retry", "cancel"]


@pytest.mark.parametrize(
    ("role", "state", "offered"),
    [
        (Role.OFFICE, "queued", ["cancel"]),
        (Role.OFFICE, "building", ["cancel"]),
        (Role.OFFICE, "failed", ["retry"]),
        (Role.OFFICE, "cancelled", ["retry"]),
        (Role.OFFICE, "ready", []),
        (Role.OFFICE, "approved", ["take_back", "issue"]),
        (Role.OFFICE, "issued", ["correct_number", "record_sending"]),
        (Role.OFFICE, "sent", []),
        (Role.OFFICE, "superseded", []),
        (Role.LEADER, "ready", ["approve"]),
        (Role.LEADER, "approved", []),
        (Role.LEADER, "issued", []),
        (Role.STAFF, "queued", []),
        (Role.STAFF, "failed", []),
        (Role.STAFF, "ready", []),
        (Role.STAFF, "approved", []),
        (Role.ADMIN, "issued", []),
    ],
)
def test_each_role_is_offered_what_it_may_do_now(client, period, role, state, offered):
    report = ReportFactory(period=period, **({} if state == "queued" else {state: True}))
    client.force_login(person(period, role))
    page = client.get(report.get_absolute_url()).text
    assert [name for name in BUTTONS if f'"{url(name, report)}"' in page] == offered


def test_the_leader_approves_with_one_press(client, period):
    report = ReportFactory(period=period, ready=True)
    leader = person(period, Role.LEADER)
    client.force_login(leader)
    response = client.post(url("approve", report), follow=True)
    assert "Đã phê duyệt; bản trình ký đang được lập." in response.text
    report.refresh_from_db()
    assert (report.state, report.approved_by, report.approved_at, report.needs_file) == (
        ReportState.APPROVED,
        leader,
        MORNING,
        True,
    )
    again = client.post(url("approve", report), follow=True)
    assert "không thể thực hiện việc này" in again.text
    assert Event.objects.about(report).count() == 1


def test_taking_back_needs_a_reason(client, office, period):
    report = ReportFactory(period=period, approved=True)
    response = client.post(url("take_back", report), {"reason": " "})
    assert response.status_code == 200
    assert response.context["form"].errors["reason"]
    client.post(url("take_back", report), {"reason": "Thiếu số liệu một đơn vị"})
    report.refresh_from_db()
    assert (report.state, report.approved_by) == (ReportState.READY, None)


def test_number_and_date_are_entered_mended_and_fixed_by_the_sending(client, office, period):
    report = ReportFactory(period=period, approved=True, approved_at=MORNING - timedelta(days=1))
    ReportFileFactory(report=report, stage=FileStage.APPROVED)

    client.post(url("issue", report), {"number": "125", "issued_on": "11/12/2025"})
    report.refresh_from_db()
    assert (report.state, report.number, str(report.issued_on), report.issued_by) == (
        ReportState.ISSUED,
        "125",
        "2025-12-11",
        office,
    )

    typed = client.get(url("correct_number", report)).context["form"]
    assert (typed["number"].value(), typed["issued_on"].value()) == ("125", report.issued_on)
    client.post(url("correct_number", report), {"number": "126", "issued_on": "11/12/2025", "reason": "Ghi nhầm"})
    report.refresh_from_db()
    assert report.number == "126"

    client.post(url("record_sending", report), {"sent_at": "09:00 11/12/2025", "how": "Trục liên thông"})
    report.refresh_from_db()
    assert (report.sent_at, report.sent_how, report.sent_by) == (
        datetime(2025, 12, 11, 9, tzinfo=WARD),
        "Trục liên thông",
        office,
    )
    assert "trong hạn" in client.get(report.get_absolute_url()).text
    late = client.post(url("correct_number", report), {"number": "9", "issued_on": "11/12/2025", "reason": "Nhầm"})
    assert "Báo cáo đã gửi" in late.text
    report.refresh_from_db()
    assert report.number == "126"


@pytest.mark.parametrize(
    ("sent_at", "words"), [("23:59 14/12/2025", "trong hạn"), ("00:00 15/12/2025", "sau hạn trước ngày 15/12/2025")]
)
def test_served_in_time_means_before_the_fifteenth_begins(client, period, time_machine, sent_at, words):
    time_machine.move_to(datetime(2025, 12, 16, 9, tzinfo=WARD), tick=False)
    client.force_login(person(period, Role.OFFICE))
    report = ReportFactory(period=period, issued=True)
    client.post(url("record_sending", report), {"sent_at": sent_at, "how": "Thư công vụ"})
    assert words in client.get(report.get_absolute_url()).text


def test_a_report_approved_and_sent_within_the_same_minute_is_recorded(client, period, time_machine):
    time_machine.move_to(MORNING + timedelta(seconds=50), tick=False)
    report = ReportFactory(period=period, issued=True, approved_at=MORNING + timedelta(seconds=10))
    client.force_login(person(period, Role.OFFICE))
    offered = client.get(url("record_sending", report)).context["form"]["sent_at"].value()
    client.post(url("record_sending", report), {"sent_at": f"{offered:%H:%M %d/%m/%Y}", "how": "Trục liên thông"})
    report.refresh_from_db()
    assert report.sent_at == MORNING


@pytest.mark.parametrize(
    ("approved_at", "issued_on", "taken"),
    [
        (datetime(2025, 12, 10, 18, 0, tzinfo=UTC), "10/12/2025", False),  # 01:00 of the 11th in the ward
        (datetime(2025, 12, 10, 18, 0, tzinfo=UTC), "11/12/2025", True),
        (datetime(2025, 12, 10, 16, 59, tzinfo=UTC), "10/12/2025", True),
    ],
)
def test_a_report_is_not_issued_on_a_day_before_its_approval_in_the_ward(
    client, office, period, approved_at, issued_on, taken
):
    report = ReportFactory(period=period, approved=True, approved_at=approved_at)
    ReportFileFactory(report=report, stage=FileStage.APPROVED)
    client.post(url("issue", report), {"number": "125", "issued_on": issued_on})
    report.refresh_from_db()
    assert (report.state == ReportState.ISSUED) is taken


@pytest.mark.parametrize(
    ("name", "state", "data", "field"),
    [
        ("issue", "approved", {"number": "", "issued_on": "11/12/2025"}, "number"),
        ("issue", "approved", {"number": "1\n2", "issued_on": "11/12/2025"}, "number"),
        ("issue", "approved", {"number": "1" * 21, "issued_on": "11/12/2025"}, "number"),
        ("issue", "approved", {"number": "1", "issued_on": "31/02/2025"}, "issued_on"),
        ("issue", "approved", {"number": "1", "issued_on": "mai"}, "issued_on"),
        ("correct_number", "issued", {"number": "1", "issued_on": "12/12/2025", "reason": ""}, "reason"),
        ("record_sending", "issued", {"sent_at": "hôm qua", "how": "Thư"}, "sent_at"),
        ("record_sending", "issued", {"sent_at": "09:00 11/12/2025", "how": ""}, "how"),
        ("record_sending", "issued", {"sent_at": "23:59 31/12/2025", "how": "Thư"}, "__all__"),
    ],
)
def test_what_is_typed_wrongly_comes_back_with_a_sentence(client, office, period, name, state, data, field):
    report = ReportFactory(period=period, **{state: True})
    ReportFileFactory(report=report, stage=FileStage.APPROVED)
    before = Report.objects.values().get(pk=report.pk)
    response = client.post(url(name, report), data)
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    for value in data.values():
        assert value.split("\n")[0] in response.text, "what was typed is kept"
    assert Report.objects.values().get(pk=report.pk) == before


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.OFFICE, Role.LEADER, Role.ADMIN])
def test_everybody_at_the_organiser_downloads_the_file_as_an_attachment(client, period, role):
    made = ReportFileFactory(report=ReportFactory(period=period, ready=True), content=b"%PDF-1.7 so lieu")
    client.force_login(person(period, role))
    response = client.get(url("file", made))
    body = b"".join(response.streaming_content)
    assert body == b"%PDF-1.7 so lieu"
    assert hashlib.sha256(body).hexdigest() == made.sha256
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "no-store, private"


def test_files_and_reports_are_hidden_from_units_and_other_organisers(client, period):
    report = ReportFactory(period=period, ready=True)
    made = ReportFileFactory(report=report)
    unit = SubmissionFactory(period=period).unit
    strangers = [
        UserFactory(head_of=unit),
        UserFactory(office_of=UnitFactory().organiser),
        UserFactory(leader_of=UnitFactory().organiser),
        UserFactory(),
    ]
    for user in strangers:
        client.force_login(user)
        for name, thing in [
            ("file", made),
            ("report", report),
            ("report_state", report),
            ("period_reports", period),
            ("write_texts", period),
        ]:
            assert client.get(url(name, thing)).status_code == 404, name


def test_a_role_that_ended_yesterday_opens_nothing(client, period):
    made = ReportFileFactory(report=ReportFactory(period=period, ready=True))
    ended = MembershipFactory(
        unit=period.campaign.organiser, role=Role.OFFICE, ends_on=MORNING.date() - timedelta(days=1)
    )
    client.force_login(ended.user)
    assert client.get(url("file", made)).status_code == 404


def test_files_have_no_address_of_their_own(client, period):
    made = ReportFileFactory(report=ReportFactory(period=period, ready=True))
    client.force_login(UserFactory(is_superuser=True))
    for path in (f"/media/{made.file.name}", f"/static/{made.file.name}", f"/{made.file.name}"):
        assert client.get(path).status_code == 404


# --- The reports of a period ------------------------------------------------------------------------------------------


def test_a_period_s_reports_newest_first(client, office, period):
    old = ReportFactory(period=period, issued=True, number="77", requested_at=MORNING - timedelta(days=1))
    new = ReportFactory(period=period, kind=ReportKind.PROGRESS)
    ReportFactory(number="")  # of another period
    response = client.get(url("period_reports", period))
    assert list(response.context["reports"]) == [new, old]
    assert "Số 77, 12/12/2025" in response.text
    assert "Tự động theo lịch" in response.text


def test_only_the_office_is_offered_to_build(client, period):
    for role, offered in [(Role.OFFICE, True), (Role.STAFF, False), (Role.LEADER, False)]:
        client.force_login(person(period, role))
        assert (url("request_report", period) in client.get(url("period_reports", period)).text) is offered


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_number_of_queries(client, office, period, number, django_assert_num_queries):
    for _ in range(number):
        ReportFactory(period=period, ready=True, requested_by=UserFactory())
    client.get(url("period_reports", period))
    with django_assert_num_queries(5):
        client.get(url("period_reports", period))


# --- Writing ----------------------------------------------------------------------------------------------------------


def written(form, **texts):
    """What the browser posts back: the form's own values with some sections typed over."""
    data = {name: form[name].value() for name in form.fields}
    return data | {f"text.{code}": text for code, text in texts.items()}


def test_the_office_writes_sections_and_reads_them_again(client, office, period):
    form = client.get(url("write_texts", period)).context["form"]
    response = client.post(url("write_texts", period), written(form, leadership="Chỉ đạo sát sao.", strengths="Tốt."))
    assertRedirects(response, url("write_texts", period))
    form = client.get(url("write_texts", period)).context["form"]
    assert (form["text.leadership"].value(), form["version.leadership"].value()) == ("Chỉ đạo sát sao.", 1)
    assert set(ReportText.objects.values_list("section", "by")) == {("leadership", office.pk), ("strengths", office.pk)}


def test_two_writers_of_one_section_see_both_texts_and_lose_nothing(client, office, period):
    other = UserFactory(full_name="Trần Thị Mẫu")
    mine = written(client.get(url("write_texts", period)).context["form"], strengths="Của tôi", proposals="Kiến nghị")
    ReportTextFactory(period=period, section="strengths", text="Của <b>người</b> kia", by=other)

    response = client.post(url("write_texts", period), mine)

    assert response.status_code == 409
    assert "Của tôi" in response.text
    assert "Của &lt;b&gt;người&lt;/b&gt; kia" in response.text
    assert "Trần Thị Mẫu" in response.text
    assert not ReportText.objects.filter(section="proposals").exists(), "nothing half-written"

    again = client.post(url("write_texts", period), written(response.context["form"], strengths="Của cả hai"))

    assertRedirects(again, url("write_texts", period))
    assert dict(ReportText.objects.values_list("section", "text")) == {
        "strengths": "Của cả hai",
        "proposals": "Kiến nghị",
    }


def test_writers_of_different_sections_do_not_meet(client, office, period):
    mine = written(client.get(url("write_texts", period)).context["form"], strengths="Của tôi")
    ReportTextFactory(period=period, section="proposals", text="Của người kia")
    assertRedirects(client.post(url("write_texts", period), mine), url("write_texts", period))
    assert dict(ReportText.objects.values_list("section", "text")) == {
        "strengths": "Của tôi",
        "proposals": "Của người kia",
    }


def test_a_section_too_long_is_kept_in_its_box_and_refused(client, office, period):
    data = written(client.get(url("write_texts", period)).context["form"], strengths="Dài " * 6000)
    response = client.post(url("write_texts", period), data)
    assert response.context["form"].errors["text.strengths"]
    assert "Dài Dài" in response.text
    assert not ReportText.objects.exists()


def test_half_a_form_writes_nothing(client, office, period):
    ReportTextFactory(period=period, section="strengths", text="Đã viết")
    response = client.post(url("write_texts", period), {"text.proposals": "Chỉ gửi một ô"})
    assert response.status_code == 200
    assert ReportText.objects.get().text == "Đã viết"


@pytest.mark.parametrize("role", [Role.STAFF, Role.LEADER, Role.ADMIN])
def test_only_the_office_writes(client, period, role):
    client.force_login(person(period, role))
    assert client.get(url("write_texts", period)).status_code == 403
    assert client.post(url("write_texts", period), {}).status_code == 403


# --- The whole way ----------------------------------------------------------------------------------------------------


TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def test_from_asked_for_to_sent_with_a_file_at_each_stage(client, time_machine):
    period = reported_ward()
    office, leader = person(period, Role.OFFICE), person(period, Role.LEADER)

    def build():
        building.build_due(MORNING, clock=lambda: MORNING)

    client.force_login(office)
    client.post(url("request_report", period), {"kind": ReportKind.CITY})
    build()
    report = Report.objects.get()
    client.force_login(leader)
    client.post(url("approve", report))
    build()
    client.force_login(office)
    client.post(url("issue", report), {"number": "5", "issued_on": "11/12/2025"})
    build()
    client.post(url("record_sending", report), {"sent_at": "09:00 11/12/2025", "how": "Trục liên thông"})

    page = client.get(report.get_absolute_url())
    files = page.context["files"]
    assert [(made.stage, made.format) for made in files] == [
        *((FileStage.ISSUED, format) for format in ("pdf", "docx", "xlsx")),
        (FileStage.APPROVED, "pdf"),
        *((FileStage.DRAFT, format) for format in ("pdf", "docx", "xlsx")),
    ]
    assert [event.verb for event in page.context["events"]] == [
        "Ghi nhận đã gửi thành phố",
        "Đã lập tệp: bản ban hành",
        "Ghi số 5",
        "Đã lập tệp: bản trình ký",
        "Phê duyệt",
        "Đã lập tệp: dự thảo",
        "Yêu cầu lập báo cáo kết quả gửi thành phố",
    ]
    for made in files:
        response = client.get(url("file", made))
        assert b"".join(response.streaming_content).startswith(b"%PDF-" if made.format == "pdf" else b"PK")
        assert f'.{made.format}"' in response["Content-Disposition"]
        assert response["Content-Type"] == TYPES[made.format]
        assert f"({made.get_format_display()}, " in page.text
