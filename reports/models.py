"""What leaves the portal: the office's prose, and reports with the figures they were built from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from campaigns.models import Campaign, ReportingPeriod
from targets.models import Revision
from units.folding import NFCCharField
from units.models import Unit, UnitKind, one_line

USER = settings.AUTH_USER_MODEL


class ReportKind(models.TextChoices):
    PROGRESS = "progress", "Báo cáo tiến độ"
    CITY = "city", "Báo cáo kết quả gửi thành phố"
    REMINDER = "reminder", "Công văn đôn đốc"
    UNIT = "unit", "Báo cáo của đơn vị"
    RECEIPT = "receipt", "Biên nhận"
    CHECK_SHEET = "check", "Phiếu đối chiếu kế hoạch"
    PLAN = "plan", "Kế hoạch"
    ARCHIVE = "archive", "Hồ sơ đợt thi đua"


# Kinds that are made of a campaign's plan and belong to no round of reporting, and those made of one hand-in.
OF_A_CAMPAIGN = frozenset({ReportKind.CHECK_SHEET, ReportKind.PLAN, ReportKind.ARCHIVE})
OF_A_REVISION = frozenset({ReportKind.UNIT, ReportKind.RECEIPT})
OF_A_PERIOD = tuple(kind for kind in ReportKind if kind not in OF_A_CAMPAIGN | OF_A_REVISION)


class ReportText(models.Model):
    """The office's prose for one section of a period's city report; `version` tells two editors apart."""

    period = models.ForeignKey(ReportingPeriod, models.CASCADE, verbose_name="kỳ báo cáo", related_name="report_texts")
    kind = models.CharField("loại báo cáo", max_length=8, choices=ReportKind)
    section = models.CharField("mục", max_length=40)
    text = models.TextField("nội dung", blank=True)
    version = models.PositiveIntegerField("phiên bản", default=0)
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người viết", related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lời báo cáo"
        verbose_name_plural = "lời báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "kind", "section"],
                name="report_text_once",
                violation_error_message="Mục này đã có nội dung.",
            )
        ]

    def __str__(self):
        return f"{self.period} – {self.section}"


class ReportState(models.TextChoices):
    QUEUED = "queued", "Chờ lập"
    BUILDING = "building", "Đang lập"
    READY = "ready", "Dự thảo"
    FAILED = "failed", "Lập không thành"
    CANCELLED = "cancelled", "Đã huỷ"
    APPROVED = "approved", "Đã phê duyệt"
    ISSUED = "issued", "Đã ban hành"
    SUPERSEDED = "superseded", "Đã thay thế"


class ReportQuerySet(models.QuerySet):
    def organised_by(self, user):
        return self if user.is_superuser else self.filter(campaign__organiser__in=user.organiser_ids)

    def file_due(self, at):
        """Reports whose file must be made and that nobody is making now."""
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
            Q(not_before__isnull=True) | Q(not_before__lte=at),
            needs_file=True,
        )


class Report(models.Model):
    """Figures and texts frozen as of a moment, and the life of the document made from them."""

    kind = models.CharField("loại", max_length=8, choices=ReportKind)
    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name="đợt thi đua", related_name="built_reports")
    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        verbose_name="kỳ báo cáo",
        related_name="built_reports",
        null=True,
        blank=True,
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, verbose_name="lần nộp", related_name="documents", null=True, blank=True
    )
    code = models.CharField(
        "mã tra cứu", max_length=12, unique=True, null=True, blank=True, help_text="In trên từng trang bản ban hành."
    )
    key = models.CharField("khoá lịch", max_length=120, unique=True, null=True, blank=True)
    as_of = models.DateTimeField("tính đến lúc")
    state = models.CharField("trạng thái", max_length=10, choices=ReportState, default=ReportState.QUEUED)
    figures = models.JSONField("số liệu", null=True, blank=True)
    texts = models.JSONField("lời văn", null=True, blank=True)
    digest = models.CharField("mã kiểm tra số liệu", max_length=64, blank=True)

    needs_file = models.BooleanField("còn phải lập tệp", default=True)
    step = models.CharField("đang làm", max_length=100, blank=True)
    percent = models.PositiveSmallIntegerField("tiến độ (%)", default=0)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    error = models.CharField("lỗi", max_length=500, blank=True)
    not_before = models.DateTimeField("thử lại từ lúc", null=True, blank=True)
    leased_until = models.DateTimeField("đang lập tới", null=True, blank=True)

    requested_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người yêu cầu", related_name="+", null=True, blank=True
    )
    requested_at = models.DateTimeField("yêu cầu lúc")
    approved_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người phê duyệt", related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField("phê duyệt lúc", null=True, blank=True)
    number = models.CharField("số", max_length=20, blank=True, validators=[one_line])
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issued_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người ghi số", related_name="+", null=True, blank=True
    )
    issued_at = models.DateTimeField("ghi số lúc", null=True, blank=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    sent_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người gửi", related_name="+", null=True, blank=True)
    sent_how = models.CharField("cách gửi", max_length=200, blank=True, validators=[one_line])
    supersedes = models.OneToOneField(
        "self", models.PROTECT, verbose_name="thay thế", related_name="superseded_by", null=True, blank=True
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["not_before"], condition=Q(needs_file=True), name="report_file_due")]
        constraints = [
            models.CheckConstraint(
                name="report_of_a_period_or_a_campaign",
                condition=Q(kind__in=sorted(OF_A_CAMPAIGN), period__isnull=True)
                | (~Q(kind__in=sorted(OF_A_CAMPAIGN)) & Q(period__isnull=False)),
                violation_error_message="Báo cáo theo kỳ phải có kỳ; tài liệu của cả đợt thi đua thì không có kỳ.",
            ),
            models.CheckConstraint(
                name="report_of_a_revision_names_it",
                condition=Q(kind__in=sorted(OF_A_REVISION), revision__isnull=False)
                | (~Q(kind__in=sorted(OF_A_REVISION)) & Q(revision__isnull=True)),
                violation_error_message="Báo cáo, biên nhận của đơn vị phải thuộc một lần nộp.",
            ),
            models.CheckConstraint(
                name="report_approved_has_its_stamp",
                condition=(
                    Q(
                        state__in=["approved", "issued", "superseded"],
                        approved_at__isnull=False,
                        approved_by__isnull=False,
                    )
                    | Q(
                        state__in=["queued", "building", "ready", "failed", "cancelled"],
                        approved_at__isnull=True,
                        approved_by__isnull=True,
                    )
                ),
                violation_error_message="Báo cáo đã phê duyệt phải có người và thời điểm phê duyệt.",
            ),
            models.CheckConstraint(
                name="report_issued_has_its_number",
                condition=(
                    (
                        Q(state__in=["issued", "superseded"], issued_on__isnull=False)
                        & Q(issued_at__isnull=False, issued_by__isnull=False)
                        & ~Q(number="")
                    )
                    | (
                        ~Q(state__in=["issued", "superseded"])
                        & Q(number="", issued_on__isnull=True, issued_at__isnull=True, issued_by__isnull=True)
                    )
                ),
                violation_error_message="Báo cáo đã ban hành phải có số và ngày.",
            ),
            models.UniqueConstraint(
                fields=["kind", "period"],
                condition=Q(state="issued"),
                name="report_one_issued",
                violation_error_message="Kỳ này đã có một báo cáo ban hành.",
            ),
            models.CheckConstraint(
                name="report_sent_whole",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sent_how="")
                | (
                    Q(sent_at__isnull=False, sent_by__isnull=False, state__in=["issued", "superseded"])
                    & ~Q(sent_how="")
                ),
                violation_error_message="Chỉ báo cáo đã ban hành mới ghi nhận việc gửi, kèm người gửi và cách gửi.",
            ),
            models.CheckConstraint(
                name="report_built_has_figures",
                condition=Q(state__in=["queued", "building", "failed", "cancelled"])
                | (Q(figures__isnull=False, texts__isnull=False) & ~Q(digest="")),
                violation_error_message="Báo cáo đã lập phải có số liệu.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.period or self.campaign}"

    def get_absolute_url(self):
        return reverse("reports:report", args=[self.pk])

    @property
    def state_words(self):
        """A paper of a whole campaign or of one hand-in is made, and never a draft of anything."""
        is_made = self.kind in OF_A_CAMPAIGN | OF_A_REVISION and self.state == ReportState.READY
        return "Đã lập" if is_made else self.get_state_display()

    @property
    def is_scheduled(self):
        """Whether nobody asked for it: the schedule did."""
        return bool(self.key) and self.requested_by_id is None

    @property
    def is_working(self):
        """Whether a file is still being made, so that its page keeps asking."""
        return self.needs_file and self.state != ReportState.FAILED


class FileStage(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    APPROVED = "approved", "Bản trình ký"
    ISSUED = "issued", "Bản ban hành"
    SIGNED = "signed", "Bản ký số"


class FileFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    ZIP = "zip", "ZIP"


def report_path(made, name):
    return f"reports/{made.report_id}/{made.stage}-{made.sha256[:32]}.{made.format}"


class ReportFile(models.Model):
    """One file made from a report. Rows are only ever added: an older file and its hash stay."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="báo cáo", related_name="files")
    stage = models.CharField("bản", max_length=8, choices=FileStage)
    format = models.CharField("định dạng", max_length=4, choices=FileFormat, default=FileFormat.PDF)
    file = models.FileField("tệp", upload_to=report_path, max_length=200)
    sha256 = models.CharField("mã kiểm tra (SHA-256)", max_length=64)
    size = models.PositiveIntegerField("dung lượng")
    made_at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "tệp báo cáo"
        verbose_name_plural = "tệp báo cáo"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.report} – {self.get_stage_display()}"


