"""What the office decides on what was handed in: acceptances, returns, adjustments, verdicts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from campaigns.models import ReportingPeriod
from targets.models.handing_in import Result, Revision, Submission
from targets.models.plan import Target, amount_field

USER = settings.AUTH_USER_MODEL


class Acceptance(models.Model):
    """The office's yes to exactly one revision, in force from `accepted_at` until `ended_at`."""

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="kết quả", related_name="acceptances")
    revision = models.ForeignKey(Revision, models.PROTECT, verbose_name="lần nộp", related_name="acceptances")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người duyệt", related_name="+")
    accepted_at = models.DateTimeField("duyệt lúc")
    ended_at = models.DateTimeField("hết hiệu lực lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lần duyệt"
        verbose_name_plural = "lần duyệt"
        ordering = ["-accepted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(ended_at__isnull=True),
                name="acceptance_one_open",
                violation_error_message="Kết quả này đang có một lần duyệt còn hiệu lực.",
            ),
            models.CheckConstraint(
                name="acceptance_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("accepted_at")),
                violation_error_message="Lần duyệt phải hết hiệu lực sau khi có hiệu lực.",
            ),
        ]

    def __str__(self):
        return f"{self.revision}"

    @property
    def by_oneself(self):
        return self.by_id == self.revision.submitted_by_id


class Return(models.Model):
    revision = models.ForeignKey(Revision, models.PROTECT, verbose_name="lần nộp", related_name="returns")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người trả lại", related_name="+")
    at = models.DateTimeField("lúc")
    reason = models.TextField("lý do")
    answer_by = models.DateTimeField("nộp lại trước thời điểm", null=True, blank=True)

    class Meta:
        verbose_name = "lần trả lại"
        verbose_name_plural = "lần trả lại"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="return_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Trả lại phải có lý do.",
            )
        ]

    def __str__(self):
        return f"{self.revision}"


class ReturnedCell(models.Model):
    """One cell that the office marked, with why. Where a return names cells, the unit may change these alone.

    `cell` is a key as in the draft: ``target.<id>.<part>``, ``target.<id>.evidence``, ``prompt.<code>``.
    """

    returned = models.ForeignKey(Return, models.CASCADE, verbose_name="lần trả lại", related_name="cells")
    cell = models.CharField("ô", max_length=80)
    reason = models.TextField("lý do")

    class Meta:
        verbose_name = "ô phải sửa"
        verbose_name_plural = "ô phải sửa"
        ordering = ["returned", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["returned", "cell"],
                name="returned_cell_once",
                violation_error_message="Ô này đã được đánh dấu.",
            ),
            models.CheckConstraint(
                name="returned_cell_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Đánh dấu một ô phải ghi lý do.",
            ),
        ]

    def __str__(self):
        return self.cell


class Verdict(models.TextChoices):
    EXCEEDED = "exceeded", "Vượt"
    MET = "met", "Đạt"
    MISSED = "missed", "Chưa đạt"
    NOT_DUE = "not_due", "Chưa đến kỳ"
    NOT_COMPUTABLE = "not_computable", "Không tính được"
    TRACKED = "tracked", "Chỉ theo dõi"


class Adjustment(models.Model):
    """The office's own figure or verdict for one target of one period, with its reason; the units' figure stays.

    With `result` it corrects that one unit's figure, and holds as long as its revision is the unit's last word;
    without, it stands in place of what all units add up to.
    """

    result = models.ForeignKey(
        Result, models.CASCADE, verbose_name="số liệu của đơn vị", related_name="adjustments", null=True, blank=True
    )
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, verbose_name="kỳ báo cáo", related_name="adjustments")
    target = models.ForeignKey(Target, models.CASCADE, verbose_name="chỉ tiêu", related_name="adjustments")
    amount = amount_field("thực hiện")
    base = amount_field("mẫu số")
    est_amount = amount_field("ước cả năm")
    est_base = amount_field("mẫu số, ước cả năm")
    verdict = models.CharField(
        "đánh giá",
        max_length=8,
        blank=True,
        choices=[(v.value, v.label) for v in (Verdict.EXCEEDED, Verdict.MET, Verdict.MISSED)],
    )
    reason = models.TextField("lý do")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người hiệu chỉnh", related_name="+")
    at = models.DateTimeField("lúc")
    ended_at = models.DateTimeField("hết hiệu lực lúc", null=True, blank=True)

    class Meta:
        verbose_name = "hiệu chỉnh"
        verbose_name_plural = "hiệu chỉnh"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "target"],
                condition=Q(ended_at__isnull=True, result__isnull=True),
                name="adjustment_one_open",
                violation_error_message="Chỉ tiêu đang có một hiệu chỉnh còn hiệu lực.",
            ),
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(ended_at__isnull=True),
                name="adjustment_one_open_a_result",
                violation_error_message="Số liệu này đang có một hiệu chỉnh còn hiệu lực.",
            ),
            models.CheckConstraint(
                name="adjustment_of_a_result_is_a_figure",
                condition=Q(result__isnull=True) | Q(verdict="", amount__isnull=False),
                violation_error_message="Hiệu chỉnh số liệu của một đơn vị phải ghi số, không ghi đánh giá.",
            ),
            models.CheckConstraint(
                name="adjustment_says_something",
                condition=~Q(reason="") & (~Q(verdict="") | Q(amount__isnull=False)),
                violation_error_message="Hiệu chỉnh phải có lý do và có số liệu hoặc đánh giá.",
            ),
            models.CheckConstraint(
                name="adjustment_base_positive",
                condition=(Q(base__isnull=True) | Q(base__gt=0)) & (Q(est_base__isnull=True) | Q(est_base__gt=0)),
                violation_error_message="Mẫu số phải lớn hơn 0.",
            ),
        ]

    def __str__(self):
        return f"{self.target} – {self.period}"
