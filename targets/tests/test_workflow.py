"""How a submission moves: every state tried with every verb, replays of one key, and races with real threads."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event as Signal
from uuid import uuid4

import pytest

from campaigns.models import Event, ReportingPeriod
from campaigns.tests.factories import WARD, ExtensionFactory, PeriodFactory, PromptFactory
from targets import drafting, periods, workflow
from targets.answers import Answers, result_fields
from targets.models import Acceptance, Narrative, Result, Return, Revision, Submission, SubmissionState
from targets.tests.factories import RevisionFactory, SubmissionFactory, TargetFactory
from targets.tests.racing import LONGEST, together
from units.models import Message, MessageKind
from units.refusals import Refused
from units.tests.factories import UserFactory

AT = datetime(2025, 12, 9, 9, tzinfo=WARD)
HOUR = timedelta(hours=1)


def answers(amount=40, *, target=None, prompt=None, **kept):
    """A unit's answers: one number, or none without a target."""
    return Answers(
        results=[result_fields(target, amount=Decimal(amount))] if target else [],
        narratives=[{"prompt": prompt, "text": f"Đã làm {amount} việc."}] if prompt else [],
        **kept,
    )


def submit(submission, by, *, amount=40, target=None, key=None, at=AT, **more):
    return workflow.submit(submission, answers(amount, target=target), key=key or uuid4(), by=by, at=at, **more)


def in_state(state, **fields):
    return SubmissionFactory(**({state: True} if state != "draft" else {}), **fields)


def read_number(submission):
    submission.refresh_from_db()
    return submission.current_revision.number if submission.current_revision else 1


VERBS = {
    "submit": lambda s, by: submit(s, by),
    "on_behalf": lambda s, by: submit(s, by, on_behalf_source="Công văn số 12", received_at=AT),
    "send_back": lambda s, by: workflow.send_back(
        s, revision_number=read_number(s), reason="Thiếu số liệu.", by=by, at=AT
    ),
    "accept": lambda s, by: workflow.accept(s, revision_number=read_number(s), by=by, at=AT),
    "reopen": lambda s, by: workflow.reopen(s, reason="Số liệu phải sửa.", by=by, at=AT),
}
ALLOWED = {
    ("draft", "submit"): "submitted",
    ("draft", "on_behalf"): "submitted",
    ("submitted", "submit"): "submitted",
    ("submitted", "on_behalf"): "submitted",
    ("submitted", "send_back"): "returned",
    ("submitted", "accept"): "accepted",
    ("returned", "submit"): "submitted",
    ("returned", "on_behalf"): "submitted",
    ("returned", "send_back"): "returned",
    ("returned", "accept"): "accepted",
    ("accepted", "reopen"): "returned",
}


def rows_of(submission):
    return {
        "submission": Submission.objects.values().get(pk=submission.pk),
        "rows": [
            list(model.objects.order_by("pk").values())
            for model in (Revision, Result, Narrative, Acceptance, Return, Event, Message)
        ],
    }


# --- Every state with every verb --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", SubmissionState.values)
def test_every_state_takes_its_own_verbs_only(state, verb):
    submission, user = in_state(state), UserFactory()
    before = rows_of(submission)

    if expected := ALLOWED.get((state, verb)):
        VERBS[verb](submission, user)
        submission.refresh_from_db()
        assert submission.state == expected
        event = Event.objects.about(submission).get()
        assert (event.by, event.at, event.unit, event.campaign) == (
            user,
            AT,
            submission.unit,
            submission.period.campaign,
        )
    else:
        with pytest.raises(Refused):
            VERBS[verb](submission, user)
        assert rows_of(submission) == before


@pytest.mark.django_db
def test_the_table_of_moves_names_every_state_and_what_the_verbs_do():
    reached = {(state, after) for (state, _), after in ALLOWED.items()}
    assert reached == {(state.value, to.value) for state, tos in workflow.MOVES.items() for to in tos}
    assert set(workflow.MOVES) == set(SubmissionState)


