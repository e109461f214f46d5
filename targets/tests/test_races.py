"""Two people at one hand-in at the same moment, with real threads; beside each race, that it can be lost.

More of them stand beside what they are about: accepting, keys and closing in `test_workflow`, extensions in
`test_periods`, files in `test_evidence`.
"""

import random
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Event, Extension
from campaigns.tests.factories import ExtensionFactory, ParticipationFactory, PeriodFactory
from targets import adjusting, drafting, evidence, periods, uploads, workflow
from targets.answers import Answers, asked_of, result_fields
from targets.models import (
    Acceptance,
    Adjustment,
    Evidence,
    Result,
    Return,
    Revision,
    Submission,
    SubmissionState,
    digest_of,
)
from targets.tests.factories import SubmissionFactory
from targets.tests.hand_in import A_WORKING_DAY as AT
from targets.tests.hand_in import key_of, submission_of, typed, url_of
from targets.tests.racing import overtaken, together
from units.models import Message, MessageKind
from units.refusals import Refused
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
ROUNDS, MOST_ROUNDS = 30, 300


def answers(submission, amount, **more):
    """The same figure for every target that the unit is asked."""
    return Answers(
        results=[result_fields(asked.target, amount=Decimal(amount)) for asked in asked_of(submission)],
        narratives=[],
        **more,
    )


def hand_in(submission, by, amount=40, *, key=None, at=AT, **more):
    return workflow.submit(submission, answers(submission, amount, **more), key=key or uuid4(), by=by, at=at)


def ready(submission, by, amount=40):
    """A hand-in that begins with its lock, as whoever it races does: the answers are read before."""
    typed_answers = answers(submission, amount)
    return lambda: workflow.submit(submission, typed_answers, key=uuid4(), by=by, at=AT)


def rounds(won):
    """The numbers of the rounds: `ROUNDS`, and more until each side has won once."""
    yield from range(ROUNDS)
    for number in range(ROUNDS, MOST_ROUNDS):
        if len(set(won)) > 1:
            return
        yield number


def alternating(number, *deeds):
    """The deeds, in turn the one or the other first, so that neither always wins."""
    results = together(*(deeds if number % 2 else reversed(deeds)))
    return results if number % 2 else results[::-1]


def was_refused(result):
    return isinstance(result, Refused)


def reporters_client(submission):
    client = Client()
    client.force_login(UserFactory(reporter_of=submission.unit))
    return client


# --- Pressing twice ---------------------------------------------------------------------------------------------------


def test_pressing_ten_times_at_once_gives_ten_times_the_same_receipt(time_machine):
    time_machine.move_to(AT, tick=False)
    submission = submission_of({}, {})
    cookies, fields = reporters_client(submission).cookies, typed(submission)

    def press():
        client = Client()
        client.cookies = cookies
        return client.post(url_of(submission), fields)

    responses = together(*[press] * 10)

    receipt = reverse("targets:receipt", args=[Revision.objects.get().pk])
    assert [(response.status_code, response["Location"]) for response in responses] == [(302, receipt)] * 10
    assert Result.objects.count() == 2
    assert Message.objects.filter(kind=MessageKind.RECEIPT).count() == 1


# --- Two editors of one draft -----------------------------------------------------------------------------------------


class Editor:
    """Somebody who types into a draft, and types again over a colleague's text once both were shown."""

    def __init__(self, submission, name, keys, seed):
        self.submission, self.keys, self.random = submission, keys, random.Random(seed)
        self.person, self.seen, self.written = UserFactory(full_name=name), {}, []

    def type(self, times, save):
        for number in range(times):
            chosen = self.random.sample(self.keys, self.random.randint(1, len(self.keys)))
            cells = {key: f"{self.person.full_name} {number} {key}" for key in chosen}
            while not self._save(cells, save):
                pass

    def _save(self, cells, save):
        """Whether it was kept; a conflict shows what stands there, which is then typed over knowingly."""
        versions = {key: version for key, (_, version) in self.seen.items()}
        try:
            stored = save(self.submission, cells, versions, by=self.person, at=AT)
        except drafting.Conflicts as conflicts:
            self.seen |= {found.key: (found.theirs, found.version) for found in conflicts.found}
            return False
        for key, text in cells.items():
            version = stored.draft[key]["version"]
            self.written.append((key, version, text, self.seen.get(key, ("", 0))[0]))
            self.seen[key] = text, version
        return True


