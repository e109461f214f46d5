"""Whatever is typed: never a broken page, it comes back as it was, and the draft holds the last text that was taken."""

import json
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import drafting, numbers
from targets.models import Submission
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, key_of, sign_in, submission_of, url_of, versions_of

AT = datetime(2025, 12, 5, tzinfo=UTC)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

letters = st.characters(exclude_categories=["Cs"])  # what UTF-8 can carry
figures = st.text("0123456789., -−%\u00a0٣", max_size=45)
texts = (
    st.text(letters, max_size=80) | figures | st.sampled_from(["", "on", "1", "0", "\r\n\r\n", "\x00", "</textarea>"])
)


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def submission(client):
    """One target of each kind, a question, and somebody of the unit signed in."""
    kinds = [{"decimals": 2}, {"ratio": True, "part_of_whole": True}, {"yes_no": True}, {"text": True}]
    submission = submission_of(*kinds, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan")
    sign_in(client, submission)
    return submission


def boxes_of(submission):
    """The keys of every box that takes any text, the first target's first."""
    figure = ["amount", "est_amount"]
    keys = [key_of(submission, part) for part in [*figure, "note"]]
    keys += [key_of(submission, part, 1) for part in [*figure, "base", "est_base", "note"]]
    return keys + [key_of(submission, "text", 3), "prompt.kho-khan"]


def stored(submission):
    return drafting.texts(Submission.objects.get(pk=submission.pk).draft)


def shown(response, key):
    box = BeautifulSoup(response.content, "html.parser").find(id=key)
    return box["value"] if box.name == "input" else box.text.removeprefix("\n")


@many
@given(data=st.data())
def test_any_texts_are_autosaved_and_shown_again(client, submission, data):
    typed = data.draw(st.dictionaries(st.sampled_from(boxes_of(submission)), texts, min_size=1))
    fields = typed | {"versions": json.dumps(versions_of(submission))}

    response = client.post(url_of(submission, "luu-nhap"), fields, headers={"accept": "application/json"})

    assert response.status_code == 200
    draft, page = stored(submission), client.get(url_of(submission))
    for key, text in typed.items():
        assert draft.get(key, "") == drafting.clean_text(text) == shown(page, key)


@many
@given(data=st.data(), page=st.sampled_from(["nop", "xem-lai", "luu-nhap", "trinh"]))
def test_any_texts_in_the_form_break_no_page_and_are_kept(client, submission, data, page):
    typed = {key: data.draw(texts) for key in boxes_of(submission)}
    odd = {
        "submit_key": data.draw(texts),
        key_of(submission, "amount", 2): data.draw(texts),
        key_of(submission, "sure"): data.draw(texts),
    }
    fields = typed | odd | {"versions": json.dumps(versions_of(submission))}

    response = client.post(url_of(submission, page), fields)

    assert response.status_code in (200, 302)
    draft = stored(submission)
    assert {key: draft.get(key, "") for key in typed} == {key: drafting.clean_text(text) for key, text in typed.items()}
    if response.status_code == 200:
        assert {key: shown(response, key) for key in typed} == {key: draft.get(key, "") for key in typed}


@many
@given(names=st.lists(texts | st.from_regex(r"target\.[0-9]{0,25}\.(amount|sure|x)"), max_size=6), versions=texts)
def test_names_that_are_no_boxes_of_the_unit_are_left_out(client, submission, names, versions):
    before = stored(submission)
    fields = {name: "1" for name in names if name not in boxes_of(submission)} | {"versions": versions}

    response = client.post(url_of(submission, "luu-nhap"), fields, headers={"accept": "application/json"})

    assert response.status_code in (200, 409)
    own = {f"target.{asked.pk}" for asked in submission.period.campaign.targets.all()}
    assert all(key.rpartition(".")[0] in own for key in stored(submission).keys() - before.keys())


@many
@given(body=st.binary(max_size=200))
def test_bytes_that_are_no_form_break_no_page(client, submission, body):
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        response = client.post(url_of(submission, "luu-nhap"), body, content_type=kind)
        assert response.status_code in (200, 302, 400, 409)


# --- Two people over one draft ----------------------------------------------------------------------------------------

edits = st.lists(
    st.tuples(
        st.sampled_from(["An", "Bình"]),
        st.dictionaries(st.sampled_from("abc"), st.text("xyz", max_size=2), min_size=1),
        st.booleans(),  # whether this person reloads the page before typing
    ),
    max_size=25,
)


def merge(draft, cells, versions, who):
    """(the draft afterwards, the conflicts that were shown instead)."""
    try:
        return drafting.merge(draft, cells, versions, by=who, at=AT), []
    except drafting.Conflicts as conflicts:
        return draft, conflicts.found


@given(edits)
def test_what_two_people_type_is_either_stored_or_shown_to_them(edits):
    draft, read = {}, {"An": {}, "Bình": {}}
    for who, cells, reloads in edits:
        if reloads:
            read[who] = drafting.versions(draft)
        before = draft
        draft, conflicts = merge(before, cells, read[who], who)
        for conflict in conflicts:
            now = before[conflict.key]
            assert (conflict.mine, conflict.theirs, conflict.by) == (cells[conflict.key], now["text"], now["by"])
            assert read[who].get(conflict.key, 0) != now["version"]
        if not conflicts:
            assert {key: draft.get(key, {"text": ""})["text"] for key in cells} == cells
            for key in draft.keys() & before.keys():
                was_seen = read[who].get(key, 0) == before[key]["version"]
                assert was_seen or draft[key] == before[key]
            read[who] = read[who] | {key: drafting.versions(draft).get(key, 0) for key in cells}


@given(st.text(max_size=100))
def test_cleaning_a_text_twice_changes_nothing_more(text):
    once = drafting.clean_text(text)

    assert drafting.clean_text(once) == once


@given(figures | st.text(max_size=50), st.integers(0, 4))
def test_any_text_is_a_number_or_told_what_to_type(text, decimals):
    try:
        value = numbers.parse(text, decimals=decimals)
    except numbers.NotANumber as reason:
        value, told = None, str(reason)
    assert told if value is None else numbers.parse(numbers.show(value), decimals=decimals) == value
