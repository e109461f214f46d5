"""`manage.py export_report <campaign> --kind city|progress --out FILE [--format docx]`: build a report and write it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.models import Campaign
from reports import building
from reports.kinds import MAKING
from reports.models import OF_A_PERIOD, FileFormat, FileStage, ReportKind


class Command(BaseCommand):
    help = "Lập báo cáo của một đợt thi đua, ghi tệp và in mã kiểm tra SHA-256 của tệp."

    def add_arguments(self, parser):
        parser.add_argument("campaign", help="mã của đợt thi đua trên địa chỉ, ví dụ kien-an-2025")
        parser.add_argument("--kind", choices=[kind.value for kind in OF_A_PERIOD], required=True)
        parser.add_argument("--out", type=Path, required=True, help="tệp sẽ ghi")
        parser.add_argument(
            "--format",
            choices=[format.value for format in (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX)],
            default=FileFormat.PDF.value,
            help="định dạng của tệp; Word và Excel chỉ có ở báo cáo gửi thành phố",
        )
        parser.add_argument("--period", help="tên kỳ báo cáo; không ghi thì lấy kỳ cuối")

    def handle(self, *, campaign, kind, format, out, period, **options):
        try:
            found = Campaign.objects.get(slug=campaign)
        except Campaign.DoesNotExist:
            raise CommandError(f"Không có đợt thi đua “{campaign}”.") from None
        periods = found.periods.select_related("campaign__organiser").order_by("-units_due")
        chosen = (periods.filter(name=period) if period else periods).first()
        if chosen is None:
            raise CommandError("Không có kỳ báo cáo này.")
        if format != FileFormat.PDF and format not in MAKING[ReportKind(kind)].beside:
            raise CommandError(f"{ReportKind(kind).label} không có bản {FileFormat(format).label}.")
        at = timezone.now()
        report = building.request(chosen, kind, by=None, at=at)
        building.build(report.pk, at=at)
        made = file_of(report, format)
        try:
            with made.file.open("rb") as stored:
                out.write_bytes(stored.read())
        except OSError as fault:
            raise CommandError(f"Không ghi được tệp {out}: {fault.strerror}") from fault
        self.stdout.write(f"{made.sha256}  {out}")


def file_of(report, format=FileFormat.PDF):
    """The draft that was just built, or the sentence why there is none."""
    report.refresh_from_db()
    if report.error:
        raise CommandError(report.error)
    made = report.files.filter(stage=FileStage.DRAFT, format=format).first()
    if made is None:  # a worker's ring came first
        raise CommandError("Báo cáo đang được tiến trình nền lập; đề nghị chạy lại lệnh sau ít phút.")
    return made
