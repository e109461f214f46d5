"""A return that marks single cells: the unit changes these alone, whatever it posts."""

import json
from decimal import Decimal

import pytest

from campaigns.models import PromptKind
from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import returning, workflow
from targets.answers import Answers, asked_of, result_fields
from targets.models import Result, Return, Submission
from targets.tests.factories import AllocationFactory, TargetFactory
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, key_of, sign_in, submission_of, target_of, typed, url_of
from units.models import Message, MessageKind
from units.refusals import Refused
from units.tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def handed_in(client):
    """A number and a ratio, handed in by the unit's reporter, who stays signed in."""
    submission = submission_of({}, {"ratio": True, "part_of_whole": True}, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", kind=PromptKind.DIFFICULTY)
    sign_in(client, submission)
    assert client.post(url_of(submission), typed(submission)).status_code == 302
    return Submission.objects.get(pk=submission.pk)


def send_back(submission, **marks):
    """Return the current revision; `marks` are {part of the first target: why}."""
    submission.refresh_from_db()
    return workflow.send_back(
        submission,
        revision_number=submission.current_revision.number,
        reason="",
        by=UserFactory(office_of=submission.period.campaign.organiser),
        at=A_WORKING_DAY,
        marks={key_of(submission, part): why for part, why in marks.items()},
    )


def figures(submission, position=0):
    submission.refresh_from_db()
    result = Result.objects.get(revision=submission.current_revision, target=target_of(submission, position))
    return result.amount, result.est_amount, result.note


def test_only_the_marked_figure_changes_whatever_is_posted(client, handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")

    everything_else = {"est_amount": "999", "note": "Đã cộng đủ."}
    posted = typed(handed_in, amount="130", **everything_else) | {
        key_of(handed_in, "amount", 1): "1",
        "prompt.kho-khan": "Viết lại cả phần không được đánh dấu.",
    }
    assert client.post(url_of(handed_in), posted).status_code == 302

    assert figures(handed_in) == (Decimal(130), Decimal(121), "Đã cộng đủ.")
    assert figures(handed_in, 1)[0] == Decimal(120)
    assert handed_in.current_revision.narratives.get().text == "Đã triển khai."


def test_the_verb_itself_copies_what_is_not_open_whoever_calls_it(handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")
    handed_in.refresh_from_db()
    number, ratio = (duty.target for duty in asked_of(handed_in))
    answers = Answers(
        results=[
            result_fields(number, amount=Decimal(130), est_amount=Decimal(999)),
            result_fields(ratio, amount=Decimal(1), base=Decimal(2)),
        ],
        narratives=[],
    )

    workflow.submit(handed_in, answers, key=workflow.fresh_key(), by=UserFactory(), at=A_WORKING_DAY)

    assert figures(handed_in)[:2] == (Decimal(130), Decimal(121))
    assert figures(handed_in, 1)[:2] == (Decimal(120), Decimal(121))
    assert handed_in.current_revision.narratives.get().text == "Đã triển khai."


def test_a_return_without_marks_opens_everything(client, handed_in):
    workflow.send_back(
        handed_in,
        revision_number=1,
        reason="Đề nghị xem lại toàn bộ.",
        by=UserFactory(office_of=handed_in.period.campaign.organiser),
        at=A_WORKING_DAY,
    )

    client.post(url_of(handed_in), typed(handed_in, amount="130", est_amount="140"))

    assert figures(handed_in)[:2] == (Decimal(130), Decimal(140))


def test_a_target_given_after_the_return_is_open(client, handed_in):
    send_back(handed_in, note="Đề nghị ghi rõ nguồn.")
    added = TargetFactory(campaign=handed_in.period.campaign)
    AllocationFactory(target=added, unit=handed_in.unit)

    client.post(url_of(handed_in), typed(handed_in))

    handed_in.refresh_from_db()
    assert Result.objects.get(revision=handed_in.current_revision, target=added).amount == 120


def test_the_same_key_sent_twice_gives_one_revision_after_a_return_too(client, handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")
    posted = typed(handed_in, amount="130")

    receipts = {client.post(url_of(handed_in), posted).url for _ in range(2)}

    assert len(receipts) == 1
    assert handed_in.revisions.count() == 2


def test_the_form_locks_every_other_box_and_says_why_this_one_is_open(client, handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")

    form = client.get(url_of(handed_in)).context["form"]

    row, other = form.rows
    assert (row.cells["amount"].is_locked, row.cells["amount"].why) == (False, "Thiếu một tổ.")
    assert row.cells["est_amount"].is_locked
    assert not row.cells["note"].is_locked
    assert all(cell.is_locked for cell in other.cells.values())
    assert all(cell.is_locked for cell in form.prompts)


def test_an_autosave_writes_no_locked_cell(client, handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")
    open_cell, locked_cell = key_of(handed_in, "amount"), key_of(handed_in, "est_amount")
    read = {key: cell["version"] for key, cell in Submission.objects.get(pk=handed_in.pk).draft.items()}

    client.post(
        url_of(handed_in, "luu-nhap"),
        {open_cell: "130", locked_cell: "999", "versions": json.dumps(read)},
        headers={"accept": "application/json"},
    )

    handed_in.refresh_from_db()
    assert handed_in.draft[open_cell]["text"] == "130"
    assert handed_in.draft[locked_cell]["text"] == "121"


def test_each_return_keeps_its_own_marks_and_their_author(client, handed_in):
    first = send_back(handed_in, amount="Thiếu một tổ.")
    client.post(url_of(handed_in), typed(handed_in, amount="130"))
    second = send_back(handed_in, est_amount="Ước thấp hơn năm trước.")

    kept = {returned: returned.cells.get().reason for returned in Return.objects.all()}
    assert kept == {first: "Thiếu một tổ.", second: "Ước thấp hơn năm trước."}
    handed_in.refresh_from_db()
    assert returning.opening_of(handed_in).marks == {key_of(handed_in, "est_amount"): "Ước thấp hơn năm trước."}


def test_the_letter_and_the_history_name_the_marked_cells(handed_in):
    send_back(handed_in, amount="Thiếu một tổ.")

    letter = Message.objects.get(kind=MessageKind.RETURNED)
    assert "Chỉ tiêu 1 – Thực hiện: Thiếu một tổ." in letter.body.replace(
        f"Chỉ tiêu {target_of(handed_in).number}", "Chỉ tiêu 1"
    )


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ({"amount": "  "}, "ghi lý do tại ô"),
        ({"base_or_else": "Lạ"}, "không có ô"),
        ({}, "ghi lý do trả lại"),
    ],
)
def test_marks_that_say_nothing_are_refused(handed_in, marks, sentence):
    with pytest.raises(Refused, match=sentence):
        send_back(handed_in, **marks)

    handed_in.refresh_from_db()
    assert handed_in.state == "submitted"
    assert not Return.objects.exists()