def texts_lost(editors):
    """Texts that somebody wrote over without having seen them."""
    by_key, lost = {}, []
    for editor in editors:
        for key, *written in editor.written:
            by_key.setdefault(key, []).append(written)
    for key, written in by_key.items():
        before = ""
        for version, text, saw in sorted(written):
            lost += [] if saw == before else [(key, version, before)]
            before = text
    return lost


@pytest.mark.parametrize("seed", range(3))
def test_two_editors_never_write_over_each_other_unseen(seed):
    submission = submission_of({}, {}, {})
    keys = [key_of(submission, "amount", position) for position in range(3)]
    editors = [Editor(submission, name, keys, f"{seed} {name}") for name in ("Bình", "Chi")]

    together(*[lambda e=editor: e.type(20, workflow.save_draft) for editor in editors])

    assert texts_lost(editors) == []
    submission.refresh_from_db()
    newest = {key: max(w for e in editors for k, *w in e.written if k == key) for key in submission.draft}
    assert {key: [cell["version"], cell["text"]] for key, cell in submission.draft.items()} == {
        key: written[:2] for key, written in newest.items()
    }


def test_the_race_above_would_show_a_draft_that_is_saved_without_a_lock():
    submission = submission_of({})
    key = key_of(submission, "amount")
    careless, careful = (Editor(submission, name, [key], name) for name in ("Bình", "Chi"))

    def save_without_a_lock(pause):
        def save(submission, cells, versions, *, by, at):
            stored = Submission.objects.get(pk=submission.pk)
            pause()
            stored.draft = drafting.merge(stored.draft, cells, versions, by=by, at=at)
            stored.save(update_fields=["draft"])
            return stored

        return save

    overtaken(
        lambda pause: careless.type(1, save_without_a_lock(pause)),
        lambda: careful.type(1, workflow.save_draft),
    )

    assert texts_lost([careless, careful])


# --- The office marks cells while the unit hands in again -------------------------------------------------------------


def returns_unread():
    """Returns of a revision that its own unit had replaced before: (return, revision)."""
    wrong = []
    for returned in Return.objects.select_related("revision"):
        moves = list(Event.objects.about(returned.revision.submission).order_by("pk").values_list("verb", flat=True))
        back = next(place for place, verb in enumerate(moves) if verb.startswith("Trả lại"))
        if any(verb.startswith("Nộp") and f"lần {returned.revision.number + 1}" in verb for verb in moves[:back]):
            wrong.append((returned.pk, returned.revision_id))
    return wrong


def figures_of(revision):
    return list(revision.results.order_by("target__number").values_list("amount", flat=True))


def test_marks_set_while_the_unit_replaces_lock_what_they_should_or_are_refused():
    period, unit_person, won = PeriodFactory(), UserFactory(), []
    office = UserFactory(office_of=period.campaign.organiser)
    for number in rounds(won):
        submission = submission_of({}, {}, period=period)
        hand_in(submission, unit_person, 40)
        marks = {key_of(submission, "amount", period.campaign.targets.count() - 2): "Thiếu một tổ."}

        def send_back(submission=submission, marks=marks):
            return workflow.send_back(submission, revision_number=1, reason="", by=office, at=AT, marks=marks)

        returned, revision = alternating(number, send_back, ready(submission, unit_person, 41))

        submission.refresh_from_db()
        assert submission.current_revision == revision
        assert submission.state == SubmissionState.SUBMITTED
        assert figures_of(revision) == ([41, 41] if was_refused(returned) else [41, 40])
        won.append(was_refused(returned))

    assert returns_unread() == []
    assert set(won) == {True, False}, "one side always won: that was no race"


