"""What must be reached, and what was handed in and judged."""

import hashlib
import json
import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from campaigns.models import PLAN_TEXTS, Campaign, GivenBy, Prompt, ReportingPeriod
from units.folding import FoldedField, NFCCharField
from units.models import Unit, one_line

USER = settings.AUTH_USER_MODEL


def amount_field(label, **options):
    """A figure: at most 15 significant digits, 4 decimals."""
    return models.DecimalField(label, max_digits=19, decimal_places=4, **{"null": True, "blank": True} | options)


class Sector(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="sectors")
    name = NFCCharField("lĩnh vực", max_length=200, validators=[one_line])
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="sector_name_unique", violation_error_message="Lĩnh vực này đã có."
            )
        ]

    def __str__(self):
        return self.name


class Heading(models.Model):
    """A heading inside a sector, nested as deep as the plan's ("Giáo dục mầm non")."""

    sector = models.ForeignKey(Sector, models.CASCADE, verbose_name="lĩnh vực", related_name="headings")
    parent = models.ForeignKey(
        "self", models.CASCADE, verbose_name="đề mục trên", related_name="children", null=True, blank=True
    )
    name = NFCCharField("đề mục", max_length=200, validators=[one_line])
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "đề mục"
        verbose_name_plural = "đề mục"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sector", "name"],
                condition=Q(parent__isnull=True),
                name="heading_name_unique_in_sector",
                violation_error_message="Đề mục này đã có.",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], name="heading_name_unique", violation_error_message="Đề mục này đã có."
            ),
        ]

    def __str__(self):
        return self.name


class Answer(models.TextChoices):
    NUMBER = "number", "Số (cộng các đơn vị)"
    RATIO = "ratio", "Tỷ lệ (tổng tử số trên tổng mẫu số)"
    YES_NO = "yes_no", "Đạt hay không đạt (đếm đơn vị đạt)"
    TEXT = "text", "Bằng lời (đánh giá thủ công)"


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(campaign__in=Campaign.objects.visible_to(user))

    def organised_by(self, user):
        return self.filter(campaign__in=Campaign.objects.organised_by(user))

    def live(self):
        return self.filter(retired=False)

    def in_plan_order(self):
        return self.select_related("sector", "heading").order_by("sector__order", "sector_id", "number")


GOAL_IS_AN_INTERVAL = Q(at_least__isnull=True) | Q(at_most__isnull=True) | Q(at_least__lte=F("at_most"))


class Target(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="targets")
    sector = models.ForeignKey(Sector, models.PROTECT, verbose_name="lĩnh vực", related_name="targets")
    heading = models.ForeignKey(
        Heading, models.PROTECT, verbose_name="đề mục", related_name="targets", null=True, blank=True
    )
    number = models.PositiveSmallIntegerField("số thứ tự")
    wording = NFCCharField("nguyên văn trong kế hoạch", max_length=600)
    name = NFCCharField("tên chỉ tiêu", max_length=300, validators=[one_line])
    part_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name="trong đó của", related_name="parts", null=True, blank=True
    )
    answer = models.CharField("cách trả lời", max_length=6, choices=Answer)
    factor = models.PositiveIntegerField("nhân với", default=1, help_text="100 nếu đơn vị tính là %, 1000 nếu là ‰.")
    part_of_whole = models.BooleanField("tử số là một phần của mẫu số", default=False)
    may_be_negative = models.BooleanField("có thể âm", default=False)
    accumulates = models.BooleanField("luỹ kế từ 01/01, chỉ tăng", default=False)
    single_source = models.BooleanField("chỉ một đơn vị báo cáo", default=False)
    unit_of_measure = NFCCharField("đơn vị tính", max_length=40, validators=[one_line], blank=True)
    decimals = models.PositiveSmallIntegerField("số chữ số thập phân", default=0)
    amount_label = NFCCharField("tên tử số (hoặc số liệu)", max_length=200, blank=True)
    base_label = NFCCharField("tên mẫu số", max_length=200, blank=True)
    how_to_count = models.TextField("cách tính", blank=True)
    at_least = amount_field("không thấp hơn")
    at_most = amount_field("không quá")
    lead = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị chủ trì", related_name="led_targets", null=True, blank=True
    )
    coordinators = models.ManyToManyField(
        Unit, verbose_name="đơn vị phối hợp", related_name="coordinated_targets", blank=True
    )
    given_by = models.CharField("cấp giao", max_length=6, choices=GivenBy, default=GivenBy.WARD)
    caution = models.TextField("cần phường xác nhận", blank=True)
    retired = models.BooleanField("thôi theo dõi", default=False)
    search_key = FoldedField()

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["campaign", "sector__order", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"],
                name="target_number_unique",
                violation_error_message="Số thứ tự này đã có chỉ tiêu.",
            ),
            models.CheckConstraint(
                name="target_goal_is_an_interval",
                condition=GOAL_IS_AN_INTERVAL,
                violation_error_message="“Không thấp hơn” phải nhỏ hơn hoặc bằng “không quá”.",
            ),
            models.CheckConstraint(
                name="target_part_of_whole_is_a_ratio",
                condition=Q(part_of_whole=False) | Q(answer=Answer.RATIO),
                violation_error_message="Chỉ chỉ tiêu tỷ lệ mới có “tử số là một phần của mẫu số”.",
            ),
            models.CheckConstraint(
                name="target_words_have_no_goal",
                condition=~Q(answer=Answer.TEXT) | Q(at_least__isnull=True, at_most__isnull=True),
                violation_error_message="Chỉ tiêu bằng lời không có mức bằng số.",
            ),
            models.CheckConstraint(
                name="target_decimals",
                condition=Q(decimals__lte=4),
                violation_error_message="Tối đa 4 chữ số thập phân.",
            ),
            models.CheckConstraint(
                name="target_factor_positive",
                condition=Q(factor__gte=1),
                violation_error_message="Hệ số nhân phải từ 1 trở lên.",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.name}"

    def get_absolute_url(self):
        return reverse("targets:target", args=[self.pk])

    @property
    def is_tracked_only(self):
        return self.at_least is None and self.at_most is None


class AllocationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at__isnull=True, target__retired=False)


class Allocation(models.Model):
    """A unit's duty to report a target, with its own goal where it has one."""

    target = models.ForeignKey(Target, models.CASCADE, verbose_name="chỉ tiêu", related_name="allocations")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="allocations")
    at_least = amount_field("không thấp hơn")
    at_most = amount_field("không quá")
    since = models.DateTimeField("giao từ lúc")
    ended_at = models.DateTimeField("thôi giao lúc", null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = "chỉ tiêu giao đơn vị"
        verbose_name_plural = "chỉ tiêu giao đơn vị"
        ordering = ["target__number", "unit__order", "unit__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "unit"],
                condition=Q(ended_at__isnull=True),
                name="allocation_open_once",
                violation_error_message="Chỉ tiêu này đã giao cho đơn vị.",
            ),
            models.CheckConstraint(
                name="allocation_goal_is_an_interval",
                condition=GOAL_IS_AN_INTERVAL,
                violation_error_message="“Không thấp hơn” phải nhỏ hơn hoặc bằng “không quá”.",
            ),
            models.CheckConstraint(
                name="allocation_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")),
                violation_error_message="Thời điểm thôi giao phải sau thời điểm giao.",
            ),
        ]

    def __str__(self):
        return f"{self.target} – {self.unit}"


class GoalChange(models.Model):
    """A goal or a duty changed after the campaign opened; goals of the past are read back through these rows."""

    target = models.ForeignKey(Target, models.CASCADE, verbose_name="chỉ tiêu", related_name="goal_changes", null=True)
    allocation = models.ForeignKey(
        Allocation, models.CASCADE, verbose_name="chỉ tiêu giao đơn vị", related_name="goal_changes", null=True
    )
    old_at_least = amount_field("không thấp hơn, cũ")
    old_at_most = amount_field("không quá, cũ")
    new_at_least = amount_field("không thấp hơn, mới")
    new_at_most = amount_field("không quá, mới")
    ends_duty = models.BooleanField("thôi giao", default=False)
    decision_number = models.CharField("số quyết định", max_length=60, blank=True, validators=[one_line])
    reason = models.TextField("lý do")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="người thực hiện", related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "điều chỉnh mức giao"
        verbose_name_plural = "điều chỉnh mức giao"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="goal_change_of_one_thing",
                condition=Q(target__isnull=False, allocation__isnull=True)
                | Q(target__isnull=True, allocation__isnull=False),
                violation_error_message="Điều chỉnh phải thuộc đúng một mức giao.",
            ),
            models.CheckConstraint(
                name="goal_change_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Điều chỉnh phải có lý do.",
            ),
        ]

    def __str__(self):
        return f"{self.target or self.allocation}"


class SubmissionState(models.TextChoices):
    """The office's words; `UNIT_WORDS` are the unit's."""

    DRAFT = "draft", "Chưa nộp"
    SUBMITTED = "submitted", "Chờ duyệt"
    RETURNED = "returned", "Đã trả lại"
    ACCEPTED = "accepted", "Đã duyệt"


UNIT_WORDS = {
    SubmissionState.DRAFT: "Bản nháp",
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

    def with_place(self):
        """With period, campaign (without the long texts), organiser and unit: what a page about one shows."""
        return self.select_related("period__campaign__organiser", "unit").defer(
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
    received_at = models.DateTimeField("văn phòng nhận lúc", null=True, blank=True)
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


def evidence_path(evidence, name):
    """A random name: what the file was called stays in the row."""
    return f"evidence/{evidence.submission_id}/{evidence.sha256[:32]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class Evidence(models.Model):
    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="kết quả", related_name="evidence")
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
                condition=Q(removed_at__isnull=True),
                name="evidence_once",
                violation_error_message="Tệp này đã được tải lên.",
            )
        ]

    def __str__(self):
        return self.name


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


class Verdict(models.TextChoices):
    EXCEEDED = "exceeded", "Vượt"
    MET = "met", "Đạt"
    MISSED = "missed", "Chưa đạt"
    NOT_DUE = "not_due", "Chưa đến kỳ"
    NOT_COMPUTABLE = "not_computable", "Không tính được"
    TRACKED = "tracked", "Chỉ theo dõi"


class Adjustment(models.Model):
    """The office's own figure or verdict for one target of one period, with its reason; the units' figure stays."""

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
                condition=Q(ended_at__isnull=True),
                name="adjustment_one_open",
                violation_error_message="Chỉ tiêu đang có một hiệu chỉnh còn hiệu lực.",
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