# --- Submitting -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_submitting_freezes_the_answers_keeps_the_draft_and_sends_one_receipt():
    submission, user = SubmissionFactory(), UserFactory()
    target = TargetFactory(campaign=submission.period.campaign)
    prompt = PromptFactory(campaign=submission.period.campaign)
    handed_in = answers(120, target=target, prompt=prompt, cells={f"target.{target.pk}.amount": "120"}, versions={})

    revision = workflow.submit(submission, handed_in, key=uuid4(), by=user, at=AT)

    submission.refresh_from_db()
    assert submission.current_revision == revision
    assert (revision.number, revision.arrived_at, revision.submitted_by, revision.is_late) == (1, AT, user, False)
    assert revision.results.get().amount == 120
    assert revision.narratives.get().text == "Đã làm 120 việc."
    assert drafting.texts(submission.draft) == {f"target.{target.pk}.amount": "120"}
    assert Message.objects.get().kind == MessageKind.RECEIPT


@pytest.mark.django_db
def test_the_same_key_with_the_same_answers_gives_the_same_revision():
    submission, user, key = SubmissionFactory(), UserFactory(), uuid4()
    target = TargetFactory(campaign=submission.period.campaign)
    first = submit(submission, user, target=target, key=key)
    before = rows_of(submission)

    again = submit(submission, user, target=target, key=key, at=AT + HOUR)

    assert again == first
    assert rows_of(submission) == before


@pytest.mark.django_db
def test_the_same_key_gives_its_receipt_even_after_the_period_closed():
    submission, user, key = SubmissionFactory(), UserFactory(), uuid4()
    first = submit(submission, user, key=key)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=user, at=AT + HOUR)

    assert submit(submission, user, key=key, at=AT + 2 * HOUR) == first


@pytest.mark.django_db
def test_the_same_key_with_other_answers_never_gives_the_old_receipt():
    submission, user, key = SubmissionFactory(), UserFactory(), uuid4()
    target = TargetFactory(campaign=submission.period.campaign)
    submit(submission, user, amount=40, target=target, key=key)

    with pytest.raises(workflow.OtherContent, match="Nội dung khác bản đã nộp lúc 09:00:00 ngày 09/12/2025"):
        submit(submission, user, amount=41, target=target, key=key, at=AT + HOUR)

    assert submission.revisions.count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_one_unit():
    mine, theirs, key = SubmissionFactory(), SubmissionFactory(), uuid4()
    submit(theirs, UserFactory(), key=key)

    with pytest.raises(Refused, match="của đơn vị khác"):
        submit(mine, UserFactory(), key=key)

    assert not mine.revisions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "is_late"),
    [("2025-12-09T23:59:59.999999+07:00", False), ("2025-12-10T00:00:00+07:00", True)],
)
def test_the_tenth_is_late_from_its_first_microsecond(moment, is_late):
    submission, at = SubmissionFactory(), datetime.fromisoformat(moment)
    assert submit(submission, UserFactory(), at=at).is_late is is_late


@pytest.mark.django_db
def test_a_granted_extension_moves_the_deadline():
    submission = SubmissionFactory()
    ExtensionFactory(period=submission.period, unit=submission.unit, decided=True)

    assert submit(submission, UserFactory(), at=datetime(2025, 12, 11, 23, tzinfo=WARD)).is_late is False


@pytest.mark.django_db
def test_on_behalf_is_judged_by_when_the_office_received_it_and_leaves_the_units_draft():
    submission = SubmissionFactory(draft={"prompt.a": {"text": "dở dang", "version": 1, "by": "1", "at": "x"}})
    after_the_deadline = datetime(2025, 12, 11, 9, tzinfo=WARD)

    revision = submit(
        submission,
        UserFactory(),
        at=after_the_deadline,
        on_behalf_source="Công văn số 12/BC-TH",
        received_at=AT,
    )

    submission.refresh_from_db()
    assert (revision.is_late, revision.handed_in_at) == (False, AT)
    assert drafting.texts(submission.draft) == {"prompt.a": "dở dang"}
    assert Event.objects.about(submission).get().verb == "Nhập thay (lần 1)"


