"""Where only heads sign: the reporter asks the head, and the head sees who asked and when."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import Event
from campaigns.tests.factories import PeriodFactory
from targets import asking_head, periods, workflow
from targets.models import Revision, Submission
from targets.tests.hand_in import A_WORKING_DAY, key_of, sign_in, submission_of, typed, url_of
from units.models import Message, MessageKind
from units.tests.factories import MembershipFactory, UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def submission():
    return submission_of({}, period=PeriodFactory(campaign__head_signs=True))


@pytest.fixture
def head(submission):
    return UserFactory(head_of=submission.unit, full_name="Lê Văn Trưởng")


def ask(client, submission, **changes):
    return client.post(url_of(submission, "trinh"), typed(submission, **changes), follow=True)


def letters():
    return Message.objects.filter(kind=MessageKind.REVIEW).order_by("pk")


def test_asking_keeps_what_was_typed_and_writes_to_the_head(client, submission, head):
    sign_in(client, submission, reporter_of=submission.unit, full_name="Trần Thị Bình")

    response = ask(client, submission, amount="chưa xong")

    assertRedirects(response, submission.get_absolute_url())
    assertContains(response, "Đã lưu nháp và trình Lê Văn Trưởng.")
    assert Submission.objects.get(pk=submission.pk).draft[key_of(submission, "amount")]["text"] == "chưa xong"
    letter = letters().get()
    assert (letter.user, letter.unit) == (head, submission.unit)
    assert "Trần Thị Bình đã nhập kết quả" in letter.body
    assert f"{url_of(submission)}\n" in letter.body
    assert not Revision.objects.exists()


def test_the_head_sees_who_asked_and_when_until_handing_in(client, submission, head, time_machine):
    sign_in(client, submission, reporter_of=submission.unit, full_name="Trần Thị Bình")
    ask(client, submission)
    time_machine.move_to(A_WORKING_DAY + timedelta(minutes=5), tick=False)
    client.force_login(head)
    said = "Trần Thị Bình trình lúc 09:30:00 ngày 05/12/2025. Trình: Lê Văn Trưởng."

    assertContains(client.get(url_of(submission)), said)
    assertContains(client.get(submission.get_absolute_url()), said)
    client.post(url_of(submission), typed(submission))

    assertNotContains(client.get(url_of(submission)), said)
    assert [event.verb for event in Event.objects.about(submission)] == ["Nộp (lần 1)", "Trình thủ trưởng"]


def test_the_same_draft_goes_to_the_head_once_a_day(client, submission, head, time_machine):
    sign_in(client, submission)
    ask(client, submission)

    assertContains(ask(client, submission), "đã trình thủ trưởng trong hôm nay")
    assert letters().count() == 1
    ask(client, submission, amount="130")
    assert letters().count() == 2
    time_machine.move_to(A_WORKING_DAY + timedelta(days=1), tick=False)
    sign_in(client, submission)
    ask(client, submission, amount="130")
    assert letters().count() == 3
    assert Event.objects.about(submission).filter(verb=asking_head.VERB).count() == 3


def test_every_head_is_asked_but_the_one_who_asks(client, submission, head):
    deputy = UserFactory(head_of=submission.unit)
    MembershipFactory(user=UserFactory(), unit=submission.unit, role="head", ends_on="2025-11-30")

    client.force_login(head)
    ask(client, submission)

    assert [letter.user for letter in letters()] == [deputy]


def test_a_unit_without_a_head_is_told_whom_to_ask_and_keeps_the_draft(client, submission):
    sign_in(client, submission)

    response = ask(client, submission)

    assertContains(response, "Đã lưu nháp nhưng chưa trình. Đơn vị chưa có tài khoản thủ trưởng")
    assert Submission.objects.get(pk=submission.pk).draft[key_of(submission, "amount")]["text"] == "120"
    assert not Event.objects.about(submission).exists()


def test_where_anybody_may_hand_in_nobody_is_asked(client):
    submission = submission_of({})
    UserFactory(head_of=submission.unit)
    sign_in(client, submission)

    assertContains(ask(client, submission), "không yêu cầu thủ trưởng nộp")
    assert not letters().exists()


@pytest.mark.parametrize(
    ("stop", "sentence"),
    [
        (lambda one: workflow.accept(one, revision_number=1, by=UserFactory(), at=timezone.now()), "đã được duyệt"),
        (
            lambda one: periods.close_period(one.period, reason="Đã hết hạn.", by=UserFactory(), at=timezone.now()),
            "đề nghị liên hệ phòng Văn hoá - Xã hội",
        ),
    ],
)
def test_nobody_is_asked_when_it_cannot_be_handed_in(client, submission, head, stop, sentence):
    client.force_login(head)
    client.post(url_of(submission), typed(submission))
    stop(submission)
    sign_in(client, submission)

    assertContains(ask(client, submission), sentence)
    assert not letters().exists()


def test_an_empty_form_is_not_worth_asking(client, submission, head):
    sign_in(client, submission)

    response = client.post(url_of(submission, "trinh"), {"versions": "{}"}, follow=True)

    assertContains(response, "Chưa nhập số liệu nào")


def test_a_colleagues_newer_text_is_shown_before_the_head_is_asked(client, submission, head):
    fields = typed(submission)
    colleague = UserFactory(reporter_of=submission.unit)
    workflow.save_draft(submission, {key_of(submission, "amount"): "99"}, {}, by=colleague, at=timezone.now())
    sign_in(client, submission)

    assert client.post(url_of(submission, "trinh"), fields).status_code == 409
    assert not letters().exists()