def test_the_race_above_would_show_a_return_that_holds_no_lock():
    submission = submission_of({})
    unit_person, office = UserFactory(), UserFactory()
    hand_in(submission, unit_person, 40)
    submission.refresh_from_db()

    def send_back_without_a_lock(pause):
        seen = Submission.objects.select_related("current_revision").get(pk=submission.pk)
        pause()
        Return.objects.create(revision=seen.current_revision, by=office, at=AT, reason="Thiếu một tổ.")
        workflow.record(
            submission, "Trả lại (lần 1)", campaign=submission.period.campaign, unit=submission.unit, by=office, at=AT
        )

    overtaken(send_back_without_a_lock, lambda: hand_in(submission, unit_person, 41))

    assert len(returns_unread()) == 1


# --- Accepting many at once -------------------------------------------------------------------------------------------


def accepted_unread(read):
    """Accepted revisions other than the one that was shown; `read` is {submission key: number shown}."""
    accepted = Acceptance.objects.filter(submission__in=read).values_list("submission", "revision__number")
    return [(pk, number) for pk, number in accepted if number != read[pk]]


def test_accepting_many_takes_each_only_as_it_was_shown(time_machine):
    time_machine.move_to(AT, tick=False)
    period, unit_person = PeriodFactory(), UserFactory()
    submissions = [SubmissionFactory(period=period, submitted=True) for _ in range(20)]
    read = {submission.pk: 1 for submission in submissions}
    client = Client()
    client.force_login(UserFactory(office_of=period.campaign.organiser))
    chosen = {"chosen": [f"{pk}:1" for pk in read]}

    def accept_chosen():
        return client.post(reverse("targets:accept_chosen", args=[period.pk]), chosen).status_code

    def replace(some):
        return lambda: [hand_in(submission, unit_person) for submission in some if not_accepted(submission)]

    def not_accepted(submission):
        return Submission.objects.get(pk=submission.pk).state != SubmissionState.ACCEPTED

    together(accept_chosen, replace(submissions[10:][::-1]), replace(submissions[:10][::-1]))

    assert accepted_unread(read) == []
    states = list(Submission.objects.filter(pk__in=read).values_list("state", flat=True))
    assert states.count(SubmissionState.ACCEPTED) == Acceptance.objects.count()
    assert states.count(SubmissionState.SUBMITTED) == Revision.objects.filter(number=2).count()
    assert len(set(states)) == 2, "one side always won: that was no race"


def test_the_race_above_would_show_many_accepted_without_their_numbers():
    period, office, unit_person = PeriodFactory(), UserFactory(), UserFactory()
    submissions = [SubmissionFactory(period=period, submitted=True) for _ in range(3)]

    def accept_without_numbers(pause):
        shown = [submission.pk for submission in submissions]
        pause()
        for submission in Submission.objects.filter(pk__in=shown):
            newest = submission.current_revision.number
            workflow.accept(submission, revision_number=newest, by=office, at=AT)

    overtaken(accept_without_numbers, lambda: hand_in(submissions[1], unit_person))

    assert accepted_unread({submission.pk: 1 for submission in submissions}) == [(submissions[1].pk, 2)]


# --- The office corrects a figure while the unit replaces it ----------------------------------------------------------


def corrected_too_late():
    """Corrections of a figure that was replaced before they were made."""
    late = []
    for adjustment in Adjustment.objects.select_related("result__revision"):
        revision = adjustment.result.revision
        moves = list(Event.objects.about(revision.submission).order_by("pk").values_list("verb", flat=True))
        at = next(place for place, verb in enumerate(moves) if verb.startswith("Hiệu chỉnh"))
        late += [adjustment.pk for verb in moves[:at] if verb == f"Nộp (lần {revision.number + 1})"]
    return late


