"""The office's pages: who may open them, what they show, and what they do."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import Extension
from campaigns.tests.factories import (
    WARD,
    ExtensionFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets import workflow
from targets.models import Acceptance, Narrative, Return, Revision, SubmissionState
from targets.standing import deadline_for, standing_of
from targets.tests.factories import (
    AllocationFactory,
    ResultFactory,
    RevisionFactory,
    SubmissionFactory,
    TargetFactory,
)
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 12, 9, 9, tzinfo=WARD)


@pytest.fixture(autouse=True)
def _at_the_ninth(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def period():
    return PeriodFactory()


@pytest.fixture
def organiser(period):
    return period.campaign.organiser


@pytest.fixture
def office(client, organiser):
    person = UserFactory(office_of=organiser)
    client.force_login(person)
    return person


def hand_in(period, name="", *, cluster=None, **fields):
    """A unit that has the duty to report, and its submission."""
    unit = UnitFactory(organiser=period.campaign.organiser, **({"name": name} if name else {}))
    ParticipationFactory(campaign=period.campaign, unit=unit, cluster=cluster)
    return SubmissionFactory(period=period, unit=unit, **fields)


def answer(submission, amount=40, **fields):
    """A target that the unit holds, and what its current revision says of it."""
    target = fields.pop("target", None) or TargetFactory(campaign=submission.period.campaign)
    AllocationFactory(target=target, unit=submission.unit)
    return ResultFactory(revision=submission.current_revision, target=target, amount=Decimal(amount), **fields)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def url_of(name, thing):
    return reverse(f"targets:{name}", args=[thing.pk])


# --- Who may ----------------------------------------------------------------------------------------------------------

OF_A_SUBMISSION = ["review", "accept", "send_back", "reopen", "enter_on_behalf", "grant_extension"]
OF_A_PERIOD = ["queue", "close_period", "reopen_period"]
FOR_READERS = ["queue", "review"]
BY_POST = ["accept"]


def pages(submission, extension):
    yield from ((name, url_of(name, submission)) for name in OF_A_SUBMISSION)
    yield from ((name, url_of(name, submission.period)) for name in OF_A_PERIOD)
    yield "decide_extension", url_of("decide_extension", extension)


def ask(client, name, url):
    return client.post(url) if name in BY_POST else client.get(url)


def test_only_the_office_works_here_and_the_organisers_people_may_look(client, period, organiser):
    submission = hand_in(period, submitted=True)
    extension = ExtensionFactory(period=period, unit=submission.unit)
    people = {
        "office": (UserFactory(office_of=organiser), [*OF_A_SUBMISSION, *OF_A_PERIOD, "decide_extension"]),
        "staff": (UserFactory(staff_of=organiser), FOR_READERS),
        "leader": (UserFactory(leader_of=organiser), FOR_READERS),
        "admin": (UserFactory(admin_of=organiser), FOR_READERS),
    }
    for role, (person, allowed) in people.items():
        client.force_login(person)
        for name, url in pages(submission, extension):
            status = ask(client, name, url).status_code
            assert status in ((200, 302) if name in allowed else (403,)), f"{role} {name}: {status}"


@pytest.mark.parametrize("who", ["anonymous", "head", "reporter", "other_office", "ended_office"])
def test_everybody_else_is_sent_to_sign_in_or_finds_nothing(client, period, organiser, who):
    submission = hand_in(period, submitted=True)
    extension = ExtensionFactory(period=period, unit=submission.unit)
    if who != "anonymous":
        people = {
            "head": {"head_of": submission.unit},
            "reporter": {"reporter_of": submission.unit},
            "other_office": {"office_of": OrganiserFactory()},
            "ended_office": {"office_of": organiser, "office_of__ends_on": NOW.date() - timedelta(days=1)},
        }
        client.force_login(UserFactory(**people[who]))

    for name, url in pages(submission, extension):
        for response in (client.get(url), client.post(url, {"reason": "x", "revision": 1, "granted": "yes"})):
            if who == "anonymous":
                assert response.status_code == 302, name
                assert response.url.startswith(reverse("units:sign_in")), name
            elif response.status_code != 405:
                assert response.status_code == 404, name
    submission.refresh_from_db()
    period.refresh_from_db()
    extension.refresh_from_db()
    assert (submission.state, period.closed_at, extension.granted) == (SubmissionState.SUBMITTED, None, None)
    assert not Return.objects.exists()


# --- The queue --------------------------------------------------------------------------------------------------------


def test_whoever_waits_longest_stands_on_top_then_the_returned_the_silent_and_the_accepted(client, office, period):
    waiting = {name: hand_in(period, name, submitted=True) for name in ["Chờ ít", "Chờ lâu"]}
    Revision.objects.filter(submission=waiting["Chờ lâu"]).update(arrived_at=NOW - timedelta(days=9))
    for name, state in [("Xong", "accepted"), ("Im lặng", "draft"), ("Trả về", "returned")]:
        hand_in(period, name, **({state: True} if state != "draft" else {}))

    response = client.get(url_of("queue", period))

    assert [row.unit.name for row, _ in response.context["rows"]] == ["Chờ lâu", "Chờ ít", "Trả về", "Im lặng", "Xong"]
    assert [(state, count) for state, _, count in response.context["states"]] == [
        ("submitted", 2), ("returned", 1), ("draft", 1), ("accepted", 1)
    ]  # fmt: skip


def test_replacing_a_hand_in_begins_the_wait_anew(client, office, period):
    replaced, patient = hand_in(period, "Thay", submitted=True), hand_in(period, "Đợi", submitted=True)
    Revision.objects.filter(submission=replaced).update(arrived_at=NOW - timedelta(days=3))
    Revision.objects.filter(submission=patient).update(arrived_at=NOW - timedelta(days=2))
    replaced.current_revision = RevisionFactory(submission=replaced, arrived_at=NOW - timedelta(days=1))
    replaced.save()

    rows = client.get(url_of("queue", period)).context["rows"]

    assert [row.unit.name for row, _ in rows] == ["Đợi", "Thay"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Trường Hoà Bình", "Tổ dân phố Đông", "Hội Phụ nữ"}),
        ({"state": "submitted"}, {"Trường Hoà Bình"}),
        ({"standing": "silent"}, {"Hội Phụ nữ"}),
        ({"standing": "late"}, {"Tổ dân phố Đông"}),
        ({"standing": "extended"}, {"Hội Phụ nữ"}),
        ({"cluster": "Khối trường học"}, {"Trường Hoà Bình"}),
        ({"q": "hòa"}, {"Trường Hoà Bình"}),
        ({"q": "to dan pho DONG"}, {"Tổ dân phố Đông"}),
        ({"q": "phụ nữ", "state": "accepted"}, set()),
        ({"state": "nonsense", "cluster": "'; --"}, {"Trường Hoà Bình", "Tổ dân phố Đông", "Hội Phụ nữ"}),
    ],
)
def test_the_queue_narrows_by_state_cluster_deadline_and_name(
    client, office, period, organiser, query, found, time_machine
):
    schools = ClusterFactory(organiser=organiser, name="Khối trường học")
    hand_in(period, "Trường Hoà Bình", cluster=schools, submitted=True)
    late = hand_in(period, "Tổ dân phố Đông", returned=True)
    Revision.objects.filter(submission=late).update(arrived_at=period.units_due)
    silent = hand_in(period, "Hội Phụ nữ")
    ExtensionFactory(period=period, unit=silent.unit, decided=True)
    time_machine.move_to(period.units_due + timedelta(hours=1), tick=False)
    client.force_login(office)

    response = client.get(url_of("queue", period), query)

    assert {row.unit.name for row, _ in response.context["rows"]} == found


def test_the_queue_asks_the_database_the_same_for_one_unit_and_for_three(client, office, period, organiser):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            submission = hand_in(period, cluster=ClusterFactory(organiser=organiser), accepted=True)
            ExtensionFactory(period=period, unit=submission.unit)
        client.get(url_of("queue", period))  # the session is warm
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url_of("queue", period))
        counts.append((len(response.context["rows"]), len(queries)))

    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] == 13


def test_requests_for_more_time_wait_in_the_queue(client, office, period):
    submission = hand_in(period)
    waiting = ExtensionFactory(period=period, unit=submission.unit, reason="Chờ kho bạc.")
    ExtensionFactory(period=period, unit=hand_in(period).unit, decided=True, reason="Đã xong từ lâu.")
    ExtensionFactory(reason="Của phường khác.")

    response = client.get(url_of("queue", period))

    assertContains(response, "Chờ kho bạc.")
    assertContains(response, url_of("decide_extension", waiting))
    assertNotContains(response, "Đã xong từ lâu.")
    assertNotContains(response, "Của phường khác.")


def test_the_queue_offers_closing_while_open_and_reopening_while_closed(client, office, period):
    closing, reopening = url_of("close_period", period), url_of("reopen_period", period)
    assertContains(client.get(url_of("queue", period)), closing)
    assertNotContains(client.get(url_of("queue", period)), reopening)

    period.closed_at = NOW
    period.save()

    assertContains(client.get(url_of("queue", period)), reopening)
    assertNotContains(client.get(url_of("queue", period)), closing)


def test_readers_see_the_queue_without_its_verbs(client, period, organiser):
    submission = hand_in(period, submitted=True)
    ExtensionFactory(period=period, unit=submission.unit)
    client.force_login(UserFactory(leader_of=organiser))

    queue, review = client.get(url_of("queue", period)), client.get(url_of("review", submission))

    for verb, page in [("close_period", queue), ("decide_extension", queue), ("accept", review), ("send_back", review)]:
        thing = {"close_period": period, "decide_extension": period.extensions.get()}.get(verb, submission)
        assertNotContains(page, url_of(verb, thing))


# --- Reading one hand-in ----------------------------------------------------------------------------------------------


def findings_of(response):
    return [row.findings for row in response.context["readings"].rows]


def test_a_result_stands_beside_its_goal_and_the_figure_accepted_before(client, office, period):
    submission = hand_in(period, submitted=True)
    target = TargetFactory(campaign=period.campaign, unit_of_measure="triệu đồng")
    earlier = SubmissionFactory(
        unit=submission.unit,
        accepted=True,
        period__campaign=period.campaign,
        period__units_due=NOW - timedelta(days=90),
    )
    ResultFactory(revision=earlier.current_revision, target=target, amount=Decimal("250000"))
    answer(submission, "537487.84", target=target)
    submission.unit.allocations.update(at_least=Decimal(500000))

    response = client.get(url_of("review", submission))

    row = response.context["readings"].rows[0]
    assert row.back.actual == "537.487,84 triệu đồng"
    assert row.back.goal.replace("\u00a0", " ") == "Mức giao: ≥ 500.000 triệu đồng"
    assert row.earlier_words == "250.000 triệu đồng"
    assertContains(response, "537.487,84 triệu đồng")
    assertContains(response, "250.000 triệu đồng")


@pytest.mark.parametrize(
    ("amount", "far"), [("10", False), ("9.9999", True), ("1000", False), ("1000.0001", True), ("100", False)]
)
def test_a_figure_far_from_its_goal_asks_for_a_second_look(client, office, period, amount, far):
    submission = hand_in(period, submitted=True)
    answer(submission, amount)
    submission.unit.allocations.update(at_least=Decimal(100))

    found = findings_of(client.get(url_of("review", submission)))

    far_words = ["Số thực hiện khác xa mức giao (ngoài khoảng 1/10 đến 10 lần)"]
    assert found == [[*far_words, "Số thực hiện cần giải thích nhưng chưa có minh chứng"] if far else []]


def test_what_else_asks_for_a_second_look(client, office, period):
    submission = hand_in(period, submitted=True)
    growing = TargetFactory(campaign=period.campaign, number=1, accumulates=True)
    over = TargetFactory(campaign=period.campaign, number=2, ratio=True)
    none = TargetFactory(campaign=period.campaign, number=3)
    plain = TargetFactory(campaign=period.campaign, number=4, yes_no=True)
    earlier = SubmissionFactory(
        unit=submission.unit,
        accepted=True,
        period__campaign=period.campaign,
        period__units_due=NOW - timedelta(days=90),
    )
    ResultFactory(revision=earlier.current_revision, target=growing, amount=Decimal(50))
    answer(submission, 40, target=growing, est_amount=Decimal(39))
    answer(submission, 51, target=over)
    answer(submission, 1, target=plain)
    AllocationFactory(target=none, unit=submission.unit)
    ResultFactory(
        revision=submission.current_revision, target=none, amount=None, no_data=True, note="Chưa có kinh phí."
    )

    response = client.get(url_of("review", submission))

    by_number = {row.target.number: row.findings for row in response.context["readings"].rows}
    assert by_number == {
        1: ["Số luỹ kế thấp hơn kỳ trước", "Ước cả năm thấp hơn số đã thực hiện"],
        2: ["Số thực hiện: tỷ lệ trên 100 %", "Số thực hiện cần giải thích nhưng chưa có minh chứng"],
        3: ["Không có số liệu"],
        4: [],
    }
    assertContains(response, "Chưa có kinh phí.")
    assertContains(response, "3 chỉ tiêu có điều cần xem lại")


def test_duties_that_came_or_went_after_the_hand_in_are_told(client, office, period):
    submission = hand_in(period, submitted=True)
    gone = answer(submission).target
    gone.allocations.update(ended_at=NOW)
    new = TargetFactory(campaign=period.campaign)
    AllocationFactory(target=new, unit=submission.unit)

    response = client.get(url_of("review", submission))

    assert findings_of(response) == [["Đơn vị đã thôi được giao chỉ tiêu này; số liệu không được tổng hợp"]]
    assertContains(response, f"Chỉ tiêu {new.number} được giao sau lần nộp này")


def test_what_a_replacement_changed_is_shown_beside_it(client, office, period):
    submission = hand_in(period, submitted=True)
    changed, same = answer(submission, 40), answer(submission, 41)
    second = RevisionFactory(submission=submission)
    ResultFactory(revision=second, target=changed.target, amount=Decimal(44))
    ResultFactory(revision=second, target=same.target, amount=Decimal(41))
    submission.current_revision = second
    submission.save()

    response = client.get(url_of("review", submission))

    assert [row.before_words for row in response.context["readings"].rows] == ["40 cuộc", ""]
    assertContains(response, "Bản này thay bản lần 1")


def test_words_files_theme_and_story_are_read_on_the_same_page(client, office, period):
    submission = hand_in(period, submitted=True)
    period.campaign.participations.update(theme="Phường không rác.")
    asked = PromptFactory(campaign=period.campaign, heading="Nhiệm vụ thu gom rác")
    PromptFactory(campaign=period.campaign, heading="Câu bỏ trống")
    PromptFactory(campaign=period.campaign, heading="Câu hỏi riêng cho trường", asked_of=["school"])
    Narrative.objects.create(revision=submission.current_revision, prompt=asked, text="Đã ra quân <b>4</b> lần.")
    workflow.send_back(submission, revision_number=1, reason="Thiếu số liệu quý 4.", by=office, at=NOW)

    response = client.get(url_of("review", submission))

    for text in ["Phường không rác.", "Đã ra quân &lt;b&gt;4&lt;/b&gt; lần.", "Câu bỏ trống", "Thiếu số liệu quý 4."]:
        assertContains(response, text)
    assertNotContains(response, "Câu hỏi riêng cho trường")
    assertContains(response, "Trả lại (lần 1)")


def test_a_unit_that_has_not_handed_in_has_nothing_to_read_or_judge(client, office, period):
    submission = hand_in(period)

    response = client.get(url_of("review", submission))

    assertContains(response, "Đơn vị chưa nộp")
    assertNotContains(response, url_of("accept", submission))
    assertContains(response, url_of("enter_on_behalf", submission))


def test_reading_asks_the_database_the_same_for_one_result_and_for_three(client, office, period):
    submission = hand_in(period, submitted=True)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            answer(submission)
        client.get(url_of("review", submission))
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of("review", submission))
        counts.append(len(queries))

    assert counts[0] == counts[1] == 20


# --- Accepting and returning ------------------------------------------------------------------------------------------


def test_accepting_takes_exactly_the_revision_on_the_screen(client, office, period):
    submission = hand_in(period, submitted=True)
    page = client.get(url_of("review", submission))
    assertContains(page, '<input type="hidden" name="revision" value="1">', html=True)

    response = client.post(url_of("accept", submission), {"revision": 1})

    assertRedirects(response, url_of("queue", period))
    acceptance = Acceptance.objects.get()
    assert (acceptance.revision, acceptance.by, acceptance.accepted_at) == (submission.current_revision, office, NOW)


@pytest.mark.parametrize("verb", ["accept", "send_back"])
def test_a_revision_replaced_meanwhile_is_refused_and_the_new_one_shown(client, office, period, verb):
    submission = hand_in(period, submitted=True)
    submission.current_revision = RevisionFactory(submission=submission)
    submission.save()

    response = client.post(url_of(verb, submission), {"revision": 1, "reason": "Thiếu."}, follow=True)

    assertContains(response, "Đơn vị vừa nộp bản mới (lần 2)")
    submission.refresh_from_db()
    assert submission.state == SubmissionState.SUBMITTED
    if verb == "accept":
        assertContains(response, '<input type="hidden" name="revision" value="2">', html=True)


def test_nobody_of_the_office_accepts_what_they_entered_while_a_colleague_can(client, office, organiser, period):
    UserFactory(office_of=organiser)
    submission = hand_in(period, submitted=True)
    Revision.objects.update(submitted_by=office)
    assertContains(client.get(url_of("review", submission)), "Chính người đang xem đã nộp bản này")

    response = client.post(url_of("accept", submission), {"revision": 1}, follow=True)

    assertContains(response, "không được tự duyệt")
    assert not Acceptance.objects.exists()


def test_accepting_what_one_entered_oneself_shows_where_the_office_is_one_person(client, office, period):
    submission = hand_in(period, submitted=True)
    Revision.objects.update(submitted_by=office)

    client.post(url_of("accept", submission), {"revision": 1})

    assertContains(client.get(url_of("review", submission)), "(tự duyệt)")
    assertContains(client.get(url_of("queue", period)), "tự duyệt")


@pytest.mark.parametrize("posted", [{}, {"revision": "abc"}, {"revision": "9" * 30}])
def test_accepting_without_a_revision_that_was_read_accepts_nothing(client, office, period, posted):
    submission = hand_in(period, submitted=True)

    response = client.post(url_of("accept", submission), posted)

    assertRedirects(response, url_of("review", submission))
    assert not Acceptance.objects.exists()


def test_returning_keeps_the_reason_and_the_last_day_that_counts(client, office, period):
    submission = hand_in(period, submitted=True)
    assertContains(client.get(url_of("send_back", submission), {"revision": 1}), "bản nộp lần 1")

    response = client.post(
        url_of("send_back", submission), {"revision": 1, "reason": "Thiếu mẫu số.", "last_day": "12/12/2025"}
    )

    assertRedirects(response, url_of("queue", period))
    returned = Return.objects.get()
    assert (returned.reason, returned.by) == ("Thiếu mẫu số.", office)
    assert returned.answer_by == datetime(2025, 12, 13, tzinfo=WARD)


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({}, "__all__"),
        ({"reason": "   "}, "__all__"),
        ({"reason": "Sửa.", "last_day": "32/13/2025"}, "last_day"),
        ({"reason": "Sửa.", "last_day": "31/12/9999"}, "last_day"),
    ],
)
@pytest.mark.parametrize("verb", ["send_back", "reopen"])
def test_a_return_badly_typed_comes_back_with_a_sentence_and_what_was_typed(
    client, office, period, verb, posted, field
):
    submission = hand_in(period, **{"submitted" if verb == "send_back" else "accepted": True})

    response = client.post(url_of(verb, submission), {"revision": 1} | posted)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Return.objects.filter(at=NOW).exists()


def test_a_day_gone_by_is_refused_and_what_was_typed_stays(client, office, period):
    submission = hand_in(period, submitted=True)

    response = client.post(
        url_of("send_back", submission), {"revision": 1, "reason": "Giữ lời này.", "last_day": "08/12/2025"}
    )

    assertContains(response, "phải sau lúc này")
    assertContains(response, "Giữ lời này.")


def test_sending_back_begins_with_reading(client, office, period):
    submission = hand_in(period, submitted=True)
    assertRedirects(client.get(url_of("send_back", submission)), url_of("review", submission))


def test_an_accepted_result_reopens_with_a_reason_and_stays_accepted_meanwhile(client, office, period):
    submission = hand_in(period, accepted=True)
    assertContains(client.get(url_of("review", submission)), url_of("reopen", submission))

    response = client.post(url_of("reopen", submission), {"reason": "Kho bạc điều chỉnh."})

    assertRedirects(response, url_of("review", submission))
    submission.refresh_from_db()
    assert submission.state == SubmissionState.RETURNED
    assertContains(client.get(url_of("review", submission)), "đang chỉnh sửa, bản đã duyệt vẫn được tổng hợp")


def test_what_is_not_accepted_does_not_reopen(client, office, period):
    submission = hand_in(period, submitted=True)

    response = client.post(url_of("reopen", submission), {"reason": "Nhầm."})

    assertContains(response, "Chỉ mở lại được kết quả đã duyệt.")


# --- Entering on behalf -----------------------------------------------------------------------------------------------


def paper(submission, **more):
    """What the office posts for a unit with one number and one question."""
    target = submission.unit.allocations.get().target
    return {
        "submit_key": "6f1c1a3e-4f3a-4a86-9d0c-2f2f6a1b0c01",
        "versions": "{}",
        "source": "Báo cáo số 12/BC-TDP",
        "received_on": "08/12/2025",
        "received_time": "16:30",
        f"target.{target.pk}.amount": "120",
    } | more


@pytest.fixture
def silent(period):
    """A unit that has handed in nothing and holds one number target."""
    submission = hand_in(period)
    AllocationFactory(target=TargetFactory(campaign=period.campaign), unit=submission.unit)
    return submission


def test_the_office_enters_a_paper_and_the_moment_it_came_counts(client, office, period, silent, time_machine):
    time_machine.move_to(period.units_due + timedelta(days=1), tick=False)
    client.force_login(office)

    response = client.post(url_of("enter_on_behalf", silent), paper(silent))

    assertRedirects(response, url_of("review", silent))
    revision = silent.revisions.get()
    assert revision.on_behalf_source == "Báo cáo số 12/BC-TDP"
    assert revision.received_at == datetime(2025, 12, 8, 16, 30, tzinfo=WARD)
    assert revision.submitted_by == office
    assert revision.results.get().amount == 120
    assert standing_of(silent) == "on_time"
    assertContains(client.get(url_of("review", silent)), "Phòng nhập thay theo: Báo cáo số 12/BC-TDP")


def test_a_paper_received_after_the_deadline_is_late(client, office, period, silent, time_machine):
    time_machine.move_to(period.units_due + timedelta(days=1), tick=False)
    client.force_login(office)

    client.post(url_of("enter_on_behalf", silent), paper(silent, received_on="2025-12-10", received_time="00:00"))

    assert standing_of(silent) == "late"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": ""}, "Nguồn"),
        ({"received_on": ""}, "Phòng nhận ngày"),
        ({"received_on": "2025-12-10"}, "Thời điểm nhận không thể sau lúc này."),
        ({"received_on": "31/12/9999"}, "Năm phải đến 2099."),
        ({"received_on": "01/01/0001"}, "Năm phải từ 2000."),
        ({"received_on": "12/13/2025"}, "ngày/tháng/năm, ví dụ"),
        ({"received_time": "4 giờ chiều"}, "giờ:phút, ví dụ"),
        ({"amount": "120.5"}, "số nguyên"),
        ({"amount": ""}, "Chưa gõ số"),
    ],
)
def test_a_paper_badly_entered_comes_back_with_everything_typed(client, office, silent, change, sentence):
    target = silent.unit.allocations.get().target
    posted = paper(silent)
    if "amount" in change:
        posted[f"target.{target.pk}.amount"] = change["amount"]
    else:
        posted |= change

    response = client.post(url_of("enter_on_behalf", silent), posted)

    assertContains(response, sentence)
    assert not silent.revisions.exists()
    kept = [value for value in (posted["source"], posted[f"target.{target.pk}.amount"]) if value]
    for value in kept:
        assertContains(response, f'value="{value}"')


def test_one_paper_posted_twice_is_one_hand_in(client, office, silent):
    for _ in range(2):
        assertRedirects(client.post(url_of("enter_on_behalf", silent), paper(silent)), url_of("review", silent))

    assert silent.revisions.count() == 1


def test_a_closed_period_takes_no_paper_until_the_unit_is_let_in(client, office, period, silent):
    period.closed_at = NOW - timedelta(hours=1)
    period.save()
    assertContains(client.post(url_of("enter_on_behalf", silent), paper(silent)), "Kỳ báo cáo đã khoá sổ")
    assert not silent.revisions.exists()

    client.post(url_of("grant_extension", silent), {"last_day": "12/12/2025", "reason": "Mưa bão."})
    client.post(url_of("enter_on_behalf", silent), paper(silent))

    assert silent.revisions.count() == 1


def test_entering_keeps_the_units_own_draft(client, office, silent):
    silent.draft = {"prompt.x": {"text": "đang viết", "version": 1, "by": "1", "at": NOW.isoformat()}}
    silent.save()
    assertContains(client.get(url_of("enter_on_behalf", silent)), "bản nháp của đơn vị")

    client.post(url_of("enter_on_behalf", silent), paper(silent))

    silent.refresh_from_db()
    assert silent.draft["prompt.x"]["text"] == "đang viết"


# --- More time, closing, reopening ------------------------------------------------------------------------------------


def test_more_time_lasts_to_the_end_of_the_day_named(client, office, silent):
    assert client.get(url_of("grant_extension", silent)).status_code == 200

    response = client.post(url_of("grant_extension", silent), {"last_day": "12/12/2025", "reason": "Mưa bão."})

    assertRedirects(response, url_of("review", silent))
    assert deadline_for(silent) == datetime(2025, 12, 13, tzinfo=WARD)
    assert Extension.objects.get().decided_by == office


def test_time_that_is_no_longer_than_the_deadline_is_refused(client, office, silent):
    response = client.post(url_of("grant_extension", silent), {"last_day": "2025-12-09", "reason": "Giữ lời này."})

    assertContains(response, "phải sau hạn nộp")
    assertContains(response, "Giữ lời này.")
    assert not Extension.objects.exists()


@pytest.mark.parametrize(("word", "granted"), [("yes", True), ("no", False)])
def test_a_request_is_decided_by_either_button(client, office, period, word, granted):
    asked = ExtensionFactory(period=period, unit=hand_in(period).unit)
    assertContains(client.get(url_of("decide_extension", asked)), asked.reason)

    response = client.post(url_of("decide_extension", asked), {"granted": word, "note": "Đã xem xét."})

    assertRedirects(response, url_of("queue", period))
    asked.refresh_from_db()
    assert (asked.granted, asked.decided_by, asked.decided_at) == (granted, office, NOW)


def test_a_request_is_decided_by_a_word_and_once(client, office, period):
    asked = ExtensionFactory(period=period, unit=hand_in(period).unit)
    assert client.post(url_of("decide_extension", asked), {"granted": "maybe"}).status_code == 200
    client.post(url_of("decide_extension", asked), {"granted": "yes"})

    assertContains(client.post(url_of("decide_extension", asked), {"granted": "no"}), "đã được quyết định")

    asked.refresh_from_db()
    assert asked.granted is True


def test_closing_names_the_silent_first_and_then_locks(client, office, period):
    hand_in(period, "Tổ dân phố Im Lặng")
    page = client.get(url_of("close_period", period))
    assertContains(page, "Tổ dân phố Im Lặng")
    period.refresh_from_db()
    assert period.closed_at is None

    assertRedirects(client.post(url_of("close_period", period), {"reason": "Đã đủ."}), url_of("queue", period))

    period.refresh_from_db()
    assert period.closed_at == NOW


def test_closing_twice_says_so(client, office, period):
    client.post(url_of("close_period", period), {"reason": "Đã đủ."})

    response = client.post(url_of("close_period", period), {"reason": "Đã đủ."})

    assertContains(response, "Kỳ báo cáo đã khoá sổ.")


def test_reopening_a_period_needs_a_reason(client, office, period):
    period.closed_at = NOW - timedelta(days=1)
    period.save()

    assert list(client.post(url_of("reopen_period", period), {"reason": ""}).context["form"].errors) == ["reason"]
    assertRedirects(
        client.post(url_of("reopen_period", period), {"reason": "Mất điện diện rộng."}), url_of("queue", period)
    )

    period.refresh_from_db()
    assert period.closed_at is None
