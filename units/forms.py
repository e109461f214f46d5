"""What people type to sign in, and what is typed for a new person."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm, UsernameField

from units.models import User

LONGEST_KEY = 18  # digits; no database holds a longer key of a row


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows; a key too long for the database is as unknown as any other."""

    def clean(self, value):
        for key in value or []:
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(key)[:40]})
        return super().clean(value)


class SignInForm(AuthenticationForm):
    username = UsernameField(label="Tên đăng nhập hoặc thư điện tử", max_length=254)
    password = forms.CharField(
        label="Mật khẩu",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": (
            "Tên đăng nhập hoặc mật khẩu không đúng. Mật khẩu phân biệt chữ hoa và chữ thường; "
            "đề nghị tắt Caps Lock và bộ gõ tiếng Việt rồi nhập lại."
        ),
        "inactive": "Tài khoản đã ngừng hoạt động.",
    }


class NewPersonForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ["username", "full_name", "email", "phone"]
