"""The sample campaign of 2025 to its end: every result accepted, the report to the city issued and sent."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from commendations.models import Decision, NominationState
from reports import building, workflow, writing
from reports.demo import honours, prose, seasons
from reports.models import Report, ReportKind
from targets import periods, plan_file
from targets.workflow import send_back
from units.models import ward_day
from units.refusals import Refused

DONE = Decimal("0.93")
DONE_TOO_EARLY = Decimal("0.85")
ENDS = "31/12/2025 16:30"
LATE = {"TDP-05": "10/12/2025 08:20", "TDP-18": "10/12/2025 15:40", "TDP-29": "11/12/2025 09:10"}
EXTENDED, RETURNED, ON_PAPER = "TDP-21", "TDP-12", "TDP-33"


def written(text):
    """A moment of the ward from "10/09/2025 08:00"."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=timezone.get_default_timezone())


def calendar(at):
    """The season's moments by their text; loaded before the season's end, its story is moved back by whole days."""
    back = max(timedelta(0), timedelta(days=(written(ENDS) - at).days + 1))
    return lambda text: written(text) - back


def load(ward, *, at):
    """The campaign up to its closed period. Returns (period, whether it was made now)."""
    campaign, made = plan_file.load(seasons.plan(), ward.organiser)
    period = campaign.periods.get()
    if made:
        moment = calendar(at)
        campaign = seasons.start(campaign, ward, at=moment("10/09/2025 08:00"))
        _hand_in(period, ward, moment)
        closing = {"reason": "Đã đủ báo cáo của các đơn vị.", "by": ward.people["vhxh"]}
        period = periods.close_period(period, **closing, at=moment("11/12/2025 17:00"))
        _honour(campaign, ward, moment)
    return period, made


def _hand_in(period, ward, moment):
    submissions = seasons.submissions_of(period, ward)
    for place, (code, submission) in enumerate(submissions.items()):
        days, minutes = place * 7 % 11, place * 37 % 480
        arrives = moment("28/11/2025 08:00") + timedelta(days=days, minutes=minutes)
        if code in LATE:
            arrives = moment(LATE[code])
        if code == EXTENDED:
            arrives = _extend(period, submission, ward, moment)
        if code == RETURNED:
            arrives = _return(submission, ward, moment)
        if code == ON_PAPER:
            revision = seasons.hand_in_on_paper(
                submission, ward, received_at=moment("09/12/2025 10:00"), at=moment("10/12/2025 09:00"), done=DONE
            )
        else:
            revision = seasons.hand_in(submission, ward, at=arrives, done=DONE)
        seasons.accept(revision, ward, at=min(revision.arrived_at + timedelta(hours=26), moment("11/12/2025 16:00")))


def _extend(period, submission, ward, moment):
    asked = periods.ask_extension(
        period,
        submission.unit,
        reason="Chờ kết quả bình xét gia đình văn hóa.",
        until=written("12/12/2025 00:00"),
        by=ward.reporters[EXTENDED],
        at=moment("08/12/2025 09:00"),
    )
    periods.decide_extension(asked, granted=True, by=ward.people["vhxh"], at=moment("08/12/2025 14:00"))
    return moment("11/12/2025 10:00")


def _return(submission, ward, moment):
    first = seasons.hand_in(submission, ward, at=moment("03/12/2025 08:30"), done=DONE_TOO_EARLY)
    reason = "Số liệu việc làm mới tính đến cuối tháng 10; đề nghị cập nhật đến ngày chốt số liệu."
    send_back(
        submission,
        revision_number=first.number,
        reason=reason,
        by=ward.people["vhxh"],
        at=moment("04/12/2025 15:00"),
    )
    return moment("05/12/2025 10:15")


def _honour(campaign, ward, moment):
    made = honours.settle(
        honours.FINISHED,
        campaign,
        ward,
        proposed_at=moment("08/12/2025 08:00"),
        checked_at=moment("10/12/2025 16:00"),
        decided_at=moment("12/12/2025 08:00"),
    )
    decision = Decision.objects.create(
        campaign=campaign,
        title="Về việc tặng Giấy khen cho tập thể, hộ gia đình, cá nhân có thành tích xuất sắc (quyết định mẫu)",
        number="456/QĐ-UBND",
        issued_on=ward_day(moment("12/12/2025 09:00")),
        signer_name="Trần Thị Phương",
    )
    for nomination in made:
        if nomination.state == NominationState.DECIDED:
            nomination.decision = decision
            nomination.save(update_fields=["decision"])


def report_to_the_city(period, ward, *, at):
    """Write, build, approve, issue and send the report, then end the campaign. Raises Refused if no PDF can be made."""
    moment = calendar(at)
    office, leader = ward.people["vhxh"], ward.people["lanhdao"]
    writing.save(period, ReportKind.CITY, prose.REPORT, {}, by=office, at=moment("12/12/2025 09:30"))
    report = building.request(period, ReportKind.CITY, by=office, at=moment("12/12/2025 10:00"))
    _make_file(report, moment("12/12/2025 10:01"))
    workflow.approve(report, by=leader, at=moment("12/12/2025 14:00"))
    _make_file(report, moment("12/12/2025 14:01"))
    issued_at = moment("12/12/2025 15:00")
    workflow.issue(report, number="123", issued_on=ward_day(issued_at), by=office, at=issued_at)
    _make_file(report, moment("12/12/2025 15:01"))
    sent_at = moment("12/12/2025 16:00")
    workflow.record_sending(report, sent_at=sent_at, how="Trục liên thông văn bản (mẫu)", by=office, at=sent_at)
    periods.close_campaign(period.campaign, by=office, at=moment(ENDS))


def _make_file(report, at):
    if not building.build(report.pk, at=at):
        raise Refused(f"Không lập được tệp báo cáo mẫu: {Report.objects.get(pk=report.pk).error}")
