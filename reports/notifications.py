"""The letter that a report of the schedule causes: where it is, and what it still lacks."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from campaigns import deadlines
from reports import documents
from reports.models import Report, ReportKind
from targets.notifications import clock, link
from units import outbox
from units.models import Membership, Message, MessageKind, Role, ward_day

MOST_NAMES = 20


def topic(report):
    return f"report:{report.pk}"


def tell_office(report, *, at):
    """One letter to each person of the office about a report just built, unless today's last one said the same."""
    organiser = report.campaign.organiser
    if _told_today(report, at):
        return
    office = Membership.objects.in_force(ward_day(at)).filter(unit=organiser, role=Role.OFFICE, user__is_active=True)
    for user in {membership.user for membership in office.select_related("user")}:
        outbox.write(
            key=f"{topic(report)}:{user.pk}",
            kind=MessageKind.REPORT,
            topic=topic(report),
            user=user,
            unit=organiser,
            subject=f"{_named(report)} – {report.period.name}",
            body=_body(report, user),
            at=at,
        )


def _told_today(report, at):
    """Whether the last of the day's letters about this kind of report told of one that says the same."""
    start = datetime.combine(ward_day(at), time.min, tzinfo=timezone.get_default_timezone())
    topics = Message.objects.filter(
        kind=MessageKind.REPORT,
        key__startswith="report:",  # letters about a comment have the same topic under keys of their own
        unit=report.campaign.organiser,
        created_at__gte=start,
        created_at__lt=start + timedelta(days=1),
    ).values_list("topic", flat=True)
    told = [int(about.removeprefix("report:")) for about in set(topics)]
    last = Report.objects.filter(pk__in=told, kind=report.kind, period=report.period).exclude(pk=report.pk).first()
    return last is not None and last.digest == report.digest


def _named(report):
    return "Dự thảo báo cáo gửi thành phố" if report.kind == ReportKind.CITY else report.get_kind_display()


def _body(report, user):
    lacks = missing(report)
    still = "Còn thiếu:\n" + "".join(f"- {line}\n" for line in lacks) if lacks else "Không còn thiếu nội dung nào.\n"
    return (
        f"Kính gửi: {user.full_name},\n\n"
        f"Cổng thi đua đã tự lập {_named(report).lower()}, kỳ “{report.period.name}”"
        f" ({report.campaign.short_name}). Số liệu tính đến {clock(report.as_of)}.\n\n"
        f"{still}\n"
        f"Hạn gửi báo cáo: {deadlines.in_full(report.period.report_due)}.\n"
        f"Xem báo cáo: {link(report)}\n"
    )


def missing(report):
    """What a built report of a period still lacks, as sentences: silent units, unreviewed results, empty sections."""
    summary, handed_in = report.figures["summary"], report.figures["handed_in"]
    silent = handed_in["silent"]
    sentences = [
        (len(silent), f"{len(silent)} đơn vị chưa nộp: {_listed(silent)}"),
        (handed_in["unreviewed"], f"{handed_in['unreviewed']} kết quả đã nộp nhưng chưa duyệt"),
        (summary["not_computable"], f"{summary['not_computable']} chỉ tiêu không tính được"),
    ]
    if report.kind == ReportKind.CITY:
        asked = documents.ASKED | {task["code"] for task in report.figures["tasks"]}
        empty = [
            heading
            for code, heading in documents.sections(report.figures["tasks"])
            if code in asked and not report.texts.get(code, "").strip()
        ]
        sentences.append((len(empty), f"{len(empty)} mục chưa có lời báo cáo: {_listed(empty)}"))
    return [sentence for count, sentence in sentences if count]


def _listed(names):
    rest = len(names) - MOST_NAMES
    return "; ".join(names[:MOST_NAMES]) + (f"; và {rest} mục khác" if rest > 0 else "")
