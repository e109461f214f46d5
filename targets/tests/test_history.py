"""Every hand-in and what changed in it, readable by the unit and the office."""

import pytest
from bs4 import BeautifulSoup

from campaigns.models import PromptKind
from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import workflow
from targets.models import Submission
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, key_of, sign_in, submission_of, target_of, typed, url_of
from units.tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def submission(client):
    submission = submission_of({}, {"ratio": True}, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", heading="Khó khăn", kind=PromptKind.DIFFICULTY)
    sign_in(client, submission)
    return submission


def hand_in(client, submission, **fields):
    changes = {part: fields.pop(part) for part in ("amount", "est_amount", "note") if part in fields}
    assert client.post(url_of(submission), typed(submission, **changes) | fields).status_code == 302
    submission.refresh_from_db()


def rows(client, submission):
    page = BeautifulSoup(client.get(url_of(submission, "lich-su")).content, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]


def test_each_hand_in_tells_what_changed_from_what_to_what(client, submission):
    hand_in(client, submission)
    hand_in(client, submission, amount="130", note="Đã bổ sung.", **{"prompt.kho-khan": "Thiếu kinh phí."})

    name = f"Chỉ tiêu {target_of(submission).number}. {target_of(submission).name}"
    assert rows(client, submission) == [
        [f"{name} – Thực hiện", "120 cuộc", "130 cuộc"],
        ["Khó khăn", "Đã triển khai.", "Thiếu kinh phí."],
        [f"{name} – Ghi chú", "(không có)", "Đã bổ sung."],
    ]


def test_a_figure_taken_back_is_told(client, submission):
    hand_in(client, submission)
    hand_in(client, submission, amount="", note="Chưa thống kê.", **{key_of(submission, "no_data"): "on"})

    changes = {row[0].rpartition(" – ")[2]: row[1:] for row in rows(client, submission)}
    assert changes["Thực hiện"] == ["120 cuộc", "Không có số liệu"]
    assert changes["Ước cả năm"] == ["121 cuộc", "(đã bỏ)"]


def test_the_office_reads_the_same_with_its_own_marks(client, submission):
    hand_in(client, submission)
    office = UserFactory(office_of=submission.period.campaign.organiser)
    marks = {key_of(submission, "amount"): "Chưa khớp sổ."}
    workflow.send_back(submission, revision_number=1, reason="", marks=marks, by=office, at=A_WORKING_DAY)
    hand_in(client, submission, amount="130")
    client.force_login(office)

    assert "Chưa khớp sổ." in client.get(url_of(submission, "lich-su")).text
    assert rows(client, submission)[0][1:] == ["120 cuộc", "130 cuộc"]


@pytest.mark.parametrize("times", [1, 3])
def test_the_history_takes_the_same_queries_for_any_number(client, submission, times, django_assert_num_queries):
    for turn in range(times):
        hand_in(client, Submission.objects.get(pk=submission.pk), amount=str(120 + turn))
    with django_assert_num_queries(10):
        client.get(url_of(submission, "lich-su"))
