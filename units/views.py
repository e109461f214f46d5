"""Signing in and out, and what is said when that is refused."""

from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeDoneView, PasswordChangeView
from django.shortcuts import render
from django.urls import reverse_lazy

from units.forms import SignInForm

sign_in = LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True)
sign_out = LogoutView.as_view()
change_password = PasswordChangeView.as_view(success_url=reverse_lazy("units:password_changed"))
password_changed = PasswordChangeDoneView.as_view()


def locked_out(request, *details):
    """The page for an account that took too many wrong passwords from one address."""
    return render(request, "429.html", status=429)


def csrf_failure(request, reason=""):
    """The page for a form that was open too long or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
