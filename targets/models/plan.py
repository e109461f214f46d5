"""What must be reached: sectors, headings, targets, each unit's share, and how goals changed."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from campaigns.models import Campaign, GivenBy
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


def target_code(number):
    """The code a target gets when it is made; it stays when the plan is put in another order."""
    return f"CT{number:02d}"


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
    code = models.CharField(
        "mã chỉ tiêu",
        max_length=20,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+\Z", "Chỉ dùng chữ không dấu, số và . _ -")],
        help_text="Không đổi khi sắp xếp lại; bảng Excel khớp theo mã này.",
    )
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
    baseline = amount_field("kết quả năm trước")
    baseline_note = NFCCharField("nguồn kết quả năm trước", max_length=200, blank=True, validators=[one_line])
    copied_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name="chép từ", related_name="copies", null=True, blank=True
    )
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
            models.UniqueConstraint(
                "campaign",
                Lower("code"),
                name="target_code_unique",
                violation_error_message="Mã chỉ tiêu này đã có.",
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
    baseline = amount_field("kết quả năm trước")
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

    @property
    def gives_duty(self):
        """Whether the unit got the target by this very change."""
        return self.allocation is not None and self.at == self.allocation.since