@pytest.mark.django_db
def test_a_stale_cell_stops_the_hand_in_and_nothing_is_written():
    draft = {"prompt.a": {"text": "của người khác", "version": 3, "by": "9", "at": "x"}}
    submission = SubmissionFactory(draft=draft)

    with pytest.raises(drafting.Conflicts) as caught:
        workflow.submit(
            submission,
            answers(cells={"prompt.a": "của tôi"}, versions={"prompt.a": 2}),
            key=uuid4(),
            by=UserFactory(),
            at=AT,
        )

    assert [(c.mine, c.theirs, c.version) for c in caught.value.found] == [("của tôi", "của người khác", 3)]
    submission.refresh_from_db()
    assert (submission.state, submission.draft, submission.revisions.count()) == ("draft", draft, 0)


# --- Reviewing --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["accept", "send_back"])
def test_a_revision_that_was_replaced_is_not_the_one_that_was_read(verb):
    submission, office = in_state("submitted"), UserFactory()
    submit(submission, UserFactory())
    details = {"reason": "Thiếu số liệu."} if verb == "send_back" else {}

    with pytest.raises(Refused, match="lần 2"):
        getattr(workflow, verb)(submission, revision_number=1, by=office, at=AT, **details)

    submission.refresh_from_db()
    assert submission.state == SubmissionState.SUBMITTED


@pytest.mark.django_db
def test_whoever_submitted_does_not_accept_while_another_of_the_office_can():
    submission = SubmissionFactory()
    organiser = submission.period.campaign.organiser
    author, colleague = UserFactory(office_of=organiser), UserFactory(office_of=organiser)
    submit(submission, author, on_behalf_source="Công văn số 12", received_at=AT)

    with pytest.raises(Refused, match="không được tự duyệt"):
        workflow.accept(submission, revision_number=1, by=author, at=AT)
    acceptance = workflow.accept(submission, revision_number=1, by=colleague, at=AT)

    assert acceptance.by_oneself is False


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["nobody", "inactive", "ended"])
def test_the_only_one_of_the_office_may_accept_what_was_entered_and_it_shows(other):
    submission = SubmissionFactory()
    organiser = submission.period.campaign.organiser
    author = UserFactory(office_of=organiser)
    if other == "inactive":
        UserFactory(office_of=organiser, is_active=False)
    if other == "ended":
        UserFactory(office_of=organiser, office_of__ends_on=AT.date() - timedelta(days=1))
    submit(submission, author, on_behalf_source="Công văn số 12", received_at=AT)

    assert workflow.accept(submission, revision_number=1, by=author, at=AT).by_oneself is True


@pytest.mark.django_db
def test_an_acceptance_stays_in_force_through_a_reopen_until_the_next_one():
    submission, office = in_state("submitted"), UserFactory()
    first = workflow.accept(submission, revision_number=1, by=office, at=AT)

    workflow.reopen(submission, reason="Số liệu phải sửa.", by=office, at=AT + HOUR)
    first.refresh_from_db()
    assert first.ended_at is None

    submit(submission, UserFactory(), at=AT + 2 * HOUR)
    second = workflow.accept(submission, revision_number=2, by=office, at=AT + 3 * HOUR)
    first.refresh_from_db()
    assert first.ended_at == second.accepted_at == AT + 3 * HOUR
    assert second.ended_at is None


@pytest.mark.django_db
def test_returning_again_makes_a_new_moment_and_the_latest_rules():
    submission, office = in_state("submitted"), UserFactory()
    workflow.send_back(submission, revision_number=1, reason="Lần một.", by=office, at=AT, answer_by=AT + HOUR)
    workflow.send_back(submission, revision_number=1, reason="Lần hai.", by=office, at=AT, answer_by=AT + 5 * HOUR)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=office, at=AT + HOUR)

    revision = submit(submission, UserFactory(), at=AT + 4 * HOUR)

    assert [r.reason for r in Return.objects.filter(revision__submission=submission)] == ["Lần hai.", "Lần một."]
    assert revision.number == 2


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["send_back", "reopen"])
@pytest.mark.parametrize(
    ("details", "sentence"),
    [({"reason": "  "}, "ghi lý do"), ({"reason": "Sửa.", "answer_by": AT}, "phải sau lúc này")],
)
def test_a_return_has_a_reason_and_an_answer_day_to_come(verb, details, sentence):
    submission = in_state("submitted" if verb == "send_back" else "accepted")
    pinned = {"revision_number": 1} if verb == "send_back" else {}

    with pytest.raises(Refused, match=sentence):
        getattr(workflow, verb)(submission, by=UserFactory(), at=AT, **pinned, **details)

    assert not Return.objects.exists()


