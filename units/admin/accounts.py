"""Accounts handed out on paper: one-time passwords for chosen people, printed as slips to be cut, shown once."""

from django.conf import settings
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from units import passwords
from units.refusals import Refused

ISSUE = "Cấp mật khẩu dùng một lần, in phiếu"
CHANGED = "Phiếu của lần chọn này đã được in, hoặc mật khẩu vừa thay đổi; đề nghị chọn lại từ danh sách."


class IssuesAccounts:
    """An action on people: first whom it concerns, then, once, their slips."""

    actions = ["issue_accounts"]

    @admin.action(description=ISSUE, permissions=["view"])
    def issue_accounts(self, request, people):
        people = list(people.order_by("sort_key"))
        if "stamp" not in request.POST:
            return self.ask_to_issue(request, people)
        may = self.issuable(request, people)
        if not constant_time_compare(request.POST["stamp"], passwords.stamp(may)):
            messages.error(request, CHANGED)
            return redirect("admin:units_user_changelist")
        chosen = may if request.POST.get("whom") == "all" else without_password(may)
        try:
            given = passwords.give_out(chosen, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:units_user_changelist")
        return self.slips(request, given)

    def issuable(self, request, people):
        """Active people other than oneself whose password one may set."""
        others = [person for person in people if person.is_active and person != request.user]
        return self.resettable(request, others)

    def ask_to_issue(self, request, people):
        may = self.issuable(request, people)
        if not may:
            messages.error(request, "Không có ai trong lựa chọn này mà bạn được cấp mật khẩu.")
            return None
        fresh = without_password(may)
        context = {
            "title": ISSUE,
            "opts": self.opts,
            "people": [(person, self.password_state(person), self.roles(person)) for person in may],
            "left_out": [person for person in people if person not in may],
            "fresh": len(fresh),
            "all": len(may),
            "most": passwords.MOST_AT_ONCE,
            "stamp": passwords.stamp(may),
            "until": passwords.runs_out(request.arrived_at),
            "days": passwords.DAYS,
        }
        return TemplateResponse(
            request, "admin/units/user/issue_accounts.html", self.admin_site.each_context(request) | context
        )

    def slips(self, request, given):
        """The only showing of the passwords; the admin's pages are kept by no cache."""
        slips = [(person, password, _units(person)) for person, password in given]
        context = {
            "slips": sorted(slips, key=lambda slip: [(unit.order, unit.sort_key) for unit in slip[2]]),
            "address": settings.SITE_URL + reverse("units:sign_in"),
            "last_day": passwords.last_day(passwords.runs_out(request.arrived_at)),
            "at": request.arrived_at,
        }
        return TemplateResponse(request, "units/slips.html", context)


def without_password(people):
    return [person for person in people if not person.has_usable_password()]


def _units(person):
    return list(dict.fromkeys(membership.unit for membership in person.shown))
