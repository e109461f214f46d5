"""How passwords are given out: readable, run out, and changed by their owner before anything else is done."""

from datetime import datetime, time, timedelta

from axes.utils import reset as forget_wrong_passwords
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from units.history import note
from units.models import User, ward_day
from units.refusals import Refused

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without 0 and o, 1, i and l, which look alike on paper
GROUPS, GROUP = 3, 4
DAYS = 30
MOST_AT_ONCE = 200


class BriefHasher(Argon2PasswordHasher):
    """OWASP's smaller setting, an eighth of the work, for sixty random bits of thirty days; a sign-in hashes anew."""

    memory_cost, time_cost, parallelism = 19_456, 2, 1


def fresh():
    """A password to be copied from paper: "kmt7-x4hp-9wqe"."""
    return "-".join(get_random_string(GROUP, ALPHABET) for _ in range(GROUPS))


def runs_out(at):
    """The exclusive moment up to which a password given out now opens the portal: the end of the last whole day."""
    return timezone.make_aware(datetime.combine(ward_day(at) + timedelta(days=DAYS + 1), time.min))


def last_day(until):
    """The last day on which a one-time password still opens the portal."""
    return ward_day(until) - timedelta(days=1)


def has_run_out(person, *, at):
    return person.one_time_password and at >= person.one_time_until


def stamp(people):
    """What some people's passwords are now: a sheet sent twice finds them changed."""
    stored = sorted(f"{person.pk}:{person.password}" for person in people)
    return salted_hmac("units.passwords", " ".join(stored), algorithm="sha256").hexdigest()


def give_out(people, *, by, at):
    """A one-time password for each of these people, as they were read: [(person, password)]. It is kept nowhere."""
    if len(people) > MOST_AT_ONCE:
        raise Refused(f"Mỗi lần chỉ cấp được cho {MOST_AT_ONCE} người; đề nghị chọn ít hơn.")
    given = [(person, fresh()) for person in people]
    _keep([(person, _hashed(password)) for person, password in given], by=by, at=at)  # hashed before any lock
    return given


def _hashed(password):
    usual = get_hasher()
    return make_password(password, hasher=BriefHasher() if usual.algorithm == BriefHasher.algorithm else usual)


@transaction.atomic
def _keep(hashed, *, by, at):
    until = runs_out(at)
    for person, password in sorted(hashed, key=lambda pair: pair[0].pk):
        unchanged = User.objects.filter(pk=person.pk, password=person.password, is_active=True)
        if not unchanged.update(password=password, one_time_password=True, one_time_until=until):
            raise Refused(f"Tài khoản của {person} vừa được người khác thay đổi; đề nghị chọn lại từ danh sách.")
        forget_wrong_passwords(username=person.username.lower())
    note([person for person, _ in hashed], "Cấp mật khẩu dùng một lần, in phiếu.", by=by)


@transaction.atomic
def reset(person, password, *, by, at):
    """A password typed by somebody else is for one use; one's own is not."""
    _set(person, password, one_time_until=None if person == by else runs_out(at))
    forget_wrong_passwords(username=person.username.lower())
    note([person], "Đặt lại mật khẩu.", by=by)


def choose(person, password):
    """The owner's own password. Every other session of theirs ends."""
    _set(person, password, one_time_until=None)


def _set(person, password, *, one_time_until):
    person.set_password(password)
    person.one_time_password, person.one_time_until = one_time_until is not None, one_time_until
    person.save(update_fields=["password", "one_time_password", "one_time_until"])