@pytest.mark.django_db
def test_a_return_writes_to_everybody_who_reports_for_the_unit():
    submission = in_state("submitted")
    reporter, head = UserFactory(reporter_of=submission.unit), UserFactory(head_of=submission.unit)
    UserFactory(reporter_of=submission.unit, reporter_of__ends_on=AT.date() - timedelta(days=1))

    workflow.send_back(submission, revision_number=1, reason="Thiếu mẫu số.", by=UserFactory(), at=AT)

    letters = Message.objects.filter(kind=MessageKind.RETURNED)
    assert {letter.user for letter in letters} == {reporter, head}
    assert all("Thiếu mẫu số." in letter.body for letter in letters)


# --- A closed period --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_closed_period_refuses_with_whom_to_ask_also_on_behalf():
    submission = SubmissionFactory(period=PeriodFactory(closed_at=AT - HOUR))
    for more in ({}, {"on_behalf_source": "Công văn số 12", "received_at": AT - 2 * HOUR}):
        with pytest.raises(Refused, match="đã khoá sổ.*điện thoại 0225 3000 000"):
            submit(submission, UserFactory(), **more)

    assert not Revision.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("offset", "taken"), [(-timedelta(microseconds=1), True), (timedelta(0), False)])
@pytest.mark.parametrize("let_in_by", ["extension", "return"])
def test_a_unit_let_in_after_closing_has_until_the_moment_named(let_in_by, offset, taken):
    until = AT + HOUR
    submission, office = in_state("submitted"), UserFactory()
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=office, at=AT - HOUR)
    if let_in_by == "return":
        workflow.send_back(submission, revision_number=1, reason="Sửa.", by=office, at=AT, answer_by=until)
    else:
        ExtensionFactory(period=submission.period, unit=submission.unit, decided=True, until=until)
    stranger = SubmissionFactory(period=submission.period)

    if taken:
        assert submit(submission, UserFactory(), at=until + offset).number == 2
    else:
        with pytest.raises(Refused, match="khoá sổ"):
            submit(submission, UserFactory(), at=until + offset)
    with pytest.raises(Refused, match="khoá sổ"):
        submit(stranger, UserFactory(), at=until + offset)


@pytest.mark.django_db
def test_a_refused_extension_lets_nobody_in():
    submission = SubmissionFactory(period=PeriodFactory(closed_at=AT - HOUR))
    ExtensionFactory(period=submission.period, unit=submission.unit, decided=True, granted=False)

    with pytest.raises(Refused, match="khoá sổ"):
        submit(submission, UserFactory())


# --- Races: real threads, each with its own connection ----------------------------------------------------------------


def unread_acceptances(read):
    """Accepted revisions that are not the one the office had read: {submission: revision number read}."""
    accepted = Acceptance.objects.filter(submission__in=read).values_list("submission", "revision__number")
    return [(pk, number) for pk, number in accepted if number != read[pk]]


