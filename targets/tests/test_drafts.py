"""Saving what was typed: by the button, by autosave, valid or not, and never over a colleague's text unseen."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from campaigns.tests.factories import PromptFactory
from targets import periods, workflow
from targets.models import Revision, Submission, SubmissionState
from targets.tests.factories import AllocationFactory, TargetFactory
from targets.tests.hand_in import A_WORKING_DAY, key_of, sign_in, submission_of, typed, url_of, versions_of
from units.tests.factories import UnitFactory, UserFactory

JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


def draft_of(submission):
    return {key: cell["text"] for key, cell in Submission.objects.get(pk=submission.pk).draft.items()}


def autosave(client, submission, cells, versions=None):
    fields = cells | {"versions": json.dumps(versions or {})}
    return client.post(url_of(submission, "luu-nhap"), fields, headers=JSON)


@pytest.mark.parametrize(
    ("role", "status"), [("reporter_of", 302), ("head_of", 302), ("office_of", 403), ("staff_of", 403)]
)
def test_only_the_units_people_save_its_draft(client, role, status):
    submission = submission_of({})
    own = role in ("reporter_of", "head_of")
    sign_in(client, submission, **{role: submission.unit if own else submission.unit.organiser})

    response = client.post(url_of(submission, "luu-nhap"), typed(submission))

    assert response.status_code == status
    assert bool(draft_of(submission)) is own


def test_another_units_draft_is_out_of_reach(client):
    submission = submission_of({})
    sign_in(client, submission, reporter_of=UnitFactory(organiser=submission.unit.organiser))

    assert autosave(client, submission, {key_of(submission, "amount"): "1"}).status_code == 404
    assert draft_of(submission) == {}


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"reporter_of": "unit"}, 200),
        ({"head_of": "unit"}, 200),
        ({"head_of": "unit", "reporter_of": "unit"}, 200),
        ({"reporter_of": "unit", "reporter_of__ends_on": A_WORKING_DAY.date()}, 200),
        ({"reporter_of": "unit", "reporter_of__ends_on": A_WORKING_DAY.date() - timedelta(days=1)}, 404),
        ({"office_of": "organiser"}, 403),
        ({"leader_of": "organiser"}, 403),
        ({"is_superuser": True}, 403),
    ],
)
def test_only_those_who_report_for_the_unit_today_autosave(client, person, status):
    submission = submission_of({})
    places = {"unit": submission.unit, "organiser": submission.unit.organiser}
    client.force_login(UserFactory(**{name: places.get(value, value) for name, value in person.items()}))

    assert autosave(client, submission, {key_of(submission, "amount"): "1"}).status_code == status
    assert bool(draft_of(submission)) is (status == 200)


def test_a_draft_is_not_saved_by_a_get(client):
    submission = submission_of({})
    sign_in(client, submission)

    assert client.get(url_of(submission, "luu-nhap")).status_code == 405


def test_the_button_saves_everything_valid_or_not(client):
    submission = submission_of({"ratio": True}, {"yes_no": True})
    PromptFactory(campaign=submission.period.campaign, code="kho-khan")
    sign_in(client, submission)
    fields = typed(submission, amount="mười hai", base="1.2.3", no_data="on") | {"prompt.kho-khan": "Thiếu\r\nngười"}

    response = client.post(url_of(submission, "luu-nhap"), fields, follow=True)

    assertRedirects(response, url_of(submission))
    assertContains(response, "Đã lưu nháp lúc 09:30.")
    assertContains(response, "mười hai")
    assert draft_of(submission) == {
        key_of(submission, "amount"): "mười hai",
        key_of(submission, "base"): "1.2.3",
        key_of(submission, "no_data"): "on",
        key_of(submission, "amount", 1): "1",
        "prompt.kho-khan": "Thiếu\nngười",
    }
    assert not Revision.objects.exists()


def test_an_unticked_box_is_saved_as_unticked(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission, "luu-nhap"), typed(submission, no_data="on"))

    client.post(url_of(submission, "luu-nhap"), typed(submission))

    assert draft_of(submission)[key_of(submission, "no_data")] == ""


def test_a_draft_saved_by_the_button_shows_both_texts_of_a_changed_cell(client):
    submission = submission_of({}, {})
    key, untouched = key_of(submission, "amount"), key_of(submission, "amount", 1)
    fields = typed(submission, amount="12")
    colleague = UserFactory(reporter_of=submission.unit, full_name="Trần Thị Bình")
    workflow.save_draft(submission, {key: "15"}, {}, by=colleague, at=timezone.now())
    sign_in(client, submission)

    response = client.post(url_of(submission, "luu-nhap"), fields)

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 409
    assert [box.text for box in page.select(".both .typed")] == ["12", "15"]
    assert draft_of(submission) == {key: "15"}
    assert page.find(id=untouched)["value"] == "120"
    assert page.select_one("#results")["action"] == url_of(submission, "xem-lai")
    again = fields | {"versions": page.find("input", {"name": "versions"})["value"]}
    client.post(url_of(submission, "luu-nhap"), again)
    assert draft_of(submission) == {key: "12", untouched: "120"}


def test_autosave_writes_only_the_posted_cells_and_answers_their_versions(client):
    submission = submission_of({}, {})
    first, second = key_of(submission, "amount"), key_of(submission, "amount", 1)
    sign_in(client, submission)
    autosave(client, submission, {first: "1"})

    response = autosave(client, submission, {second: "abc"})

    assert response.json() == {"saved_at": "09:30", "versions": {second: 1}}
    assert draft_of(submission) == {first: "1", second: "abc"}


def test_autosave_of_the_same_text_changes_nothing(client):
    submission = submission_of({})
    key = key_of(submission, "amount")
    sign_in(client, submission)
    autosave(client, submission, {key: "1"})

    lost_answer_sent_again = autosave(client, submission, {key: "1"})

    assert lost_answer_sent_again.json()["versions"] == {key: 1}
    assert versions_of(submission) == {key: 1}


def test_autosave_of_a_cell_that_a_colleague_changed_answers_both_and_writes_nothing(client):
    submission = submission_of({}, {})
    first, second = key_of(submission, "amount"), key_of(submission, "amount", 1)
    colleague = UserFactory(reporter_of=submission.unit, full_name="Trần Thị Bình")
    workflow.save_draft(submission, {first: "15"}, {}, by=colleague, at=timezone.now())
    sign_in(client, submission)

    response = autosave(client, submission, {first: "12", second: "7"})

    assert response.status_code == 409
    assert response.json()["conflicts"] == [
        {"key": first, "mine": "12", "theirs": "15", "by": "Trần Thị Bình", "version": 1}
    ]
    assert draft_of(submission) == {first: "15"}
    knowing = autosave(client, submission, {first: "12", second: "7"}, versions={first: 1})
    assert knowing.json()["versions"] == {first: 2, second: 1}


def test_two_people_in_different_cells_do_not_disturb_each_other(client):
    submission = submission_of({}, {})
    first, second = key_of(submission, "amount"), key_of(submission, "amount", 1)
    sign_in(client, submission)
    autosave(client, submission, {first: "1"})
    sign_in(client, submission, head_of=submission.unit)

    assert autosave(client, submission, {second: "2"}).status_code == 200
    assert draft_of(submission) == {first: "1", second: "2"}


@pytest.mark.parametrize(
    "key", ["target.999999.amount", "target.1e3.amount", "prompt.khong-co", "target..amount", "state", "target.1.by"]
)
def test_autosave_takes_no_cell_that_the_unit_is_not_asked(client, key):
    submission = submission_of({})
    sign_in(client, submission)

    assert autosave(client, submission, {key: "1"}).json()["versions"] == {}
    assert draft_of(submission) == {}


def test_autosave_takes_no_target_of_another_unit_or_campaign(client):
    submission = submission_of({})
    neighbours = AllocationFactory(target__campaign=submission.period.campaign).target
    elsewhere = AllocationFactory(unit=submission.unit, target=TargetFactory()).target
    sign_in(client, submission)

    autosave(client, submission, {f"target.{neighbours.pk}.amount": "1", f"target.{elsewhere.pk}.amount": "1"})

    assert draft_of(submission) == {}


def test_autosave_of_a_question(client):
    submission = submission_of()
    PromptFactory(campaign=submission.period.campaign, code="de-xuat")
    PromptFactory(campaign=submission.period.campaign, code="hoi-truong", asked_of=["school"])
    sign_in(client, submission)

    autosave(client, submission, {"prompt.de-xuat": "Không", "prompt.hoi-truong": "x"})

    assert draft_of(submission) == {"prompt.de-xuat": "Không"}


def test_a_draft_is_kept_after_the_period_closed(client):
    submission = submission_of({})
    sign_in(client, submission)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())

    assert autosave(client, submission, {key_of(submission, "amount"): "5"}).status_code == 200
    assert draft_of(submission) == {key_of(submission, "amount"): "5"}


def test_a_draft_leaves_what_was_handed_in_alone_and_the_page_says_so(client, time_machine):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    time_machine.shift(60)

    autosave(client, submission, {key_of(submission, "amount"): "99"}, versions=versions_of(submission))

    stored = Submission.objects.get(pk=submission.pk)
    assert stored.state == SubmissionState.SUBMITTED
    assert stored.current_revision.results.get().amount == 120
    assertContains(client.get(submission.get_absolute_url()), "Có nội dung đã sửa nhưng chưa nộp.")


def test_without_a_session_autosave_is_sent_to_sign_in_and_writes_nothing(client):
    submission = submission_of({})

    response = autosave(client, submission, {key_of(submission, "amount"): "5"})

    assert response.status_code == 302
    assert draft_of(submission) == {}


def test_autosave_takes_few_queries(client, django_assert_num_queries):
    submission = submission_of({}, {}, {})
    sign_in(client, submission)
    cells = {key_of(submission, "amount", position): "1" for position in range(3)}

    with django_assert_num_queries(8):  # session, person; submission, duties; savepoint, lock, draft, release
        assert autosave(client, submission, cells).status_code == 200
    again, versions = dict.fromkeys(cells, "2"), versions_of(submission)
    with django_assert_num_queries(7):  # cells that the draft holds are not asked about again
        assert autosave(client, submission, again, versions).status_code == 200
