"""What people type to sign in, and what is typed for a new person."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm, UsernameField

from units import passwords
from units.models import User, one_line

LONGEST_KEY = 18  # digits; no database holds a longer key of a row


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows; a key too long for the database is as unknown as any other."""

    def clean(self, value):
        for key in value or []:
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": str(key)[:40]})
        return super().clean(value)


class DecisionNumberField(forms.CharField):
    """The number of a decision, as its rows hold it: one line."""

    default_validators = [one_line]

    def __init__(self, *, label="Số quyết định", max_length=60, **options):
        super().__init__(label=label, max_length=max_length, **options)


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
        "run_out": (
            "Mật khẩu dùng một lần ghi trên phiếu đã hết hạn từ sau ngày %(day)s. "
            "Đề nghị liên hệ phòng Văn hoá - Xã hội để được cấp lại."
        ),
    }

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if passwords.has_run_out(user, at=self.request.arrived_at):
            day = passwords.last_day(user.one_time_until).strftime("%d/%m/%Y")
            raise forms.ValidationError(self.error_messages["run_out"], code="run_out", params={"day": day})


class OwnPasswordForm(PasswordChangeForm):
    """The first own password must be another one than that on the paper slip."""

    def __init__(self, user, *args, **options):
        super().__init__(user, *args, **options)
        if user.one_time_password:
            self.fields["old_password"].label = "Mật khẩu dùng một lần (ghi trên phiếu hoặc được báo)"

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.one_time_password and self.user.check_password(password):
            raise forms.ValidationError("Mật khẩu mới phải khác mật khẩu dùng một lần.")
        return password


class NewPersonForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ["username", "full_name", "email", "phone"]
