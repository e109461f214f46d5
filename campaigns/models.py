"""What is asked and until when: campaigns, periods, who takes part, what is asked in words, and every move made."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from units.folding import FoldedField, NFCCharField
from units.models import Cluster, Unit, UnitKind, one_line


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Đang soạn"
    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã kết thúc"


class GivenBy(models.TextChoices):
    CENTRE = "centre", "Trung ương"
    CITY = "city", "Thành phố"
    WARD = "ward", "Phường"
    UNIT = "unit", "Đơn vị"


# The plan's long parts, which most pages do without.
PLAN_TEXTS = (
    *("opening", "legal_bases", "purpose", "requirements", "content", "objective", "targets_lead", "tasks", "timing"),
    *("reward_rules", "duties", "closing", "cautions", "recipients", "report_recipients", "higher_plan", "resolution"),
)


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Campaigns of the organisers a person serves, and open or closed ones the person's units take part in."""
        if user.is_superuser:
            return self
        taking_part = Participation.objects.filter(unit__in=user.unit_ids).values("campaign")
        return self.filter(
            Q(organiser__in=user.organiser_ids) | (Q(pk__in=taking_part) & ~Q(state=CampaignState.DRAFT))
        )

    def organised_by(self, user):
        """Campaigns whose organiser the person serves."""
        return self if user.is_superuser else self.filter(organiser__in=user.organiser_ids)


class Campaign(models.Model):
    organiser = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="đơn vị tổ chức",
        related_name="campaigns",
        limit_choices_to={"kind": UnitKind.ORGANISER},
    )
    title = NFCCharField("trích yếu kế hoạch", max_length=600)
    short_name = NFCCharField("tên gọi tắt", max_length=100, validators=[one_line])
    slug = models.SlugField("mã trên địa chỉ", max_length=60, unique=True)
    number = models.CharField("số kế hoạch", max_length=40, blank=True, validators=[one_line])
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    higher_plan = models.TextField("kế hoạch cấp trên", blank=True)
    resolution = models.TextField("nghị quyết giao chỉ tiêu", blank=True)
    opening = models.TextField("câu mở đầu", blank=True)
    legal_bases = models.TextField("căn cứ", blank=True, help_text="Mỗi dòng một căn cứ.")
    purpose = models.TextField("mục đích", blank=True)
    requirements = models.TextField("yêu cầu", blank=True)
    content = models.TextField("nội dung", blank=True)
    objective = models.TextField("mục tiêu tổng quát", blank=True)
    targets_lead = models.TextField("câu dẫn các chỉ tiêu", blank=True)
    tasks = models.TextField("nhiệm vụ và giải pháp", blank=True)
    timing = models.TextField("thời gian thực hiện", blank=True)
    reward_rules = models.TextField("khen thưởng", blank=True)
    duties = models.TextField("tổ chức thực hiện", blank=True)
    closing = models.TextField("câu kết", blank=True)
    cautions = models.TextField("điều cần phường xác nhận", blank=True)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày")
    signer_block = models.TextField(
        "quyền hạn, chức vụ người ký", help_text="Mỗi dòng một dòng in, ví dụ: TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / …"
    )
    signer_name = NFCCharField("họ tên người ký", max_length=100, validators=[one_line])
    recipients = models.TextField("nơi nhận kế hoạch", blank=True, help_text="Mỗi dòng một nơi nhận.")
    report_addressee = NFCCharField(
        "báo cáo gửi", max_length=200, validators=[one_line], help_text="Ghi sau “Kính gửi:”."
    )
    report_recipients = models.TextField("nơi nhận báo cáo", help_text="Mỗi dòng một nơi nhận.")
    head_signs = models.BooleanField("chỉ thủ trưởng đơn vị được nộp", default=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, verbose_name="tiếp theo của", related_name="following", null=True, blank=True
    )
    state = models.CharField("trạng thái", max_length=8, choices=CampaignState, default=CampaignState.DRAFT)
    search_key = FoldedField(source="title")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt thi đua"
        verbose_name_plural = "đợt thi đua"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="Ngày kết thúc đợt thi đua phải sau ngày bắt đầu.",
            )
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("targets:campaign", args=[self.slug])


class ReportingPeriodQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(campaign__in=Campaign.objects.visible_to(user))

    def organised_by(self, user):
        return self.filter(campaign__in=Campaign.objects.organised_by(user))

    def in_open_campaigns(self):
        return self.filter(campaign__state=CampaignState.OPEN)


