"""Who takes part: units, clusters, people, what they may do where, and the letters that wait to be sent."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from units.folding import FoldedField, NFCCharField, person_sort_key, sort_key

one_line = RegexValidator(r"[\x00-\x1f\x7f]", "Nội dung chỉ được viết trên một dòng.", inverse_match=True)


def ward_day(moment):
    """The calendar day of a moment in the ward."""
    return timezone.localdate(moment)


class UnitKind(models.TextChoices):
    ORGANISER = "organiser", "Ủy ban nhân dân (tổ chức đợt thi đua)"
    OFFICE = "office", "Phòng, ban, cơ quan chuyên môn"
    SCHOOL = "school", "Trường học"
    SERVICE = "service", "Đơn vị sự nghiệp khác"
    RESIDENTIAL = "residential", "Tổ dân phố"
    FRONT = "front", "Mặt trận Tổ quốc và đoàn thể"
    ARMED = "armed", "Lực lượng vũ trang"
    ENTERPRISE = "enterprise", "Doanh nghiệp"
    AUTHORITY = "authority", "Chính quyền cấp dưới"


class SchoolLevel(models.TextChoices):
    NURSERY = "nursery", "Mầm non"
    PRIMARY = "primary", "Tiểu học"
    SECONDARY = "secondary", "Trung học cơ sở"


class UnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The organisers a person serves, these organisers' units, and the person's own units."""
        if user.is_superuser:
            return self
        return self.filter(Q(pk__in=user.unit_ids) | Q(organiser__in=user.organiser_ids))

    def active(self):
        return self.filter(active=True)


