"""What the rows of a workbook would add and change at an organiser, and what in them cannot be."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from units.models import ORGANISER_ROLES, UNIT_ROLES, Cluster, Membership, Role, SchoolLevel, Unit, UnitKind, User
from units.workbook.columns import PAGES, PEOPLE, ROLES, UNITS, at_units_of, page_of
from units.workbook.reading import Fault

WORDS = {
    "kind": dict(UnitKind.choices),
    "school_level": dict(SchoolLevel.choices),
    "role": dict(Role.choices),
}
ELSEWHERE = "Người này còn vai trò ở nơi khác hoặc là quản trị hệ thống nên không sửa được ở đây; đề nghị giữ như cũ"


@dataclass(frozen=True)
class Change:
    """One row that is new (`stored` None) or differs: `news` is {column: new value}, `was` the old ones."""

    label: str
    values: dict
    stored: object = None
    news: dict = field(default_factory=dict)
    was: dict = field(default_factory=dict)

    @property
    def is_new(self):
        return self.stored is None


@dataclass
class Checked:
    """Changes by page key, how many rows stay as they are, and what cannot be."""

    changes: dict
    unchanged: dict
    faults: list

    @property
    def shown(self):
        """What stands on the preview, as one line of hexadecimal: the same for the same changes."""
        told = {
            key: [(change.label, change.is_new, change.values, change.news, change.was) for change in changes]
            for key, changes in self.changes.items()
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def renames(self):
        return any("name" in change.news for change in self.changes[UNITS])


def in_words(key, value):
    """A cell's value as people read it."""
    if value in (None, ""):
        return "(trống)"
    if key in ("starts_on", "ends_on"):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return WORDS.get(key, {}).get(value, str(value))


def check(organiser, rows, *, by, on):
    """Compare rows with what an organiser has on a day; `by` is who wants them in."""
    ground = Ground(organiser, rows, by=by, on=on)
    checked = Checked({}, {}, ground.faults)
    for page, compare in zip(PAGES, (ground.units, ground.clusters, ground.people, ground.roles), strict=True):
        compared = [compare(row) for row in rows[page.key]]
        checked.changes[page.key] = [change for change in compared if change]
        checked.unchanged[page.key] = len(compared) - len(checked.changes[page.key])
    ground.check_names()
    ground.check_parents()
    return checked


