"""What leaders and the office say about a draft; the office is told by letter."""

from django.db import transaction

from campaigns.models import record
from reports.models import Report, ReportComment, ReportState
from targets.notifications import link
from units import outbox
from units.models import Membership, MessageKind, Role, ward_day
from units.refusals import Refused

SETTLED = (ReportState.ISSUED, ReportState.SUPERSEDED)


@transaction.atomic
def comment(report, *, section, text, by, at):
    """Keep a remark on a section of a draft ("" for the whole) and write to the office."""
    stored = Report.objects.select_for_update(of=["self"]).select_related("campaign__organiser").get(pk=report.pk)
    if stored.state in SETTLED:
        raise Refused("Báo cáo đã ban hành; muốn sửa, đề nghị lập báo cáo thay thế.")
    if not text.strip():
        raise Refused("Đề nghị ghi ý kiến.")
    made = ReportComment.objects.create(report=stored, section=section, text=text.strip(), by=by, at=at)
    record(stored, "Góp ý", campaign=stored.campaign, by=by, at=at, detail=text.strip()[:200])
    _tell_office(stored, made)
    return made


def _tell_office(report, made):
    organiser = report.campaign.organiser
    people = Membership.objects.in_force(ward_day(made.at)).filter(
        unit=organiser, role=Role.OFFICE, user__is_active=True
    )
    for user in {membership.user for membership in people.exclude(user=made.by).select_related("user")}:
        outbox.write(
            key=f"report-comment:{made.pk}:{user.pk}",
            kind=MessageKind.REPORT,
            topic=f"report:{report.pk}",
            user=user,
            unit=organiser,
            subject=f"{made.by} góp ý {report.get_kind_display().lower()}",
            body=f"{made.by} góp ý:\n\n{made.text}\n\nXem tại: {link(report)}#gop-y\n",
            at=made.at,
        )
