"""The page before handing in: everything read back, what is still open, and then exactly that is handed in."""

import pytest
from bs4 import BeautifulSoup
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import PromptKind
from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets.models import Revision, Submission
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, key_of, sign_in, submission_of, typed, url_of

MONEY = {"unit_of_measure": "triệu đồng", "decimals": 2}


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def submission(client):
    submission = submission_of(MONEY, {"ratio": True}, {"yes_no": True}, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", kind=PromptKind.DIFFICULTY)
    sign_in(client, submission)
    return submission


def check(client, submission, **changes):
    return client.post(url_of(submission, "xem-lai"), typed(submission, **changes))


def what_it_would_send(page):
    form = BeautifulSoup(page.content, "html.parser").select_one("main form")
    fields = {box["name"]: box.get("value", "") for box in form.select("input[name]")}
    return form["action"], fields


def test_everything_is_read_back_and_nothing_is_handed_in_yet(client, submission):
    page = check(client, submission, amount="537.487,84")

    assertContains(page, "537.487,84 triệu đồng")
    assertContains(page, "Năm trăm ba mươi bảy nghìn bốn trăm tám mươi bảy phẩy tám bốn triệu đồng")
    assertContains(page, "96 % (120 / 125)")
    assert not Revision.objects.exists()
    submission.refresh_from_db()
    assert submission.draft[key_of(submission, "amount")]["text"] == "537.487,84"


def test_what_the_page_sends_is_what_was_read_back_and_pressing_twice_is_one_hand_in(client, submission):
    address, fields = what_it_would_send(check(client, submission, amount="537.487,84"))

    receipts = {client.post(address, fields).url for _ in range(2)}

    assert len(receipts) == 1
    assertContains(client.get(receipts.pop()), "537.487,84 triệu đồng")
    assert Revision.objects.count() == 1


def test_what_is_left_open_is_listed_with_links(client, submission):
    fields = typed(submission, est_amount="", note="Chưa có căn cứ.") | {"prompt.kho-khan": ""}

    page = client.post(url_of(submission, "xem-lai"), fields)

    links = [link["href"] for link in BeautifulSoup(page.content, "html.parser").select(".notice-warning a")]
    assert links == [
        f"{url_of(submission)}#{key_of(submission, 'est_amount')}",
        f"{url_of(submission)}#prompt.kho-khan",
    ]


def test_a_wrong_figure_goes_back_to_the_form_with_everything_typed(client, submission):
    page = check(client, submission, amount="0.67")

    assertContains(page, "đề nghị gõ 0,67")
    assertContains(page, 'value="0.67"')
    assertNotContains(page, "Số liệu sẽ nộp")


def test_a_text_that_a_colleague_changed_meanwhile_shows_both(client, submission):
    cell = {"text": "99", "version": 1, "by": "Trần Thị Bình", "at": A_WORKING_DAY.isoformat()}
    fields = typed(submission) | {"versions": "{}"}
    Submission.objects.filter(pk=submission.pk).update(draft={key_of(submission, "amount"): cell})

    page = client.post(url_of(submission, "xem-lai"), fields)

    assert page.status_code == 409
    assertContains(page, "Trần Thị Bình", status_code=409)


def test_a_closed_period_says_whom_to_ask_and_keeps_what_was_typed(client, submission):
    submission.period.closed_at = A_WORKING_DAY
    submission.period.save()

    page = check(client, submission, amount="130")

    assertContains(page, "đã khoá sổ")
    submission.refresh_from_db()
    assert submission.draft[key_of(submission, "amount")]["text"] == "130"


def test_a_reporter_whose_head_signs_does_not_get_the_page(client, submission):
    submission.period.campaign.head_signs = True
    submission.period.campaign.save()

    assert check(client, submission).status_code == 403