def test_a_figure_is_corrected_before_it_is_replaced_or_not_at_all():
    period, office, unit_person, won = PeriodFactory(), UserFactory(), UserFactory(), []
    for number in rounds(won):
        submission = submission_of({}, period=period)
        result = hand_in(submission, unit_person).results.select_related("revision__submission__period__campaign").get()

        def correct(result=result):
            return adjusting.correct(result, amount=Decimal(39), reason="Cộng lại.", by=office, at=AT)

        corrected, replaced = alternating(number, correct, ready(submission, unit_person, 41))

        assert replaced.number == 2
        won.append(was_refused(corrected))

    assert corrected_too_late() == []
    assert Adjustment.objects.count() == won.count(False)
    assert set(won) == {True, False}, "one side always won: that was no race"


def test_the_race_above_would_show_a_correction_that_holds_no_lock():
    submission, office, unit_person = submission_of({}), UserFactory(), UserFactory()
    result = hand_in(submission, unit_person).results.get()

    def correct_without_a_lock(pause):
        assert Submission.objects.get(pk=submission.pk).current_revision_id == result.revision_id
        pause()
        fields = {"period": submission.period, "target": result.target, "amount": Decimal(39)}
        Adjustment.objects.create(result=result, reason="Cộng lại.", by=office, at=AT, **fields)
        workflow.record(
            submission, "Hiệu chỉnh", campaign=submission.period.campaign, unit=submission.unit, by=office, at=AT
        )

    overtaken(correct_without_a_lock, lambda: hand_in(submission, unit_person, 41))

    assert len(corrected_too_late()) == 1


# --- A file is attached while the report is handed in, or accepted ----------------------------------------------------


def a_file(number):
    return uploads.Upload(f"{number}.pdf", "application/pdf", str(number).encode())


def is_as_received(revision):
    """Whether a revision holds what its receipt's digest was made of."""
    kept = Answers(
        results=[
            result_fields(result.target, amount=result.amount, note=result.note)
            for result in revision.results.select_related("target")
        ],
        narratives=[],
        evidence=list(revision.evidence.all()),
    )
    place = {"period": revision.submission.period_id, "unit": revision.submission.unit_id}
    return digest_of(place | kept.content()) == revision.digest


