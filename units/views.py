"""Signing in and out, one's own password, and what is said when that is refused."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeDoneView
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from units import passwords
from units.forms import OwnPasswordForm, SignInForm

sign_in = LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True)
sign_out = LogoutView.as_view()
password_changed = PasswordChangeDoneView.as_view()


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request):
    """One's own password; with a one-time password this is the only page that opens."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        passwords.choose(request.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        return redirect("units:password_changed")
    return render(request, "registration/password_change_form.html", {"form": form})


@require_safe
def session(request):
    """Whose session this is, with a fresh token for the forms of a page that was open for long."""
    return JsonResponse({"user": request.user.pk, "token": get_token(request)})


def locked_out(request, *details):
    """The page for an account that took too many wrong passwords from one address."""
    return render(request, "429.html", status=429)


def csrf_failure(request, reason=""):
    """The page for a form that was open too long or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