class SignatureCheck(models.Model):
    """What was found when an officially signed PDF was taken in. `findings` is what reports.signatures says."""

    file = models.OneToOneField(ReportFile, models.CASCADE, verbose_name="bản ký số", related_name="signature")
    findings = models.JSONField("kết quả kiểm tra")
    uploaded_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người tải lên", related_name="+")

    class Meta:
        verbose_name = "lần kiểm tra chữ ký"
        verbose_name_plural = "lần kiểm tra chữ ký"

    def __str__(self):
        return f"{self.file}"


class ReportComment(models.Model):
    """What a leader or the office says about a draft. Rows are only ever added."""

    report = models.ForeignKey(Report, models.CASCADE, verbose_name="báo cáo", related_name="comments")
    section = models.CharField("mục", max_length=40, blank=True)
    text = models.TextField("ý kiến")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người góp ý", related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "ý kiến về báo cáo"
        verbose_name_plural = "ý kiến về báo cáo"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="report_comment_says_something",
                condition=~Q(text=""),
                violation_error_message="Đề nghị ghi ý kiến.",
            )
        ]

    def __str__(self):
        return self.text[:60]


def trust_root_path(root, name):
    return f"trust/{root.organiser_id}/{root.sha256[:32]}.cer"


class TrustRoot(models.Model):
    """A certificate that signatures are traced back to; the organiser supplies it."""

    organiser = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="thuộc",
        related_name="trust_roots",
        limit_choices_to={"kind": UnitKind.ORGANISER},
    )
    name = NFCCharField("tên chứng thư gốc", max_length=200, validators=[one_line])
    file = models.FileField("tệp chứng thư", upload_to=trust_root_path, max_length=200)
    sha256 = models.CharField("mã kiểm tra", max_length=64, editable=False)
    valid_until = models.DateTimeField("hiệu lực đến", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "chứng thư gốc"
        verbose_name_plural = "chứng thư gốc"
        ordering = ["organiser", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organiser", "sha256"],
                name="trust_root_once",
                violation_error_message="Chứng thư này đã có.",
            )
        ]

    def __str__(self):
        return self.name