class Unit(models.Model):
    name = NFCCharField("tên đơn vị", max_length=200, validators=[one_line])
    short_name = NFCCharField("tên gọi tắt", max_length=60, blank=True, validators=[one_line])
    code = models.CharField("mã đơn vị", max_length=30, validators=[RegexValidator(r"^[A-Za-z0-9._-]+\Z")])
    kind = models.CharField("loại đơn vị", max_length=12, choices=UnitKind)
    school_level = models.CharField("cấp học", max_length=10, choices=SchoolLevel, blank=True)
    organiser = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="thuộc",
        related_name="units",
        null=True,
        blank=True,
        limit_choices_to={"kind": UnitKind.ORGANISER},
        help_text="Ủy ban nhân dân tổ chức đợt thi đua mà đơn vị thuộc về.",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="đơn vị cấp trên", related_name="children", null=True, blank=True
    )
    order = models.PositiveIntegerField("thứ tự", default=0)
    phone = models.CharField("điện thoại", max_length=30, blank=True, validators=[one_line])
    email = models.EmailField("thư điện tử", blank=True)
    agency_lines = models.TextField(
        "tên cơ quan trên văn bản", blank=True, help_text="Mỗi dòng một dòng in, ví dụ: ỦY BAN NHÂN DÂN / PHƯỜNG …"
    )
    place = NFCCharField("địa danh", max_length=60, blank=True, help_text="Ghi trước ngày tháng của văn bản.")
    symbol = models.CharField("ký hiệu", max_length=30, blank=True, help_text="Ví dụ: UBND.")
    signer_title = NFCCharField("chức vụ người ký", max_length=100, blank=True, validators=[one_line])
    signer_name = NFCCharField("họ tên người ký", max_length=100, blank=True, validators=[one_line])
    households = models.PositiveIntegerField("số hộ", null=True, blank=True, help_text="Dùng để chia mức giao.")
    pupils = models.PositiveIntegerField("số học sinh", null=True, blank=True, help_text="Dùng để chia mức giao.")
    active = models.BooleanField("đang hoạt động", default=True)
    search_key = FoldedField()
    short_key = FoldedField(source="short_name")
    sort_key = FoldedField(fold=sort_key)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["order", "sort_key"]
        constraints = [
            models.CheckConstraint(
                name="unit_has_an_organiser_or_is_one",
                condition=Q(kind=UnitKind.ORGANISER, organiser__isnull=True)
                | (~Q(kind=UnitKind.ORGANISER) & Q(organiser__isnull=False)),
                violation_error_message="Đơn vị phải thuộc một Ủy ban nhân dân tổ chức (đơn vị tổ chức để trống).",
            ),
            models.UniqueConstraint(
                "organiser",
                Lower("code"),
                name="unit_code_unique_in_organiser",
                violation_error_message="Mã đơn vị này đã có.",
            ),
            models.UniqueConstraint(
                "organiser",
                Lower("name"),
                condition=Q(active=True),
                name="unit_name_unique_in_organiser",
                violation_error_message="Đơn vị cùng tên đang hoạt động đã có.",
            ),
            models.CheckConstraint(
                name="unit_school_level_of_schools_only",
                condition=Q(school_level="") | Q(kind=UnitKind.SCHOOL),
                violation_error_message="Chỉ trường học mới có cấp học.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_organiser(self):
        return self.kind == UnitKind.ORGANISER

    @property
    def called(self):
        """The short name where there is one."""
        return self.short_name or self.name


class UnitChangeKind(models.TextChoices):
    RENAMED = "renamed", "Đổi tên"
    MERGED = "merged", "Sáp nhập"
    CLOSED = "closed", "Thôi hoạt động"
    REOPENED = "reopened", "Hoạt động lại"


class UnitChange(models.Model):
    """A unit renamed, merged into another, closed or opened again. Rows are only ever added."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="changes")
    kind = models.CharField("thay đổi", max_length=8, choices=UnitChangeKind)
    old_name = NFCCharField("tên cũ", max_length=200, blank=True)
    new_name = NFCCharField("tên mới", max_length=200, blank=True)
    into = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="sáp nhập vào", related_name="merged_units", null=True, blank=True
    )
    decision_number = models.CharField("số quyết định", max_length=60, blank=True, validators=[one_line])
    reason = models.TextField("lý do", blank=True)
    by = models.ForeignKey("User", models.PROTECT, verbose_name="người thực hiện", related_name="+")
    at = models.DateTimeField("lúc")
    search_key = FoldedField(source="old_name")

    class Meta:
        verbose_name = "thay đổi của đơn vị"
        verbose_name_plural = "thay đổi của đơn vị"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="unit_change_merged_into_another",
                condition=(Q(kind="merged", into__isnull=False) & ~Q(into=models.F("unit")))
                | (~Q(kind="merged") & Q(into__isnull=True)),
                violation_error_message="Sáp nhập phải ghi đơn vị nhận, khác đơn vị được sáp nhập.",
            ),
            models.CheckConstraint(
                name="unit_change_renamed_has_both_names",
                condition=(Q(kind="renamed") & ~Q(old_name="") & ~Q(new_name=""))
                | (~Q(kind="renamed") & Q(old_name="", new_name="")),
                violation_error_message="Đổi tên phải ghi tên cũ và tên mới.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.unit}"


class Cluster(models.Model):
    organiser = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="thuộc",
        related_name="clusters",
        limit_choices_to={"kind": UnitKind.ORGANISER},
    )
    name = NFCCharField("tên cụm, khối", max_length=100, validators=[one_line])
    order = models.PositiveIntegerField("thứ tự", default=0)
    search_key = FoldedField()

    class Meta:
        verbose_name = "cụm, khối thi đua"
        verbose_name_plural = "cụm, khối thi đua"
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                "organiser",
                Lower("name"),
                name="cluster_name_unique_in_organiser",
                violation_error_message="Cụm, khối cùng tên đã có.",
            )
        ]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    REPORTER = "reporter", "Người báo cáo"
    HEAD = "head", "Thủ trưởng đơn vị"
    STAFF = "staff", "Cán bộ nhập kế hoạch"
    OFFICE = "office", "Phòng Văn hoá - Xã hội"
    LEADER = "leader", "Lãnh đạo Ủy ban nhân dân"
    ADMIN = "admin", "Quản trị"


ORGANISER_ROLES = frozenset({Role.STAFF, Role.OFFICE, Role.LEADER, Role.ADMIN})
UNIT_ROLES = frozenset({Role.REPORTER, Role.HEAD})


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        return self.create_user(username, password, **{"is_superuser": True, "full_name": "Quản trị hệ thống"} | fields)


class User(AbstractBaseUser, PermissionsMixin):
    username = models.CharField(
        "tên đăng nhập",
        max_length=60,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+\Z", "Chỉ dùng chữ không dấu, số và . _ -")],
    )
    full_name = NFCCharField("họ và tên", max_length=100, validators=[one_line])
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True, validators=[one_line])
    is_active = models.BooleanField("đang hoạt động", default=True, help_text="Bỏ chọn thay vì xoá tài khoản.")
    one_time_password = models.BooleanField(
        "mật khẩu dùng một lần", default=False, editable=False, help_text="Phải đổi ngay khi đăng nhập."
    )
    one_time_until = models.DateTimeField("dùng được trước thời điểm", null=True, blank=True, editable=False)
    search_key = FoldedField(source="full_name")
    sort_key = FoldedField(source="full_name", fold=person_sort_key)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="user_username_unique", violation_error_message="Tên đăng nhập này đã có."
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="Thư điện tử này đã có người dùng.",
            ),
            models.CheckConstraint(
                name="user_one_time_password_runs_out",
                condition=Q(one_time_password=True, one_time_until__isnull=False)
                | Q(one_time_password=False, one_time_until__isnull=True),
                violation_error_message="Mật khẩu dùng một lần phải có thời hạn.",
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split()[-1] if self.full_name else self.username

    @property
    def is_staff(self):
        """Whether the admin opens: Django asks by this name."""
        return self.is_superuser or bool(self.organiser_ids_as({Role.ADMIN, Role.OFFICE}))

    def memberships_on(self, day):
        """Memberships in force on a day; read once a request, since each request has its own user object."""
        known = self.__dict__.setdefault("_memberships_on", {})
        if day not in known:
            known[day] = (
                list(self.memberships.in_force(day).select_related("unit__organiser").only(*IN_FORCE))
                if self.is_active
                else []
            )
        return known[day]

    def holds(self, roles, *, unit, on):
        """Whether the person has one of the roles at a unit on the day of a moment."""
        return any(m.unit_id == unit.pk and m.role in roles for m in self.memberships_on(ward_day(on)))

    def organiser_ids_as(self, roles, *, on=None):
        """Organisers at which the person has one of the roles today or on the day of a moment."""
        day = ward_day(on) if on else timezone.localdate()
        return {m.unit_id for m in self.memberships_on(day) if m.role in roles}

    @property
    def organiser_ids(self):
        return self.organiser_ids_as(ORGANISER_ROLES)

    @property
    def unit_ids(self):
        """Every unit the person has a role at today."""
        return {m.unit_id for m in self.memberships_on(timezone.localdate())}


# What every request asks of a person's memberships; the rest of a unit is read when somebody needs it.
IN_FORCE = (
    *("user_id", "role", "starts_on", "ends_on", "unit__name", "unit__short_name", "unit__kind"),
    *("unit__organiser__name", "unit__organiser__short_name", "unit__organiser__kind", "unit__organiser__phone"),
    "unit__phone",
)


def in_force_on(day, *, of=""):
    """The condition that a membership is in force on a day; `of` leads to it from elsewhere ("unit__memberships__")."""
    begun, endless, not_over = {f"{of}starts_on__lte": day}, {f"{of}ends_on__isnull": True}, {f"{of}ends_on__gte": day}
    return Q(**begun) & (Q(**endless) | Q(**not_over))


class MembershipQuerySet(models.QuerySet):
    def in_force(self, day):
        return self.filter(in_force_on(day))

    def visible_to(self, user):
        if user.is_superuser:
            return self
        organisers = user.organiser_ids
        return self.filter(Q(unit__in=organisers) | Q(unit__organiser__in=organisers))


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, verbose_name="người dùng", related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="memberships")
    role = models.CharField("vai trò", max_length=10, choices=Role)
    starts_on = models.DateField("từ ngày", default=timezone.localdate)
    ends_on = models.DateField("đến hết ngày", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "vai trò tại đơn vị"
        verbose_name_plural = "vai trò tại đơn vị"
        ordering = ["unit", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "starts_on"],
                name="membership_once",
                violation_error_message="Vai trò này đã được giao.",
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_role_display()} – {self.unit}"

    def clean(self):
        if self.unit_id and self.role and (self.role in ORGANISER_ROLES) != self.unit.is_organiser:
            raise ValidationError(
                {
                    "role": "Vai trò này chỉ giao được tại "
                    + ("Ủy ban nhân dân." if self.role in ORGANISER_ROLES else "đơn vị báo cáo.")
                }
            )


class MessageKind(models.TextChoices):
    RECEIPT = "receipt", "Biên nhận"
    RETURNED = "returned", "Thông báo trả lại"
    ACCEPTED = "accepted", "Thông báo đã duyệt"
    REVIEW = "review", "Có kết quả cần duyệt"
    REMINDER = "reminder", "Nhắc nộp báo cáo"
    EXTENSION = "extension", "Gia hạn"
    ALLOCATION = "allocation", "Điều chỉnh chỉ tiêu giao"
    REPORT = "report", "Báo cáo đã lập"


class MessageState(models.TextChoices):
    WAITING = "waiting", "Chờ gửi"
    SENT = "sent", "Đã gửi"
    CANCELLED = "cancelled", "Không cần gửi nữa"
    NO_ADDRESS = "no_address", "Không có địa chỉ thư"
    DEAD = "dead", "Không gửi được"


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.is_superuser:
            return self
        organisers = user.organiser_ids
        return self.filter(Q(unit__in=organisers) | Q(unit__organiser__in=organisers) | Q(user=user))

    def sendable(self, at):
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=at), state=MessageState.WAITING, not_before__lte=at
        )


class Message(models.Model):
    """A letter to one person, written in the transaction of its cause and sent later by lease (the outbox)."""

    key = models.CharField("khoá", max_length=200, unique=True, help_text="Một việc chỉ sinh một thư.")
    kind = models.CharField("loại", max_length=12, choices=MessageKind)
    topic = models.CharField("về việc", max_length=60, db_index=True, help_text="Dạng “submission:12”.")
    user = models.ForeignKey(User, models.CASCADE, verbose_name="người nhận", related_name="letters")
    unit = models.ForeignKey(Unit, models.CASCADE, verbose_name="đơn vị", related_name="letters")
    role_needed = models.BooleanField(
        "chỉ gửi khi còn vai trò tại đơn vị", default=True, help_text="Người đã thôi vai trò không nhận thư nữa."
    )
    address = models.EmailField("đã gửi tới", blank=True)
    subject = models.CharField("tiêu đề", max_length=200)
    body = models.TextField("nội dung")
    state = models.CharField("trạng thái", max_length=12, choices=MessageState, default=MessageState.WAITING)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    not_before = models.DateTimeField("gửi từ lúc")
    leased_until = models.DateTimeField("đang gửi tới", null=True, blank=True)
    created_at = models.DateTimeField("lập lúc")
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "thư"
        verbose_name_plural = "thư"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["not_before"], condition=Q(state="waiting"), name="message_waiting")]
        constraints = [
            models.CheckConstraint(
                name="message_sent_has_its_moment",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                violation_error_message="Thư đã gửi phải có thời điểm gửi.",
            )
        ]

    def __str__(self):
        return self.subject
