"""How a plan came to stand in the portal: the text it was read from, workbooks taken in, and who confirmed what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models import Campaign
from targets.models.plan import Target, amount_field
from units.folding import NFCCharField
from units.models import one_line

USER = settings.AUTH_USER_MODEL


class PlanReading(models.Model):
    """The plan's own text, and what staff decided about each thing the portal proposed to read out of it.

    `decisions` is {item key: {"verdict": "take" | "drop" | "", "kind", "fields": {name: raw text}, "version", …}}, as
    `targets.read_items` says; nothing of it stands in the plan before `applied_at`.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="reading")
    text = models.TextField("văn bản kế hoạch")
    source_name = NFCCharField("lấy từ tệp", max_length=200, blank=True, validators=[one_line])
    decisions = models.JSONField("quyết định", default=dict, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người đưa vào", related_name="+")
    at = models.DateTimeField("lúc")
    applied_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người ghi vào kế hoạch", related_name="+", null=True, blank=True
    )
    applied_at = models.DateTimeField("ghi vào kế hoạch lúc", null=True, blank=True)

    class Meta:
        verbose_name = "văn bản kế hoạch đã đọc"
        verbose_name_plural = "văn bản kế hoạch đã đọc"
        constraints = [
            models.CheckConstraint(
                name="plan_reading_applied_whole",
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                violation_error_message="Ghi vào kế hoạch phải có người và thời điểm.",
            )
        ]

    def __str__(self):
        return f"Văn bản của {self.campaign}"


class PlanCheck(models.Model):
    """Somebody compared the check sheet with the signed plan; `contents` is what the plan held then, `digest` its mark.

    The contents are those of `targets.plan_contents`: what changed afterwards is read from them.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="checks")
    digest = models.CharField("mã kiểm tra kế hoạch", max_length=64)
    contents = models.JSONField("nội dung đã đối chiếu")
    note = models.TextField("ghi chú", blank=True)
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người đối chiếu", related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lần đối chiếu kế hoạch"
        verbose_name_plural = "lần đối chiếu kế hoạch"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"Đối chiếu {self.campaign}"


class DifferenceNote(models.Model):
    """Why the units' shares of a target do not add up to the ward's goal. It holds while these four figures stand."""

    target = models.ForeignKey(Target, models.CASCADE, verbose_name="chỉ tiêu", related_name="difference_notes")
    goal_at_least = amount_field("mức phường, không thấp hơn")
    goal_at_most = amount_field("mức phường, không quá")
    sum_at_least = amount_field("tổng đã giao, không thấp hơn")
    sum_at_most = amount_field("tổng đã giao, không quá")
    note = models.TextField("giải thích")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người xác nhận", related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "giải thích chênh lệch"
        verbose_name_plural = "giải thích chênh lệch"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="difference_note_explains",
                condition=~Q(note=""),
                violation_error_message="Đề nghị ghi giải thích chênh lệch.",
            )
        ]

    def __str__(self):
        return f"Chênh lệch của {self.target}"


class ImportKind(models.TextChoices):
    TARGETS = "targets", "Chỉ tiêu"
    SHARES = "shares", "Mức giao cho đơn vị"


class ImportState(models.TextChoices):
    QUEUED = "queued", "Chờ kiểm tra"
    CHECKING = "checking", "Đang kiểm tra"
    CHECKED = "checked", "Đã kiểm tra, chờ xác nhận"
    APPLYING = "applying", "Đang ghi"
    APPLIED = "applied", "Đã ghi"
    REFUSED = "refused", "Có lỗi, chưa ghi gì"
    DROPPED = "dropped", "Đã bỏ"


SHAPES = {
    ImportState.QUEUED: "queued",
    ImportState.CHECKING: "building",
    ImportState.CHECKED: "checked",
    ImportState.APPLYING: "building",
    ImportState.APPLIED: "accepted",
    ImportState.REFUSED: "failed",
    ImportState.DROPPED: "superseded",
}


def import_path(row, name):
    return f"imports/{row.campaign_id}/{row.sha256[:32]}.xlsx"


class WorkbookImport(models.Model):
    """A workbook of targets or shares on its way in: checked first, then taken whole or not at all; done by lease.

    `faults` and `remarks` are [{"cell": "D12" or "", "sentence": str}]; `changes` is what writing it would do, for
    people to read: [{"verb": "added" | "changed" | "taken", "cell", "subject", "field", "old", "new"}].
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="imports")
    kind = models.CharField("loại", max_length=8, choices=ImportKind)
    file = models.FileField("tệp", upload_to=import_path, max_length=200)
    name = NFCCharField("tên tệp", max_length=200, validators=[one_line])
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    state = models.CharField("trạng thái", max_length=8, choices=ImportState, default=ImportState.QUEUED)
    rows_done = models.PositiveIntegerField("số dòng đã đọc", default=0)
    rows_total = models.PositiveIntegerField("số dòng", default=0)
    faults = models.JSONField("lỗi", default=list, blank=True)
    remarks = models.JSONField("lưu ý", default=list, blank=True)
    changes = models.JSONField("thay đổi", default=list, blank=True)
    reason = models.TextField("lý do điều chỉnh", blank=True)
    decision_number = models.CharField("số quyết định", max_length=60, blank=True, validators=[one_line])
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    leased_until = models.DateTimeField("đang làm tới", null=True, blank=True)
    requested_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người tải lên", related_name="+")
    requested_at = models.DateTimeField("tải lên lúc")
    confirmed_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người xác nhận", related_name="+", null=True, blank=True
    )
    applied_at = models.DateTimeField("ghi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "bảng Excel tải lên"
        verbose_name_plural = "bảng Excel tải lên"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_applied_has_its_moment",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                violation_error_message="Bảng đã ghi phải có thời điểm ghi.",
            ),
            models.CheckConstraint(
                name="import_written_was_confirmed",
                condition=~Q(state__in=["applying", "applied"]) | Q(confirmed_by__isnull=False),
                violation_error_message="Bảng chỉ được ghi khi có người xác nhận.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_working(self):
        """Whether a worker is at it, or it waits for one."""
        return self.state in (ImportState.QUEUED, ImportState.CHECKING, ImportState.APPLYING)

    @property
    def badge(self):
        """The shape and colour of its state."""
        return SHAPES[ImportState(self.state)]