class ReportingPeriod(models.Model):
    """One round of reporting. Both deadlines are exclusive moments: on time means before them."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="periods")
    name = NFCCharField("tên kỳ", max_length=100, validators=[one_line])
    figures_as_of = models.DateField("số liệu chốt đến hết ngày")
    units_due = models.DateTimeField("đơn vị nộp trước thời điểm")
    units_due_words = NFCCharField("hạn của đơn vị theo kế hoạch", max_length=100, validators=[one_line])
    report_due = models.DateTimeField("báo cáo thành phố trước thời điểm")
    report_due_words = NFCCharField("hạn báo cáo theo kế hoạch", max_length=100, validators=[one_line])
    closed_at = models.DateTimeField("khoá sổ lúc", null=True, blank=True, editable=False)

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["campaign", "units_due"]
        constraints = [
            models.CheckConstraint(
                name="period_units_before_report",
                condition=Q(units_due__lt=F("report_due")),
                violation_error_message="Hạn của đơn vị phải trước hạn báo cáo thành phố.",
            ),
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="period_name_unique",
                violation_error_message="Kỳ báo cáo cùng tên đã có.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_closed(self):
        return self.closed_at is not None

    @property
    def is_final(self):
        """Whether its figures cover the whole campaign, so that the actual is judged and not the estimate."""
        return self.figures_as_of >= self.campaign.ends_on


class Extension(models.Model):
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, verbose_name="kỳ báo cáo", related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="extensions")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người đề nghị", related_name="+"
    )
    asked_at = models.DateTimeField("đề nghị lúc")
    reason = models.TextField("lý do")
    until = models.DateTimeField("đến trước thời điểm")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="người quyết định",
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    granted = models.BooleanField("đồng ý", null=True, blank=True)
    decision_note = models.TextField("ý kiến của phòng", blank=True)

    class Meta:
        verbose_name = "gia hạn"
        verbose_name_plural = "gia hạn"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="extension_decided_whole",
                condition=Q(granted__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message="Gia hạn đã quyết định phải có người và thời điểm quyết định.",
            ),
            models.CheckConstraint(
                name="extension_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Gia hạn phải có lý do.",
            ),
            models.UniqueConstraint(
                fields=["period", "unit"],
                condition=Q(granted__isnull=True),
                name="extension_one_open_request",
                violation_error_message="Đơn vị đang có một đề nghị gia hạn chờ quyết định.",
            ),
        ]

    def __str__(self):
        return f"{self.unit} – {self.period}"


class Participation(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="participations")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="participations")
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, verbose_name="cụm, khối", related_name="participations", null=True, blank=True
    )
    reports = models.BooleanField("phải báo cáo", default=True)
    theme = models.TextField("chủ đề thi đua", blank=True)

    class Meta:
        verbose_name = "đơn vị tham gia"
        verbose_name_plural = "đơn vị tham gia"
        ordering = ["campaign", "unit__order", "unit__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit"],
                name="participation_once",
                violation_error_message="Đơn vị đã tham gia đợt thi đua này.",
            )
        ]

    def __str__(self):
        return f"{self.unit} – {self.campaign}"


class Movement(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="movements")
    name = NFCCharField("tên phong trào", max_length=300)
    launched_by = models.CharField("cấp phát động", max_length=6, choices=GivenBy)
    asked = models.BooleanField(
        "hỏi các đơn vị", default=False, help_text="Phong trào do phường phát động luôn được hỏi."
    )
    caution = models.TextField("cần phường xác nhận", blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "phong trào thi đua"
        verbose_name_plural = "phong trào thi đua"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="movement_name_unique",
                violation_error_message="Phong trào này đã có.",
            )
        ]

    def __str__(self):
        return self.name


class PromptKind(models.TextChoices):
    LAUNCHING = "launching", "Tổ chức phát động"
    THEME = "theme", "Chủ đề thi đua của đơn vị"
    TASK = "task", "Nhiệm vụ, giải pháp"
    MOVEMENT = "movement", "Phong trào thi đua"
    EXAMPLE = "example", "Điển hình tiên tiến"
    DIFFICULTY = "difficulty", "Khó khăn, vướng mắc"
    PROPOSAL = "proposal", "Đề xuất, kiến nghị"


class Prompt(models.Model):
    """A question that units answer in words."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="prompts")
    code = models.CharField("mã", max_length=40, validators=[RegexValidator(r"^[a-z0-9-]+\Z")])
    heading = NFCCharField("đề mục", max_length=400)
    hint = models.TextField("gợi ý", blank=True)
    kind = models.CharField("loại", max_length=10, choices=PromptKind)
    movement = models.ForeignKey(
        Movement, models.CASCADE, verbose_name="phong trào", related_name="prompts", null=True, blank=True
    )
    asked_of = models.JSONField("hỏi các loại đơn vị", default=list, blank=True, help_text="Để trống: hỏi mọi đơn vị.")
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "code"], name="prompt_code_unique", violation_error_message="Mã câu hỏi này đã có."
            ),
            models.CheckConstraint(
                name="prompt_movement_of_its_kind",
                condition=Q(kind="movement", movement__isnull=False) | (~Q(kind="movement") & Q(movement__isnull=True)),
                violation_error_message="Câu hỏi về phong trào phải gắn với một phong trào.",
            ),
        ]

    def __str__(self):
        return self.heading

    def asks(self, unit):
        return not self.asked_of or unit.kind in self.asked_of


class EventQuerySet(models.QuerySet):
    def about(self, subject):
        return self.filter(subject=subject_key(subject))


class Event(models.Model):
    """One move of one thing: who, when, from what to what, and why. Rows are only ever added."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="đợt thi đua", related_name="events")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="+", null=True, blank=True)
    subject = models.CharField("về", max_length=60, help_text="Dạng “submission:12”.")
    verb = models.CharField("việc", max_length=200)
    detail = models.TextField("chi tiết", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="người thực hiện",
        related_name="+",
        null=True,
        blank=True,
    )
    at = models.DateTimeField("lúc")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "diễn biến"
        verbose_name_plural = "diễn biến"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "at"], name="event_by_subject")]

    def __str__(self):
        return self.verb


def subject_key(thing):
    """How an `Event` names what it is about: "submission:12"."""
    return f"{thing._meta.model_name}:{thing.pk}"


def record(thing, verb, *, campaign, by, at, unit=None, detail=""):
    """Write the event of a move, in the move's own transaction. `by` is None for the portal itself."""
    return Event.objects.create(
        campaign=campaign, unit=unit, subject=subject_key(thing), verb=verb, detail=detail, by=by, at=at
    )
