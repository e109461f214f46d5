"""What units hand in: the submission with its draft, and its frozen revisions with figures, words and files."""

import hashlib
import json
import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from campaigns.models import PLAN_TEXTS, Prompt, ReportingPeriod
from targets.models.plan import Answer, Target, amount_field
from units.folding import NFCCharField
from units.models import Unit, one_line

USER = settings.AUTH_USER_MODEL


class SubmissionState(models.TextChoices):
    """The office's words; `UNIT_WORDS` are the unit's."""

    DRAFT = "draft", "Chưa nộp"
    SUBMITTED = "submitted", "Chờ duyệt"
    RETURNED = "returned", "Đã trả lại"
    ACCEPTED = "accepted", "Đã duyệt"


UNIT_WORDS = {
    SubmissionState.DRAFT: "Chưa nộp",
    SubmissionState.SUBMITTED: "Đã nộp, chờ duyệt",
    SubmissionState.RETURNED: "Phải sửa và nộp lại",
    SubmissionState.ACCEPTED: "Đã duyệt",
}


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person's own units' hand-ins, and all of the campaigns that the person's organisers run."""
        if user.is_superuser:
            return self
        own, organisers = Q(unit__in=user.unit_ids), user.organiser_ids
        return self.filter(own | Q(period__campaign__organiser__in=organisers) if organisers else own)

    def typed_in(self):
        """With what saving cells asks of period and unit, and no more: it happens at every pause in typing."""
        return self.select_related("period", "unit").only(
            "state", "draft", "unit__kind", "period__campaign_id", "period__closed_at"
        )

    def with_place(self):
        """With period, campaign (without the long texts) and unit: what a page about one shows."""
        return self.select_related("period__campaign", "unit").defer(
            *(f"period__campaign__{name}" for name in PLAN_TEXTS)
        )

    def reviewable_by(self, user):
        return self if user.is_superuser else self.filter(period__campaign__organiser__in=user.organiser_ids)


class Submission(models.Model):
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, verbose_name="kỳ báo cáo", related_name="submissions")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="submissions")
    state = models.CharField("trạng thái", max_length=10, choices=SubmissionState, default=SubmissionState.DRAFT)
    draft = models.JSONField("bản nháp", default=dict, blank=True)
    current_revision = models.OneToOneField(
        "Revision", models.PROTECT, verbose_name="bản hiện hành", related_name="+", null=True, blank=True
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "kết quả của đơn vị"
        verbose_name_plural = "kết quả của đơn vị"
        ordering = ["period", "unit__order", "unit__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit"],
                name="submission_once_a_period",
                violation_error_message="Đơn vị đã có bản kết quả của kỳ này.",
            ),
            models.CheckConstraint(
                name="submission_draft_has_no_revision",
                condition=Q(state="draft", current_revision__isnull=True)
                | (~Q(state="draft") & Q(current_revision__isnull=False)),
                violation_error_message="Chỉ bản nháp mới chưa có lần nộp.",
            ),
        ]

    def __str__(self):
        return f"{self.unit} – {self.period}"

    def get_absolute_url(self):
        return reverse("targets:submission", args=[self.pk])

    @property
    def unit_words(self):
        return UNIT_WORDS[self.state]


