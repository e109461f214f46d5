"""The rows of a workbook done, whole or not at all; between preview and confirmation they travel signed."""

from datetime import date

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from units import changing
from units.history import note_each
from units.models import Cluster, Membership, Unit, User, ward_day
from units.refusals import Refused
from units.workbook.checking import check, in_words
from units.workbook.columns import CLUSTERS, PEOPLE, ROLES, UNITS, page_of
from units.workbook.reading import TypedRow

SALT = "units.workbook"
GOOD_FOR = 2 * 3600  # seconds
LONGEST = 1_500_000  # characters; a form takes two megabytes
STALE = "Dữ liệu trên cổng vừa thay đổi nên chưa ghi gì; đề nghị tải bảng lên lại để xem trước."
DAYS = {"starts_on", "ends_on"}


def sealed(organiser, rows, checked, *, by):
    """The checked rows and what was shown of them, as text that only its owner can send back unchanged."""
    plain = {key: [[row.number, row.values, row.cells] for row in found] for key, found in rows.items()}
    told = {"organiser": organiser.pk, "by": by.pk, "shown": checked.shown, "rows": plain}
    text = signing.dumps(told, salt=SALT, compress=True)
    if len(text) > LONGEST:
        raise Refused("Bảng quá lớn để nhập một lần; đề nghị chia thành nhiều bảng.")
    return text


def opened(text, organiser, *, by):
    """(rows, what was shown) of a sealed text. Refused when it is another's, of another ward, or too old."""
    try:
        told = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as bad:
        raise Refused("Bản xem trước đã hết hạn; đề nghị tải bảng lên lại.") from bad
    if (told["organiser"], told["by"]) != (organiser.pk, by.pk):
        raise Refused("Bản xem trước không phải của bạn ở đây; đề nghị tải bảng lên lại.")
    return {key: [TypedRow(*row) for row in rows] for key, rows in told["rows"].items()}, told["shown"]


def apply(organiser, rows, *, shown, decision_number="", by, at):
    """Do what was shown, and nothing when something changed meanwhile; returns what was done, as `Checked`."""
    try:
        return _apply(organiser, rows, shown, decision_number, by=by, at=at)
    except IntegrityError as clash:
        raise Refused(STALE) from clash


@transaction.atomic
def _apply(organiser, rows, shown, decision_number, *, by, at):
    Unit.objects.select_for_update().get(pk=organiser.pk)  # two workbooks follow each other
    checked = check(organiser, rows, by=by, on=ward_day(at))
    if checked.faults or checked.shown != shown:
        raise Refused(STALE)
    told = []
    _units(organiser, checked.changes[UNITS], told, decision_number, by=by, at=at)
    _clusters(organiser, checked.changes[CLUSTERS], told)
    _people(checked.changes[PEOPLE], told)
    _roles(organiser, checked.changes[ROLES], told)
    note_each(told, by=by)
    return checked


def story(change, page):
    """A change in one sentence: "Nhập từ Excel: Số hộ 120 → 130; Điện thoại (trống) → 0225 3000 004"."""
    if change.is_new:
        return "Nhập từ Excel: thêm mới."
    titles = {column.key: column.title for column in page.columns}
    parts = (
        f"{titles[key]} {in_words(key, change.was[key])} → {in_words(key, new)}" for key, new in change.news.items()
    )
    return f"Nhập từ Excel: {'; '.join(parts)}."


def _units(organiser, changes, told, decision_number, *, by, at):
    """New and changed units; names by the verb that keeps the old one, units above when all are there."""
    made, renamed = [], _renamed(changes, decision_number, by=by, at=at)
    for change in changes:
        fields = {
            key: value for key, value in (change.values if change.is_new else change.news).items() if key != "parent"
        }
        if change.is_new:
            unit = Unit.objects.create(organiser=organiser, **fields)
        else:
            unit = renamed.get(change.stored.pk, change.stored)
            _changed(unit, {key: value for key, value in fields.items() if key not in ("name", "short_name")})
        made.append((unit, change))
        told.append((unit, story(change, page_of(UNITS))))
    by_code = {unit.code.casefold(): unit for unit in Unit.objects.filter(organiser=organiser)}
    by_code[organiser.code.casefold()] = organiser
    for unit, change in made:
        if "parent" in (change.values if change.is_new else change.news):
            _changed(unit, {"parent": by_code.get((change.values["parent"] or "").casefold())})


def _renamed(changes, decision_number, *, by, at):
    """{key: unit} of those that got another name, together: names may pass from one to another."""
    renames = [
        (
            change.stored,
            change.news.get("name", change.stored.name),
            change.news.get("short_name", change.stored.short_name),
        )
        for change in changes
        if {"name", "short_name"} & change.news.keys()
    ]
    why = {"reason": "Cập nhật từ bảng Excel.", "decision_number": decision_number}
    return {unit.pk: unit for unit in changing.rename_together(renames, **why, by=by, at=at)}


def _changed(row, fields):
    for key, value in fields.items():
        setattr(row, key, value)
    if fields:
        row.save(update_fields=list(fields))


def _clusters(organiser, changes, told):
    for change in changes:
        if change.is_new:
            cluster = Cluster.objects.create(organiser=organiser, **change.values)
        else:
            _changed(cluster := change.stored, change.news)
        told.append((cluster, story(change, page_of(CLUSTERS))))


def _people(changes, told):
    """New people have no password until a slip is printed for them."""
    for change in changes:
        if change.is_new:
            person = User.objects.create_user(**change.values)
        else:
            _changed(person := change.stored, change.news | _keys_of_name(change.news))
        told.append((person, story(change, page_of(PEOPLE))))


def _keys_of_name(news):
    """The folded keys are saved with the name that they come from."""
    return {"search_key": "", "sort_key": ""} if "full_name" in news else {}


def _roles(organiser, changes, told):
    units = {unit.code.casefold(): unit for unit in Unit.objects.filter(organiser=organiser)}
    units[organiser.code.casefold()] = organiser
    names = {change.values["username"].lower() for change in changes}
    people = {person.username.casefold(): person for person in _by_name(names)}
    for change in changes:
        days = {key: value and date.fromisoformat(value) for key, value in change.values.items() if key in DAYS}
        if change.is_new:
            person, unit = people[change.values["username"].casefold()], units[change.values["unit"].casefold()]
            role = Membership.objects.create(user=person, unit=unit, role=change.values["role"], **days)
        else:
            _changed(role := change.stored, {"ends_on": days["ends_on"]})
        told.append((role, story(change, page_of(ROLES))))


def _by_name(names):
    return User.objects.annotate(folded=Lower("username")).filter(folded__in=names)
