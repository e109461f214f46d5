"""Who signs in: by user name or by e-mail, in any case, and always in the same time."""

from django.contrib.auth.backends import ModelBackend

from units.models import User


def account(name):
    """The person of a user name or e-mail, or None; user names hold no @."""
    field = "email__iexact" if "@" in name else "username__iexact"
    return User.objects.filter(**{field: name}).first()


def account_name(request, credentials=None):
    """What wrong passwords are counted by: one count for an account, however its name is typed."""
    name = (credentials or request.POST).get("username") or ""
    found = account(name)
    return (found.username if found else name).lower()


class NameOrEmailBackend(ModelBackend):
    def authenticate(self, request, username=None, password=None, **credentials):
        if username is None or password is None:
            return None
        user = account(username)
        if user is None:
            User().set_password(password)  # an unknown name takes as long as a wrong password
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