class Revision(models.Model):
    """What a unit handed in, frozen. Rows are only ever added."""

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="kết quả", related_name="revisions")
    number = models.PositiveSmallIntegerField("lần nộp")
    submit_key = models.UUIDField("khoá nộp", unique=True)
    arrived_at = models.DateTimeField("đến lúc")
    submitted_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người nộp", related_name="+")
    on_behalf_source = models.CharField("nhập thay, theo", max_length=200, blank=True)
    received_at = models.DateTimeField("phòng nhận lúc", null=True, blank=True)
    is_late = models.BooleanField("muộn theo biên nhận")
    digest = models.CharField("mã kiểm tra (SHA-256)", max_length=64)
    evidence = models.ManyToManyField("Evidence", verbose_name="minh chứng", related_name="revisions", blank=True)

    class Meta:
        verbose_name = "lần nộp"
        verbose_name_plural = "lần nộp"
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"],
                name="revision_number_unique",
                violation_error_message="Lần nộp này đã có.",
            ),
            models.CheckConstraint(
                name="revision_on_behalf_whole",
                condition=Q(on_behalf_source="", received_at__isnull=True)
                | (~Q(on_behalf_source="") & Q(received_at__isnull=False, received_at__lte=F("arrived_at"))),
                violation_error_message="Nhập thay phải ghi nguồn và thời điểm nhận, không sau lúc nhập.",
            ),
        ]

    def __str__(self):
        return f"{self.submission}, lần {self.number}"

    def get_absolute_url(self):
        return reverse("targets:receipt", args=[self.pk])

    @property
    def handed_in_at(self):
        """The moment the standing is judged by: when the office received it, or when it arrived."""
        return self.received_at or self.arrived_at