class Ground:
    """What is there and what the rows say, by the keys that rows are matched by. Reads once, however many rows."""

    def __init__(self, organiser, rows, *, by, on):
        self.organiser, self.by, self.on, self.faults, self.typed = organiser, by, on, [], rows
        own = Unit.objects.filter(organiser=organiser).select_related("parent")
        self.own_units = {unit.code.casefold(): unit for unit in own}
        self.own_clusters = {
            cluster.name.casefold(): cluster for cluster in Cluster.objects.filter(organiser=organiser)
        }
        held = Membership.objects.filter(at_units_of(organiser)).select_related("unit", "user").order_by("starts_on")
        self.held = {}
        for role in held:
            key = (role.user.username.casefold(), role.unit.code.casefold(), role.role)
            self.held.setdefault(key, []).append(role)
        self.own_people = {role.user.username.casefold(): role.user for role in held}
        self.new_codes = {row.values["code"].casefold() for row in rows[UNITS] if row.values["code"]}
        self.new_names = {row.values["username"].casefold() for row in rows[PEOPLE] if row.values["username"]}
        self.given = {row.values["username"].casefold() for row in rows[ROLES] if row.values["username"]}
        self._read_strangers()

    def _read_strangers(self):
        """Names and addresses that other people have, and whom of one's own one may not edit."""
        names = [name for name in self.new_names if name not in self.own_people]
        emails = [row.values["email"] for row in self.typed[PEOPLE] if row.values.get("email")]
        self.taken_names = _folded(User, "username", names)
        self.emails = {
            email.casefold(): pk for pk, email in _matching(User, "email", emails).values_list("pk", "email")
        }
        mine = {self.organiser.pk} | self.by.organiser_ids_as({Role.ADMIN})
        lasting = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=self.on))
        beyond = lasting.filter(user__in=[person.pk for person in self.own_people.values()])
        beyond = beyond.exclude(Q(unit__in=mine) | Q(unit__organiser__in=mine))
        self.beyond = set() if self.by.is_superuser else set(beyond.order_by().values_list("user", flat=True))

    def fault(self, page, row, key, sentence):
        self.faults.append(Fault(page_of(page).title, row.at(key), sentence))

    # Each of these compares one row: the Change that it means, or None when it changes nothing or cannot be.

    def units(self, row):
        code = row.values["code"]
        if not code or not row.values["name"] or not row.values["kind"]:
            return None
        stored = self.own_units.get(code.casefold())
        if code.casefold() == self.organiser.code.casefold():
            return self.fault(UNITS, row, "code", "Đây là mã của Ủy ban nhân dân; đề nghị dùng mã khác")
        if stored and not stored.active:
            sentence = f"Mã của {stored.name}, đã thôi hoạt động; đề nghị dùng mã khác hoặc cho đơn vị hoạt động lại"
            return self.fault(UNITS, row, "code", sentence)
        level = row.values.get("school_level", stored.school_level if stored else "")
        if level and row.values["kind"] != UnitKind.SCHOOL:
            return self.fault(UNITS, row, "school_level", "Chỉ trường học mới có cấp học; đề nghị xoá ô này")
        was = stored and {
            **{key: getattr(stored, key) for key in row.values if key != "parent"},
            "parent": stored.parent.code if stored.parent else "",
        }
        return _difference(row, stored, was, f"{row.values['name']} ({code})", same_case={"code", "parent"})

    def clusters(self, row):
        if not (name := row.values["name"]):
            return None
        stored = self.own_clusters.get(name.casefold())
        was = stored and {key: getattr(stored, key) for key in row.values}
        return _difference(row, stored, was, name, same_case={"name"})

    def people(self, row):
        username = row.values["username"]
        if not username or not row.values["full_name"]:
            return None
        stored = self.own_people.get(username.casefold())
        if username.casefold() in self.taken_names:
            return self.fault(PEOPLE, row, "username", "Tên đăng nhập này đã có người khác dùng; đề nghị đặt tên khác")
        if stored is None and username.casefold() not in self.given:
            sentence = "Người mới chưa có vai trò; đề nghị thêm một dòng ở trang “Vai trò”"
            return self.fault(PEOPLE, row, "username", sentence)
        owner = self.emails.setdefault((row.values.get("email") or "").casefold(), username.casefold())
        if row.values.get("email") and owner not in (username.casefold(), stored and stored.pk):
            return self.fault(PEOPLE, row, "email", "Thư điện tử này đã có người khác dùng; đề nghị xoá hoặc ghi lại")
        was = stored and {key: getattr(stored, key) for key in row.values}
        change = _difference(row, stored, was, f"{row.values['full_name']} ({username})", same_case={"username"})
        if change and stored and (stored.pk in self.beyond or (stored.is_superuser and not self.by.is_superuser)):
            return self.fault(PEOPLE, row, "full_name", ELSEWHERE)
        return change

    def roles(self, row):
        username, code, role = (row.values[key] for key in ("username", "unit", "role"))
        if not (username and code and role):
            return None
        if fault := self._role_fault(username.casefold(), code.casefold(), role):
            return self.fault(ROLES, row, *fault)
        held = self.held.get((username.casefold(), code.casefold(), role), [])
        starts_on = row.values.get("starts_on") or self._began(held)
        stored = next((one for one in held if one.starts_on.isoformat() == starts_on), None)
        ends_on = row.values.get("ends_on", stored and stored.ends_on and stored.ends_on.isoformat())
        if ends_on and ends_on < starts_on:
            return self.fault(ROLES, row, "ends_on", "Ngày kết thúc trước ngày bắt đầu; đề nghị ghi lại")
        for other in held:
            if other != stored and _overlap(starts_on, ends_on, other):
                day = f"{other.starts_on:%d/%m/%Y}"
                sentence = f"Vai trò này đang có từ {day}; đề nghị ghi “Từ ngày” là {day} để sửa dòng đó"
                return self.fault(ROLES, row, "starts_on", sentence)
        values = row.values | {"starts_on": starts_on, "ends_on": ends_on}
        was = stored and values | {"ends_on": stored.ends_on and stored.ends_on.isoformat()}
        label = f"{username} – {in_words('role', role)} – {code}, từ {in_words('starts_on', starts_on)}"
        return _difference(row, stored, was, label, values=values)

    def _began(self, held):
        """The day meant by a blank one: that on which the role in force began, else this day."""
        lasting = [one for one in held if one.ends_on is None or one.ends_on >= self.on]
        return (lasting[0].starts_on if lasting else self.on).isoformat()

    def _role_fault(self, username, code, role):
        at_organiser = code == self.organiser.code.casefold()
        unit = self.own_units.get(code)
        if username not in self.own_people and username not in self.new_names:
            return "username", "Không có người dùng này; đề nghị thêm một dòng ở trang “Người dùng”"
        if not at_organiser and unit is None and code not in self.new_codes:
            return "unit", "Không có đơn vị mang mã này; đề nghị thêm một dòng ở trang “Đơn vị”"
        if unit and not unit.active:
            return "unit", f"{unit.name} đã thôi hoạt động; đề nghị ghi đơn vị khác"
        fitting = ORGANISER_ROLES if at_organiser else UNIT_ROLES
        if role not in fitting:
            names = ", ".join(label for value, label in Role.choices if value in fitting)
            return "role", f"Vai trò này không giao được ở đó; đề nghị chọn một trong: {names}"
        return None

    # These look at all rows together.

    def check_names(self):
        """No two working units of one name once all is done."""
        named = {code: unit.name.casefold() for code, unit in self.own_units.items() if unit.active}
        rows = {row.values["code"].casefold(): row for row in self.typed[UNITS] if row.values["code"]}
        named |= {code: (row.values["name"] or "").casefold() for code, row in rows.items()}
        by_name = {}
        for code, name in named.items():
            by_name.setdefault(name, []).append(code)
        for code, row in rows.items():
            others = [other for other in by_name[named[code]] if other != code]
            stored = self.own_units.get(code)
            kept = stored and stored.active and stored.name.casefold() == named[code]
            if named[code] and others and not kept:
                sentence = f"Trùng tên với đơn vị có mã {others[0].upper()}; đề nghị đặt tên khác"
                self.fault(UNITS, row, "name", sentence)

    def check_parents(self):
        """A unit above is the organiser or one of its units, and nobody stands above himself."""
        above = {code: unit.parent and unit.parent.code.casefold() for code, unit in self.own_units.items()}
        rows = {}
        for row in self.typed[UNITS]:
            if row.values["code"] and "parent" in row.values:
                rows[row.values["code"].casefold()] = row
                above[row.values["code"].casefold()] = (row.values["parent"] or "").casefold()
        known = set(self.own_units) | self.new_codes | {self.organiser.code.casefold()}
        for code, row in rows.items():
            if above[code] and above[code] not in known:
                self.fault(UNITS, row, "parent", "Không có đơn vị mang mã này; đề nghị ghi mã khác hoặc để trống")
            elif _circles(code, above):
                self.fault(UNITS, row, "parent", "Đơn vị cấp trên tạo thành vòng; đề nghị ghi mã khác hoặc để trống")


def _difference(row, stored, was, label, *, values=None, same_case=frozenset()):
    """The Change between a row and what is stored; None when nothing differs. Keys are compared whatever their case."""
    values = values or row.values
    if stored is None:
        return Change(label, values)
    news = {}
    for key, new in values.items():
        old = was[key]
        alike = str(old or "").casefold() == str(new or "").casefold() if key in same_case else old == new
        if not alike and not (old is None and new == ""):
            news[key] = new
    return Change(label, values, stored, news, {key: was[key] for key in news}) if news else None


def _overlap(starts_on, ends_on, other):
    begins_before_end = ends_on is None or other.starts_on.isoformat() <= ends_on
    return begins_before_end and (other.ends_on is None or other.ends_on.isoformat() >= starts_on)


def _circles(code, above):
    seen, at = {code}, above.get(code)
    while at:
        if at in seen:
            return at == code
        seen.add(at)
        at = above.get(at)
    return False


def _matching(model, name, texts):
    """Rows whose text is one of some texts, whatever its case."""
    return model.objects.annotate(folded=Lower(name)).filter(folded__in={text.lower() for text in texts})


def _folded(model, name, texts):
    return {text.casefold() for text in _matching(model, name, texts).values_list(name, flat=True)}