@pytest.mark.django_db(transaction=True)
def test_the_office_never_accepts_what_it_has_not_read():
    period, office, unit_person = PeriodFactory(), UserFactory(), UserFactory()
    submissions = [SubmissionFactory(period=period, submitted=True) for _ in range(100)]
    read = {s.pk: s.current_revision.number for s in submissions}
    won = []
    for round_number, submission in enumerate(submissions):
        deeds = [
            lambda s=submission: workflow.accept(s, revision_number=1, by=office, at=AT),
            lambda s=submission: submit(s, unit_person),
        ]
        results = together(*(deeds if round_number % 2 else reversed(deeds)))
        done = [result for result in results if not isinstance(result, Refused)]
        assert len(done) == 1, results  # accepted, or replaced: never both
        won.append(type(done[0]))

    assert unread_acceptances(read) == []
    assert set(won) == {Acceptance, Revision}, "one side always won: that was no race"
    states = dict(Submission.objects.filter(pk__in=read).values_list("pk", "state"))
    assert list(states.values()).count("accepted") == won.count(Acceptance)


@pytest.mark.django_db(transaction=True)
def test_the_race_above_would_show_an_acceptance_that_holds_no_lock():
    submission, office, unit_person = SubmissionFactory(submitted=True), UserFactory(), UserFactory()
    looked, replaced = Signal(), Signal()

    def accept_without_a_lock():
        seen = Submission.objects.select_related("current_revision").get(pk=submission.pk)
        assert seen.current_revision.number == 1
        looked.set()
        assert replaced.wait(LONGEST)
        newest = Submission.objects.get(pk=submission.pk).current_revision
        return Acceptance.objects.create(submission=submission, revision=newest, by=office, accepted_at=AT)

    def replace():
        assert looked.wait(LONGEST)
        revision = submit(submission, unit_person)
        replaced.set()
        return revision

    together(accept_without_a_lock, replace)

    assert unread_acceptances({submission.pk: 1}) == [(submission.pk, 2)]


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_ten_times_at_once_is_one_revision():
    submission, user, key = SubmissionFactory(), UserFactory(), uuid4()
    target = TargetFactory(campaign=submission.period.campaign)

    results = together(*[lambda: submit(submission, user, target=target, key=key)] * 10)

    assert {revision.pk for revision in results} == {submission.revisions.get().pk}
    assert Result.objects.count() == 1
    assert Event.objects.about(submission).count() == 1
    assert Message.objects.filter(kind=MessageKind.RECEIPT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_keys_at_once_are_ten_revisions():
    submission, user = SubmissionFactory(), UserFactory()

    together(*[lambda: submit(submission, user)] * 10)

    assert list(submission.revisions.values_list("number", flat=True)) == list(range(1, 11))
    submission.refresh_from_db()
    assert submission.current_revision.number == 10


@pytest.mark.django_db(transaction=True)
def test_nothing_is_handed_in_after_a_period_closed():
    user, left_out, taken = UserFactory(), 0, 0
    for _ in range(20):
        period = PeriodFactory()
        submissions = [SubmissionFactory(period=period) for _ in range(4)]

        def close(period=period):
            periods.close_period(period, reason="Đã hết hạn nộp.", by=user, at=AT)
            return set(Revision.objects.filter(submission__period=period).values_list("pk", flat=True))

        deeds = [lambda s=s: submit(s, user) for s in submissions]
        *handed_in, at_closing = together(*deeds, close)

        assert set(Revision.objects.filter(submission__period=period).values_list("pk", flat=True)) == at_closing
        refused = [result for result in handed_in if isinstance(result, Refused)]
        assert all("khoá sổ" in str(refusal) for refusal in refused)
        left_out, taken = left_out + len(refused), taken + len(at_closing)

    assert left_out + taken == 80
    assert left_out, "closing always came last: that was no race"
    assert taken, "closing always came first: that was no race"


@pytest.mark.django_db(transaction=True)
def test_the_race_above_would_show_a_hand_in_that_holds_no_lock():
    submission, user = SubmissionFactory(), UserFactory()
    looked, closed = Signal(), Signal()

    def submit_without_a_lock():
        assert ReportingPeriod.objects.get(pk=submission.period_id).closed_at is None
        looked.set()
        assert closed.wait(LONGEST)
        return RevisionFactory(submission=submission)

    def close():
        assert looked.wait(LONGEST)
        periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=user, at=AT)
        counted = submission.revisions.count()
        closed.set()
        return counted

    _, at_closing = together(submit_without_a_lock, close)

    assert submission.revisions.count() > at_closing