def digest_of(content):
    """SHA-256 over sorted-key, NFC, UTF-8 JSON. Decimals come in as plain strings (`targets.answers.plain`)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def _answered():
    """Each kind of answer keeps its own shape; a cell without data keeps none of them."""
    return Q(no_data=True) | Q(
        Q(answer="number", amount__isnull=False, base__isnull=True, est_base__isnull=True, text="")
        | Q(
            Q(est_amount__isnull=True, est_base__isnull=True)
            | Q(est_amount__isnull=False, est_base__isnull=False, est_base__gt=0),
            answer="ratio",
            amount__isnull=False,
            base__isnull=False,
            base__gt=0,
            text="",
        )
        | Q(
            Q(est_amount__isnull=True) | Q(est_amount__in=[0, 1]),
            answer="yes_no",
            amount__isnull=False,
            amount__in=[0, 1],
            base__isnull=True,
            est_base__isnull=True,
            text="",
        )
        | Q(
            ~Q(text=""),
            answer="text",
            amount__isnull=True,
            base__isnull=True,
            est_amount__isnull=True,
            est_base__isnull=True,
        )
    )


class Result(models.Model):
    """One target's figures in a revision. A ratio's value is never stored; `no_data` is not 0."""

    revision = models.ForeignKey(Revision, models.CASCADE, verbose_name="lần nộp", related_name="results")
    target = models.ForeignKey(Target, models.PROTECT, verbose_name="chỉ tiêu", related_name="results")
    amount = amount_field("thực hiện")
    base = amount_field("mẫu số")
    est_amount = amount_field("ước cả năm")
    est_base = amount_field("mẫu số, ước cả năm")
    text = models.TextField("bằng lời", blank=True)
    no_data = models.BooleanField("không có số liệu", default=False)
    note = models.TextField("ghi chú", blank=True)
    # Copied from the target when frozen, so that the checks below can read them.
    answer = models.CharField("cách trả lời", max_length=6, choices=Answer)
    part_of_whole = models.BooleanField("tử số là một phần của mẫu số")
    may_be_negative = models.BooleanField("có thể âm")

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        ordering = ["revision", "target__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "target"], name="result_once", violation_error_message="Số liệu này đã có."
            ),
            models.CheckConstraint(
                name="result_no_data_has_a_note",
                condition=Q(no_data=False)
                | (
                    ~Q(note="")
                    & Q(
                        amount__isnull=True,
                        base__isnull=True,
                        est_amount__isnull=True,
                        est_base__isnull=True,
                        text="",
                    )
                ),
                violation_error_message="Không có số liệu thì phải ghi rõ lý do và để trống các ô số.",
            ),
            models.CheckConstraint(
                name="result_answers_in_its_kind",
                condition=_answered(),
                violation_error_message="Số liệu không khớp cách trả lời của chỉ tiêu; mẫu số phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                name="result_not_negative",
                condition=Q(may_be_negative=True)
                | ((Q(amount__isnull=True) | Q(amount__gte=0)) & (Q(est_amount__isnull=True) | Q(est_amount__gte=0))),
                violation_error_message="Chỉ tiêu này không thể âm.",
            ),
            models.CheckConstraint(
                name="result_part_within_whole",
                condition=Q(part_of_whole=False)
                | Q(no_data=True)
                | (
                    Q(amount__gte=0, amount__lte=F("base"))
                    & (Q(est_amount__isnull=True) | Q(est_amount__gte=0, est_amount__lte=F("est_base")))
                ),
                violation_error_message="Tử số không được lớn hơn mẫu số.",
            ),
        ]

    def __str__(self):
        return f"{self.target}"


class Narrative(models.Model):
    revision = models.ForeignKey(Revision, models.CASCADE, verbose_name="lần nộp", related_name="narratives")
    prompt = models.ForeignKey(Prompt, models.PROTECT, verbose_name="câu hỏi", related_name="narratives")
    text = models.TextField("nội dung")

    class Meta:
        verbose_name = "phần trả lời bằng lời"
        verbose_name_plural = "phần trả lời bằng lời"
        ordering = ["revision", "prompt__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "prompt"],
                name="narrative_once",
                violation_error_message="Câu hỏi này đã được trả lời.",
            )
        ]

    def __str__(self):
        return f"{self.prompt}"


PICTURES = frozenset({"image/jpeg", "image/png"})


def evidence_path(evidence, name):
    """A random name: what the file was called stays in the row."""
    return f"evidence/{evidence.submission_id}/{evidence.sha256[:32]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class Evidence(models.Model):
    """A file that proves a target's figure, or the whole report where it names no target."""

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="kết quả", related_name="evidence")
    target = models.ForeignKey(
        Target, models.PROTECT, verbose_name="của chỉ tiêu", related_name="evidence", null=True, blank=True
    )
    file = models.FileField("tệp", upload_to=evidence_path, max_length=200)
    name = NFCCharField("tên tệp", max_length=200, validators=[one_line])
    content_type = models.CharField("loại tệp", max_length=100)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    uploaded_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người tải lên", related_name="+")
    uploaded_at = models.DateTimeField("tải lên lúc")
    removed_at = models.DateTimeField("gỡ lúc", null=True, blank=True)

    class Meta:
        verbose_name = "tệp minh chứng"
        verbose_name_plural = "tệp minh chứng"
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "sha256"],
                condition=Q(removed_at__isnull=True, target__isnull=True),
                name="evidence_once",
                violation_error_message="Tệp này đã được tải lên.",
            ),
            models.UniqueConstraint(
                fields=["submission", "target", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="evidence_once_a_target",
                violation_error_message="Tệp này đã được tải lên cho chỉ tiêu.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.content_type in PICTURES

    @property
    def extension(self):
        return self.name.rpartition(".")[2].lower()


def signed_copy_path(copy, name):
    return f"signed/{copy.revision_id}/{copy.sha256[:32]}"


class SignedCopy(models.Model):
    """The scan of a unit's report, printed, signed and sealed, beside the revision that it was printed from."""

    revision = models.ForeignKey(Revision, models.PROTECT, verbose_name="lần nộp", related_name="signed_copies")
    file = models.FileField("tệp", upload_to=signed_copy_path, max_length=200)
    name = NFCCharField("tên tệp", max_length=200, validators=[one_line])
    content_type = models.CharField("loại tệp", max_length=100)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    uploaded_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người tải lên", related_name="+")
    uploaded_at = models.DateTimeField("tải lên lúc")

    class Meta:
        verbose_name = "bản ký đóng dấu"
        verbose_name_plural = "bản ký đóng dấu"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sha256"],
                name="signed_copy_once",
                violation_error_message="Bản ký này đã được tải lên.",
            )
        ]

    def __str__(self):
        return self.name