def test_a_file_attached_while_handing_in_is_in_this_revision_or_kept_for_the_next(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    submission = submission_of({})
    person = UserFactory(reporter_of=submission.unit)

    def hand_in_with_files():
        return hand_in(submission, person, evidence=evidence.attached(submission))

    for number in range(ROUNDS):
        kept = a_file(number)
        alternating(number, lambda f=kept: evidence.attach(submission, [f], by=person, at=AT), hand_in_with_files)
    last = hand_in_with_files()

    assert last.evidence.count() == Evidence.objects.count() == ROUNDS
    assert [r.number for r in submission.revisions.all() if not is_as_received(r)] == []


def test_no_file_comes_to_what_was_accepted(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    office, won = UserFactory(), []
    for number in rounds(won):
        submission = submission_of({})
        person = UserFactory(reporter_of=submission.unit)
        hand_in(submission, person)

        def attach(submission=submission, person=person, number=number):
            return evidence.attach(submission, [a_file(number)], by=person, at=AT)

        def accept(submission=submission):
            workflow.accept(submission, revision_number=1, by=office, at=AT)
            return set(Evidence.objects.filter(submission=submission))

        attached, at_accepting = alternating(number, attach, accept)

        assert set(Evidence.objects.filter(submission=submission)) == at_accepting
        won.append(was_refused(attached))

    assert set(won) == {True, False}, "one side always won: that was no race"


def test_the_race_above_would_show_a_file_that_is_attached_without_a_lock(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    submission, office = submission_of({}), UserFactory()
    person = UserFactory(reporter_of=submission.unit)
    hand_in(submission, person)

    def attach_without_a_lock(pause):
        assert Submission.objects.get(pk=submission.pk).state == SubmissionState.SUBMITTED
        pause()
        return evidence._written(submission, a_file(1), None, by=person, at=AT)

    def accept():
        workflow.accept(submission, revision_number=1, by=office, at=AT)
        return set(Evidence.objects.filter(submission=submission))

    _, at_accepting = overtaken(attach_without_a_lock, accept)

    assert set(Evidence.objects.filter(submission=submission)) != at_accepting


# --- One unit is let in after closing ---------------------------------------------------------------------------------


def test_an_extension_lets_two_people_of_its_unit_in_one_after_the_other_and_nobody_else():
    period, office = PeriodFactory(), UserFactory()
    submission, neighbour = submission_of({}, period=period), SubmissionFactory(period=period)
    ParticipationFactory(campaign=period.campaign, unit=neighbour.unit)
    reporter, head = UserFactory(reporter_of=submission.unit), UserFactory(head_of=submission.unit)
    periods.close_period(period, reason="Đã hết hạn nộp.", by=office, at=AT)
    ExtensionFactory(period=period, unit=submission.unit, decided=True, until=AT + 2 * HOUR)

    def try_at(moment):
        deeds = [(submission, reporter, 40), (submission, head, 41), (neighbour, UserFactory(), 42)]
        return together(*[lambda d=deed: hand_in(*d, at=moment) for deed in deeds])

    *taken, stranger = try_at(AT + HOUR)
    too_late = try_at(AT + 2 * HOUR)

    assert sorted(revision.number for revision in taken) == [1, 2]
    assert was_refused(stranger)
    assert all(map(was_refused, too_late))
    submission.refresh_from_db()
    assert submission.current_revision == max(taken, key=lambda revision: revision.number)
    assert figures_of(submission.current_revision) == [
        {reporter: 40, head: 41}[submission.current_revision.submitted_by]
    ]


def test_two_people_asking_for_time_at_once_make_one_request():
    submission = submission_of({})
    people = UserFactory(reporter_of=submission.unit), UserFactory(head_of=submission.unit)
    until = submission.period.units_due + 48 * HOUR

    def ask(person):
        return periods.ask_extension(
            submission.period, submission.unit, reason="Chờ số liệu thuế.", until=until, by=person, at=AT
        )

    results = together(*[lambda p=person: ask(p) for person in people * 3])

    assert sum(not was_refused(result) for result in results) == Extension.objects.count() == 1


def test_typing_while_a_colleague_hands_in_loses_no_text():
    """The same cell: whoever comes second is shown both texts, and nothing of theirs is written."""
    submission, won = submission_of({}), []
    reporter, head = UserFactory(reporter_of=submission.unit), UserFactory(head_of=submission.unit)
    key = key_of(submission, "amount")
    for number in rounds(won):
        submission.refresh_from_db()
        versions = drafting.versions(submission.draft)
        mine, theirs = str(1000 + number), str(2000 + number)
        typed_answers = answers(submission, int(theirs), cells={key: theirs}, versions=versions)

        def save(mine=mine, versions=versions):
            try:
                return workflow.save_draft(submission, {key: mine}, versions, by=head, at=AT)
            except drafting.Conflicts as conflicts:
                return conflicts

        def submit(typed_answers=typed_answers):
            try:
                return workflow.submit(submission, typed_answers, key=uuid4(), by=reporter, at=AT)
            except drafting.Conflicts as conflicts:
                return conflicts

        results = alternating(number, save, submit)

        shown = [found for each in results if isinstance(each, drafting.Conflicts) for found in each.found]
        assert [{found.mine, found.theirs} for found in shown] == [{mine, theirs}]
        won.append(isinstance(results[0], drafting.Conflicts))

    assert set(won) == {True, False}, "one side always won: that was no race"
