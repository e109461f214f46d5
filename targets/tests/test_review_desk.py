"""The review desk: single cells marked, several hand-ins accepted at once, one figure corrected, what stands out."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import PromptKind
from campaigns.tests.factories import ExtensionFactory, ParticipationFactory, PeriodFactory, PromptFactory
from targets import findings, workflow
from targets.models import Acceptance, Adjustment, Allocation, ReturnedCell, Submission, SubmissionState
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, sign_in, submission_of, typed, url_of
from units.tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def period(db):
    return PeriodFactory(figures_as_of=MIDYEAR)


@pytest.fixture
def target(period):
    return TargetFactory(campaign=period.campaign)


@pytest.fixture
def office(client, period):
    person = UserFactory(office_of=period.campaign.organiser)
    client.force_login(person)
    return person


def another_unit(period, target):
    submission = SubmissionFactory(period=period)
    ParticipationFactory(campaign=period.campaign, unit=submission.unit)
    AllocationFactory(target=target, unit=submission.unit)
    return submission


def handed_in(client_class, submission, **changes):
    """The submission after its own people handed it in."""
    client = client_class()
    sign_in(client, submission)
    answer = client.post(url_of(submission), typed(submission, **changes))
    assert answer.status_code == 302
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def hand_in(client):
    return lambda submission, **changes: handed_in(type(client), submission, **changes)


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- Marking single cells ---------------------------------------------------------------------------------------------


def send_back(client, submission, **fields):
    return client.post(reverse("targets:send_back", args=[submission.pk]), {"revision": 1, **fields})


def test_marked_cells_are_returned_each_with_its_reason(client, office, period, target, hand_in):
    PromptFactory(campaign=period.campaign, code="kho-khan", kind=PromptKind.DIFFICULTY)
    submission = hand_in(another_unit(period, target))
    head = f"target.{target.pk}"

    answer = send_back(
        client,
        submission,
        **{
            f"marks.{head}": [f"{head}.amount", f"{head}.evidence"],
            f"why.{head}": "Chưa khớp sổ theo dõi.",
            "marks.prompt.kho-khan": "prompt.kho-khan",
            "why.prompt.kho-khan": "Đề nghị nêu cụ thể.",
        },
    )

    assertRedirects(answer, reverse("targets:queue", args=[period.pk]))
    assert dict(ReturnedCell.objects.values_list("cell", "reason")) == {
        f"{head}.amount": "Chưa khớp sổ theo dõi.",
        f"{head}.evidence": "Chưa khớp sổ theo dõi.",
        "prompt.kho-khan": "Đề nghị nêu cụ thể.",
    }


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"marks": ["amount"]}, "Đề nghị ghi lý do tại ô đã đánh dấu."),
        ({"why": "Sai số."}, "Đã ghi lý do nhưng chưa đánh dấu ô nào."),
        ({}, "Đề nghị ghi lý do trả lại."),
    ],
)
def test_a_return_half_written_comes_back_with_what_was_typed(
    client, office, period, target, hand_in, fields, sentence
):
    submission = hand_in(another_unit(period, target))
    head = f"target.{target.pk}"
    posted = {f"marks.{head}": [f"{head}.{part}" for part in fields.get("marks", [])]}

    page = send_back(client, submission, **posted, **{f"why.{head}": fields.get("why", "")})

    assertContains(page, sentence)
    assertContains(page, fields.get("why", ""))
    assert Submission.objects.get(pk=submission.pk).state == SubmissionState.SUBMITTED


def test_the_reviews_link_ticks_the_cell_it_was_pressed_at(client, office, period, target, hand_in):
    submission = hand_in(another_unit(period, target))
    review = BeautifulSoup(client.get(reverse("targets:review", args=[submission.pk])).content, "html.parser")

    link = review.find("a", string=lambda text: text and "Trả lại ô này" in text) or review.select_one(".row-verbs a")
    page = BeautifulSoup(client.get(link["href"]).content, "html.parser")

    assert [box["value"] for box in page.select(".mark [checked]")] == [f"target.{target.pk}.amount"]


def test_an_accepted_result_reopens_by_single_cells_too(client, office, period, target, hand_in):
    submission = hand_in(another_unit(period, target))
    workflow.accept(submission, revision_number=1, by=office, at=A_WORKING_DAY)
    head = f"target.{target.pk}"

    client.post(
        reverse("targets:reopen", args=[submission.pk]),
        {f"marks.{head}": f"{head}.amount", f"why.{head}": "Thành phố hỏi lại."},
    )

    assert ReturnedCell.objects.get().cell == f"{head}.amount"
    assert Submission.objects.get(pk=submission.pk).state == SubmissionState.RETURNED


def test_what_was_said_about_a_cell_stands_beside_its_new_figure(client, office, period, target, hand_in):
    submission = hand_in(another_unit(period, target))
    head = f"target.{target.pk}"
    send_back(client, submission, **{f"marks.{head}": f"{head}.amount", f"why.{head}": "Chưa khớp sổ theo dõi."})
    hand_in(submission, amount="131")

    page = client.get(reverse("targets:review", args=[submission.pk]))

    assertContains(page, "“Chưa khớp sổ theo dõi.”")
    assertContains(page, str(office))
    assertContains(page, "bản trước: 120")


# --- Accepting several at once ----------------------------------------------------------------------------------------


def check(client, period, *chosen):
    return client.post(reverse("targets:check_chosen", args=[period.pk]), {"chosen": [s.pk for s in chosen]})


def ticked(page):
    boxes = BeautifulSoup(page.content, "html.parser").select("[name=chosen]")
    return {box["value"]: box.has_attr("checked") for box in boxes}


def test_the_preview_lists_exactly_what_was_chosen_and_ticks_what_has_no_findings(
    client, office, period, target, hand_in
):
    plain, far, left = [another_unit(period, target) for _ in range(3)]
    Allocation.objects.update(at_least=Decimal(100))
    target.at_least = Decimal(10_000_000)
    target.save()
    plain, far = hand_in(plain), hand_in(far, amount="999999", sure="on", note="Đúng.")
    hand_in(left)

    page = check(client, period, plain, far)

    assert ticked(page) == {f"{plain.pk}:1": True, f"{far.pk}:1": False}
    assertContains(page, "khác xa mức giao")
    assert not Acceptance.objects.exists()


def test_exactly_the_shown_revisions_are_accepted(client, office, period, target, hand_in):
    first, second, third = [hand_in(another_unit(period, target)) for _ in range(3)]
    hand_in(second, amount="125")  # replaced after it was shown

    answer = client.post(
        reverse("targets:accept_chosen", args=[period.pk]), {"chosen": [f"{first.pk}:1", f"{second.pk}:1"]}
    )

    assert {acceptance.submission for acceptance in Acceptance.objects.all()} == {first}
    assert "Đã duyệt 1 đơn vị." in said(answer)
    assert "vừa nộp bản mới (lần 2)" in said(answer)
    assert Submission.objects.get(pk=third.pk).state == SubmissionState.SUBMITTED


@pytest.mark.parametrize("chosen", [[], ["abc"], ["1:1:1"], ["9999999"], ["-1:1"]])
def test_nonsense_accepts_nothing(client, office, period, chosen):
    for address in ("targets:check_chosen", "targets:accept_chosen"):
        answer = client.post(reverse(address, args=[period.pk]), {"chosen": chosen})
        assert answer.status_code in (200, 302)

    assert not Acceptance.objects.exists()


def test_another_wards_hand_ins_are_not_accepted_along(client, office, period, target, hand_in):
    foreign_period = PeriodFactory(figures_as_of=MIDYEAR)
    foreign = hand_in(another_unit(foreign_period, TargetFactory(campaign=foreign_period.campaign)))

    client.post(reverse("targets:accept_chosen", args=[period.pk]), {"chosen": [f"{foreign.pk}:1"]})

    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("units", [1, 3])
def test_the_preview_takes_the_same_queries_for_any_number(
    client, office, period, target, hand_in, units, django_assert_num_queries
):
    chosen = [hand_in(another_unit(period, target)) for _ in range(units)]
    with django_assert_num_queries(12):
        check(client, period, *chosen)


# --- Correcting one figure --------------------------------------------------------------------------------------------


def correct(client, submission, **fields):
    result = submission.current_revision.results.get()
    return client.post(
        reverse("targets:correct", args=[result.pk]),
        {"amount": "100", "est_amount": "121", "reason": "Cộng nhầm."} | fields,
    )


def test_a_figure_is_corrected_and_both_are_shown(client, office, period, target, hand_in):
    submission = hand_in(another_unit(period, target))

    assertRedirects(correct(client, submission), reverse("targets:review", args=[submission.pk]))

    page = client.get(reverse("targets:review", args=[submission.pk]))
    assertContains(page, "120 cuộc")
    assertContains(page, "đã hiệu chỉnh: 100 cuộc")
    assertContains(client.get(reverse("targets:sources", args=[period.pk, target.pk])), "100")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": "0.67"}, "đề nghị gõ 0,67"),
        ({"amount": ""}, "Đề nghị điền mục này"),
        ({"amount": "-5"}, "không thể âm"),
        ({"reason": " "}, "Đề nghị điền mục này"),
    ],
)
def test_a_correction_badly_typed_comes_back(client, office, period, target, hand_in, fields, sentence):
    page = correct(client, hand_in(another_unit(period, target)), **fields)

    assertContains(page, sentence)
    assert not Adjustment.objects.exists()


def test_a_correction_is_withdrawn_by_its_button(client, office, period, target, hand_in):
    submission = hand_in(another_unit(period, target))
    correct(client, submission)
    result = submission.current_revision.results.get()

    client.post(reverse("targets:withdraw_correction", args=[result.pk]))

    assertNotContains(client.get(reverse("targets:review", args=[submission.pk])), "đã hiệu chỉnh")


# --- What stands out --------------------------------------------------------------------------------------------------


def found(submission):
    revision = Submission.objects.get(pk=submission.pk).current_revision
    return findings.read(revision, at=A_WORKING_DAY).rows[0].findings


@pytest.mark.parametrize(
    ("baseline", "words"), [("59", "Tăng hơn 2 lần so với năm trước"), ("300", "Giảm hơn 2 lần so với năm trước")]
)
def test_a_jump_against_last_year_stands_out(hand_in, baseline, words):
    submission = submission_of({}, period=PeriodFactory(figures_as_of=MIDYEAR))
    Allocation.objects.update(baseline=Decimal(baseline))
    hand_in(submission)

    assert any(words in sentence for sentence in found(submission))


def test_a_figure_near_last_years_does_not_stand_out(hand_in):
    submission = submission_of({}, period=PeriodFactory(figures_as_of=MIDYEAR))
    Allocation.objects.update(baseline=Decimal(100))
    hand_in(submission, amount="60", est_amount="99")

    assert found(submission) == []


def test_more_from_all_units_than_the_wards_goal_stands_out(period, target, hand_in):
    first, second = another_unit(period, target), another_unit(period, target)
    hand_in(first, amount="60", est_amount="99")
    assert found(first) == []
    hand_in(second, amount="60", est_amount="99")

    assert any("quá mức của phường (100)" in sentence for sentence in found(first))


# --- Closing and more time --------------------------------------------------------------------------------------------


def test_closing_needs_a_reason_that_the_story_keeps(client, office, period):
    address = reverse("targets:close_period", args=[period.pk])

    assertContains(client.post(address, {"reason": " "}), "Đề nghị điền mục này")
    client.post(address, {"reason": "Đã đủ báo cáo của các đơn vị."})

    period.refresh_from_db()
    assert period.is_closed
    assert period.campaign.events.get(verb="Khoá sổ").detail == "Đã đủ báo cáo của các đơn vị."


def test_a_request_declined_says_why_to_the_unit(client, office, period, target):
    submission = another_unit(period, target)
    asked = ExtensionFactory(period=period, unit=submission.unit, granted=None, decided_by=None, decided_at=None)
    address = reverse("targets:decide_extension", args=[asked.pk])

    assertContains(client.post(address, {"granted": "no", "note": ""}), "ghi lý do không đồng ý")
    client.post(address, {"granted": "no", "note": "Còn đủ thời gian."})

    reporter = UserFactory(reporter_of=submission.unit)
    client.force_login(reporter)
    assertContains(client.get(submission.get_absolute_url()), "Còn đủ thời gian.")
