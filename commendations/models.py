"""Who is honoured: the catalogue, the nominations and the decisions."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from campaigns.models import Campaign
from units.folding import FoldedField, NFCCharField, sort_key
from units.models import Unit, one_line

USER = settings.AUTH_USER_MODEL


class AwardKind(models.TextChoices):
    TITLE = "title", "Danh hiệu thi đua"
    REWARD = "reward", "Hình thức khen thưởng"


class SignedBy(models.TextChoices):
    WARD = "ward", "Chủ tịch Ủy ban nhân dân phường"
    CITY = "city", "Thành phố"
    CENTRE = "centre", "Trung ương"


class RecipientKind(models.TextChoices):
    COLLECTIVE = "collective", "Tập thể"
    HOUSEHOLD = "household", "Hộ gia đình"
    INDIVIDUAL = "individual", "Cá nhân"


RECIPIENT_ORDER = [RecipientKind.COLLECTIVE, RecipientKind.HOUSEHOLD, RecipientKind.INDIVIDUAL]


class AwardForm(models.Model):
    """A title or a form of reward, never mixed; the ward signs some, for others it only nominates."""

    name = NFCCharField("tên", max_length=150, unique=True, validators=[one_line])
    kind = models.CharField("loại", max_length=6, choices=AwardKind)
    signed_by = models.CharField("thẩm quyền", max_length=6, choices=SignedBy)
    for_collective = models.BooleanField("cho tập thể", default=False)
    for_household = models.BooleanField("cho hộ gia đình", default=False)
    for_individual = models.BooleanField("cho cá nhân", default=False)
    caution = models.TextField("cần phường xác nhận", blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)
    search_key = FoldedField()

    class Meta:
        verbose_name = "danh hiệu, hình thức khen thưởng"
        verbose_name_plural = "danh hiệu, hình thức khen thưởng"
        ordering = ["-kind", "order", "name"]
        constraints = [
            models.CheckConstraint(
                name="award_is_for_somebody",
                condition=Q(for_collective=True) | Q(for_household=True) | Q(for_individual=True),
                violation_error_message="Phải chọn ít nhất một đối tượng được khen.",
            )
        ]

    def __str__(self):
        return self.name

    def fits(self, recipient_kind):
        return getattr(self, f"for_{recipient_kind}")


class BonusRate(models.Model):
    """The bonus as a multiple of the base salary, dated, with its legal source."""

    award = models.ForeignKey(AwardForm, models.CASCADE, verbose_name="khen thưởng", related_name="bonus_rates")
    recipient_kind = models.CharField("đối tượng", max_length=10, choices=RecipientKind)
    coefficient = models.DecimalField("hệ số", max_digits=6, decimal_places=3)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày", null=True, blank=True)
    source = models.CharField("căn cứ", max_length=200)
    caution = models.CharField("cần phường xác nhận", max_length=300, blank=True)

    class Meta:
        verbose_name = "hệ số tiền thưởng"
        verbose_name_plural = "hệ số tiền thưởng"
        ordering = ["award", "recipient_kind", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "recipient_kind", "starts_on"],
                name="bonus_rate_once",
                violation_error_message="Hệ số từ ngày này đã có.",
            ),
            models.CheckConstraint(
                name="bonus_rate_dates",
                condition=Q(coefficient__gte=0) & (Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on"))),
                violation_error_message="Hệ số không âm; ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return f"{self.award}: {self.get_recipient_kind_display()}"


class DecisionQuerySet(models.QuerySet):
    def organised_by(self, user):
        return self if user.is_superuser else self.filter(campaign__organiser__in=user.organiser_ids)


class NominationQuerySet(DecisionQuerySet):
    def visible_to(self, user):
        """All of the campaigns that the person's organisers run, and what the person's own units proposed."""
        if user.is_superuser:
            return self
        return self.filter(Q(campaign__organiser__in=user.organiser_ids) | Q(unit__in=user.unit_ids))


class Decision(models.Model):
    """A commendation decision; its number and date are entered by the clerk after it was issued."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name="đợt thi đua", related_name="decisions")
    title = NFCCharField("trích yếu", max_length=300, validators=[one_line])
    number = models.CharField("số quyết định", max_length=60, blank=True, validators=[one_line])
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    signer_name = NFCCharField("người ký", max_length=100, blank=True, validators=[one_line])

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "quyết định khen thưởng"
        verbose_name_plural = "quyết định khen thưởng"
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_number_with_date",
                condition=Q(number="", issued_on__isnull=True) | (~Q(number="") & Q(issued_on__isnull=False)),
                violation_error_message="Số và ngày ban hành phải được ghi cùng nhau.",
            )
        ]

    def __str__(self):
        return f"{self.number or 'Chưa có số'} – {self.title}"


class NominationState(models.TextChoices):
    PROPOSED = "proposed", "Mới đề nghị"
    CHECKED = "checked", "Đã thẩm tra"
    DECIDED = "decided", "Được khen thưởng"
    FORWARDED = "forwarded", "Trình thành phố"
    DECLINED = "declined", "Không đồng ý"


SETTLED = [NominationState.DECIDED, NominationState.FORWARDED, NominationState.DECLINED]


class Nomination(models.Model):
    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name="đợt thi đua", related_name="nominations")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị đề nghị", related_name="nominations")
    award = models.ForeignKey(AwardForm, models.PROTECT, verbose_name="đề nghị", related_name="nominations")
    recipient_kind = models.CharField("đối tượng", max_length=10, choices=RecipientKind)
    recipient = NFCCharField("họ tên hoặc tên tập thể", max_length=200, validators=[one_line])
    position = NFCCharField("chức vụ, nơi công tác", max_length=200, blank=True, validators=[one_line])
    leads = models.BooleanField("là lãnh đạo, quản lý", default=False)
    achievement = models.TextField("tóm tắt thành tích")
    state = models.CharField("trạng thái", max_length=10, choices=NominationState, default=NominationState.PROPOSED)
    proposed_by = models.ForeignKey(USER, models.PROTECT, verbose_name="người đề nghị", related_name="+")
    proposed_at = models.DateTimeField("đề nghị lúc")
    decided_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="người quyết định", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    reason = models.TextField("lý do không đồng ý", blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="quyết định", related_name="nominations", null=True, blank=True
    )
    search_key = FoldedField(source="recipient")
    sort_key = FoldedField(source="recipient", fold=sort_key)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị khen thưởng"
        verbose_name_plural = "đề nghị khen thưởng"
        ordering = ["campaign", "-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="nomination_settled_whole",
                condition=Q(state__in=SETTLED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=SETTLED) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                violation_error_message="Đề nghị đã quyết định phải có người và thời điểm quyết định.",
            ),
            models.CheckConstraint(
                name="nomination_declined_has_a_reason",
                condition=~Q(state="declined") | ~Q(reason=""),
                violation_error_message="Không đồng ý thì phải ghi lý do.",
            ),
            models.CheckConstraint(
                name="nomination_decision_of_the_decided",
                condition=Q(decision__isnull=True) | Q(state="decided"),
                violation_error_message="Chỉ đề nghị đã được đồng ý mới ghi vào quyết định.",
            ),
        ]

    def __str__(self):
        return f"{self.recipient} – {self.award}"

    def get_absolute_url(self):
        return reverse("commendations:nomination", args=[self.pk])

    def clean(self):
        if self.award_id and self.recipient_kind and not self.award.fits(self.recipient_kind):
            kind = self.get_recipient_kind_display().lower()
            raise ValidationError({"award": f"“{self.award}” không dành cho {kind}."})
