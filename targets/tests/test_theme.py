import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import Campaign, CampaignState, Event, Participation
from targets import periods
from targets.tests.hand_in import A_WORKING_DAY, sign_in, submission_of, typed, url_of
from units.tests.factories import UnitFactory, UserFactory

THEME = "Sạch ngõ, sáng đường"


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


def choose(client, submission, theme=THEME):
    return client.post(url_of(submission, "chu-de"), {"theme": theme})


@pytest.mark.parametrize(
    ("role", "status"),
    [("reporter_of", 302), ("head_of", 302), ("staff_of", 403), ("office_of", 403), ("leader_of", 403)],
)
def test_only_the_units_people_choose_its_theme(client, role, status):
    submission = submission_of({})
    own = role in ("reporter_of", "head_of")
    sign_in(client, submission, **{role: submission.unit if own else submission.unit.organiser})

    assert choose(client, submission).status_code == status
    assert Participation.objects.get().theme == (THEME if own else "")


def test_a_neighbour_does_not_find_the_theme(client):
    submission = submission_of({})
    sign_in(client, submission, head_of=UnitFactory(organiser=submission.unit.organiser))

    assert choose(client, submission).status_code == 404


def test_a_theme_is_written_shown_and_told(client):
    submission = submission_of({})
    user = sign_in(client, submission)

    response = choose(client, submission, "  Sa\u0323ch ngõ,\x07 sáng đường ")

    assertRedirects(response, submission.get_absolute_url())
    assertContains(client.get(submission.get_absolute_url()), THEME)
    assert Participation.objects.get().theme == THEME
    event = Event.objects.get(verb="Chọn chủ đề thi đua")
    assert (event.by, event.unit, event.detail) == (user, submission.unit, THEME)


def test_a_theme_can_be_changed_after_handing_in_and_after_the_period_closed(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())

    choose(client, submission)

    assert Participation.objects.get().theme == THEME
    assertContains(client.get(url_of(submission, "chu-de")), THEME)


def test_the_same_theme_again_tells_no_story(client):
    submission = submission_of({})
    sign_in(client, submission)
    choose(client, submission)

    choose(client, submission)

    assert Event.objects.filter(verb="Chọn chủ đề thi đua").count() == 1


def test_a_closed_campaign_keeps_its_themes(client):
    submission = submission_of({})
    sign_in(client, submission)
    Campaign.objects.update(state=CampaignState.CLOSED)

    response = choose(client, submission)

    assertContains(response, "không còn mở")
    assertContains(response, THEME)
    assert Participation.objects.get().theme == ""
    assertNotContains(client.get(submission.get_absolute_url()), "Chọn chủ đề</a>")


@pytest.mark.parametrize("theme", ["", "   ", "x" * 501])
def test_a_theme_is_asked_for_in_a_sentence(client, theme):
    submission = submission_of({})
    sign_in(client, submission)

    response = choose(client, submission, theme)

    assertContains(response, 'role="alert"')
    assert Participation.objects.get().theme == ""
