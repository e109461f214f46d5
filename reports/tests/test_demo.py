"""The sample ward loads on any day of the year, once, and its story keeps the portal's own rules."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign, CampaignState, Event, Extension
from campaigns.tests.factories import WARD
from commendations.catalogue import load_awards
from commendations.models import Nomination, NominationState
from reports.demo import accounts, current, finished, seasons, shares, ward
from reports.models import FileStage, Report, ReportState
from targets import drafting, plan_file, reminders
from targets.models import Allocation, Answer, Evidence, Revision, Submission, SubmissionState, digest_of
from targets.progress import compile_period
from targets.results_form import ResultsForm
from targets.standing import hand_ins
from units.models import Message, MessageState, Unit, User, ward_day
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2026, 11, 23, 9, tzinfo=WARD)


@pytest.fixture
def people():
    load_awards()
    return ward.load()


def row_counts():
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def run(*args):
    out = StringIO()
    call_command("load_demo", *args, stdout=out)
    return out.getvalue()


# --- The season at hand -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2026, 12, 3, 9, tzinfo=WARD), 2027),
        (datetime(2026, 12, 4, tzinfo=WARD), 2027),
        (datetime(2026, 12, 10, tzinfo=WARD), 2027),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=WARD), 2027),
        (datetime(2027, 1, 1, tzinfo=WARD), 2027),
        (datetime(2028, 2, 29, 12, tzinfo=WARD), 2028),
    ],
    ids=lambda value: f"{value:%d-%m-%Y}" if isinstance(value, datetime) else "",
)
def test_the_season_at_hand_loads_whole_on_any_day(people, at, year):
    campaign, made = current.load(people, at=at)

    assert (made, campaign.state, campaign.ends_on) == (True, CampaignState.OPEN, date(year, 12, 31))
    assert campaign.short_name == f"Đợt thi đua năm {year} (bản mẫu)"
    earlier, now = campaign.periods.order_by("units_due")
    assert now.units_due == datetime(year, 12, 10, tzinfo=WARD)
    assert now.report_due == datetime(year, 12, 15, tzinfo=WARD)
    assert now.units_due - at >= timedelta(days=7)
    assert (earlier.name, ward_day(at) - ward_day(earlier.units_due)) == ("Kỳ trước", timedelta(days=30))
    assert timezone.localtime(earlier.units_due).time() == datetime.min.time()
    assert earlier.units_due < earlier.report_due < now.units_due
    assert campaign.starts_on < earlier.figures_as_of < now.figures_as_of < campaign.ends_on
    for period in (earlier, now):
        assert set(period.submissions.values_list("state", flat=True)) == set(SubmissionState.values)
    behind = hand_ins(earlier, as_of=at)
    assert (behind.late, behind.extended, behind.returned, len(behind.silent)) == (3, 2, 2, 6)
    assert not Event.objects.filter(at__gt=at).exists()
    assert not Revision.objects.filter(arrived_at__gt=at).exists()
    assert not Message.objects.filter(created_at__gt=at).exists()


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2026, 12, 3, tzinfo=WARD), 2026),
        (datetime(2026, 12, 3, 0, 0, 0, 1, tzinfo=WARD), 2027),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), 2027),
    ],
)
def test_the_deadline_is_the_next_one_that_is_seven_days_ahead(at, year):
    assert current.units_due(at) == datetime(year, 12, 10, tzinfo=WARD)


def test_the_season_at_hand_shows_every_state_there_is(people):
    campaign, _ = current.load(people, at=AUTUMN)

    assert set(campaign.nominations.values_list("state", flat=True)) == set(NominationState.values)
    period = campaign.periods.get(name="Báo cáo kết quả năm 2026")
    assert Extension.objects.get(granted__isnull=True).period == period
    assert set(Evidence.objects.values_list("content_type", flat=True)) == {"application/pdf", "image/png"}
    assert Revision.objects.exclude(on_behalf_source="").count() == 1
    typed = drafting.texts(Submission.objects.get(period=period, unit__code="TDP-17").draft)
    assert "1.2.3" in typed.values()
    being_mended = Submission.objects.filter(state=SubmissionState.RETURNED, acceptances__ended_at__isnull=True)
    assert being_mended.get(acceptances__isnull=False).unit.code == "TDP-23"


def test_what_sample_units_handed_in_passes_the_units_own_form(people):
    campaign, _ = current.load(people, at=AUTUMN)
    submissions = Submission.objects.filter(period__campaign=campaign, current_revision__on_behalf_source="")
    assert submissions.count() == 90
    for submission in submissions.select_related("unit", "period__campaign", "current_revision"):
        form = ResultsForm(drafting.texts(submission.draft) | {"submit_key": str(uuid4())}, submission=submission)
        assert form.is_valid(), (submission, form.errors)
        content = {"period": submission.period_id, "unit": submission.unit_id} | form.answers().content()
        assert digest_of(content) == submission.current_revision.digest


# --- The finished season ----------------------------------------------------------------------------------------------


def test_the_season_of_2025_is_finished_with_two_targets_missed(people):
    period, made = finished.load(people, at=AUTUMN)

    assert made
    assert period.closed_at == datetime(2025, 12, 11, 17, tzinfo=WARD)
    rows = hand_ins(period, as_of=AUTUMN)
    assert (rows.assigned, rows.submitted, rows.accepted) == (65, 65, 65)
    assert (rows.late, rows.extended) == (3, 1)
    compiled = compile_period(period, as_of=period.closed_at)
    assert (compiled.total, compiled.met, compiled.missed, compiled.not_computable) == (22, 20, 2, 0)
    assert [line.target.number for line in compiled.lines if line.judged.verdict == "missed"] == [4, 13]
    assert {event.at.year for event in Event.objects.all()} == {2025}


def test_a_portal_that_starts_before_that_seasons_end_tells_the_same_story_earlier(people):
    at = datetime(2025, 12, 3, 9, tzinfo=WARD)
    period, _ = finished.load(people, at=at)

    assert hand_ins(period, as_of=at).accepted == 65
    assert not Event.objects.filter(at__gt=at).exists()


def test_shares_sum_to_the_wards_goals(people):
    campaign, _ = plan_file.load(seasons.plan(), people.organiser)
    seasons.start(campaign, people, at=datetime(2025, 9, 10, 8, tzinfo=WARD))

    for target in campaign.targets.all():
        duties = Allocation.objects.open().filter(target=target)
        assert duties.count() == len(shares.HOLDERS[target.number])
        assert not target.single_source or duties.count() == 1
        for bound in ("at_least", "at_most"):
            parts = [part for part in duties.values_list(bound, flat=True) if part is not None]
            assert sum(parts) == ((getattr(target, bound) or 0) if target.answer == Answer.NUMBER else 0)


@pytest.mark.parametrize(
    ("goal", "weights", "decimals", "parts"),
    [
        ("10", [1, 1, 1], 0, ["4", "3", "3"]),
        ("0.05", [1, 3], 2, ["0.01", "0.04"]),
        ("0", [5, 4], 0, ["0", "0"]),
        ("537487.84", [7], 2, ["537487.84"]),
    ],
)
def test_a_goal_is_split_exactly_and_the_rest_goes_to_the_largest(goal, weights, decimals, parts):
    assert shares.split(Decimal(goal), weights, decimals=decimals) == [Decimal(part) for part in parts]


# --- All of it --------------------------------------------------------------------------------------------------------


def test_all_of_it_loads_once(settings, django_assert_max_num_queries):
    settings.PRODUCTION = False
    assert run("--accounts") == "Chưa có phường mẫu; nạp bằng lệnh: manage.py load_demo\n"

    said = run("--at", "2026-11-23T09:00+07:00")

    assert said == "Đã nạp phường mẫu: Đợt thi đua năm 2025; Đợt thi đua năm 2026 (bản mẫu).\n"
    report = Report.objects.get()
    assert (report.state, report.number, report.issued_on) == (ReportState.ISSUED, "123", date(2025, 12, 12))
    assert report.sent_at < report.period.report_due
    assert set(report.files.values_list("stage", flat=True)) == set(FileStage.values) - {FileStage.SIGNED}
    assert report.figures["summary"]["total"] == 22
    assert len(report.figures["commendations"]["rows"]) == 10
    assert Campaign.objects.get(slug="kien-an-2025").state == CampaignState.CLOSED
    reminders.plan_all(AUTUMN)
    assert not Message.objects.filter(state=MessageState.WAITING).exists()
    table = run("--accounts")
    for username in [name for name, *_ in [*ward.ROLES, ward.SUPERUSER, *accounts.UNITS]]:
        assert f"\n{username} " in table
        assert User.objects.get(username=username).check_password(ward.PASSWORD)

    before = row_counts()
    with django_assert_max_num_queries(60):
        assert run("--at", "2027-11-23T09:00+07:00") == "Phường mẫu đã có, không thay đổi gì.\n"
    assert row_counts() == before


def test_production_refuses_the_sample_and_its_accounts(settings):
    settings.PRODUCTION = True
    for args in ([], ["--accounts"]):
        with pytest.raises(CommandError, match="chỉ nạp ở bản nhúng"):
            run(*args)
    assert not Unit.objects.exists()


def test_an_account_of_the_same_name_is_never_taken_over(settings):
    settings.PRODUCTION = False
    UserFactory(username="canbo")
    with pytest.raises(CommandError, match="Đã có tài khoản “canbo” không thuộc phường mẫu"):
        run()
    assert not Unit.objects.exists()


def test_every_sample_person_has_a_plainly_sample_name(people):
    assert all("mẫu" in user.full_name.lower() for user in User.objects.all())
    assert Nomination.objects.count() == 0
    assert len(people.units) == 65
    assert User.objects.filter(email="", username__startswith="to").count() == 10
