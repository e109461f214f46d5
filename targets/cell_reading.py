"""What the typed cells of a target's row mean: ticks, kinds, goals, other targets and units by any of their names."""

from copy import copy
from dataclasses import dataclass

from campaigns.models import GivenBy
from targets.goals import NotAGoal, read_goal
from targets.models import Answer
from targets.numbers import show
from targets.plan_forms import FACTORS
from targets.proposed import completed
from units.folding import search_key
from units.models import Unit
from units.refusals import Refused

YES = "có"
TICKED = {"co", "x", "v", "1", "yes", "true", "dung", "✓", "✔"}
NOT_TICKED = {"", "khong", "0", "no", "false", "sai"}
ANSWERS = {Answer.NUMBER: "Số", Answer.RATIO: "Tỷ lệ", Answer.YES_NO: "Đạt/không đạt", Answer.TEXT: "Bằng lời"}
ANSWER_WORDS = {
    "so": Answer.NUMBER, "so luong": Answer.NUMBER, "cong": Answer.NUMBER, "so (cong cac don vi)": Answer.NUMBER,
    "ty le": Answer.RATIO, "ti le": Answer.RATIO, "%": Answer.RATIO,
    "dat/khong dat": Answer.YES_NO, "dat/khong": Answer.YES_NO, "dat hay khong dat": Answer.YES_NO,
    "dat hoac khong dat": Answer.YES_NO, "co/khong": Answer.YES_NO,
    "bang loi": Answer.TEXT, "loi": Answer.TEXT, "chu": Answer.TEXT,
}  # fmt: skip
GIVERS = {search_key(label): value for value, label in GivenBy.choices} | {"tp": GivenBy.CITY, "tw": GivenBy.CENTRE}
SUGGESTED_LABELS = "Tên tử số, mẫu số do cổng gợi ý từ tên chỉ tiêu; đề nghị xem lại ở phần “Thêm”."


def one_line_ends(text):
    """Browsers, forms and Excel end lines in three ways."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class Reading:
    data: dict  # what TargetForm takes
    faults: dict[str, str]  # {cell: sentence}
    doubts: dict[str, str]


class Known:
    """What typed cells may name: the campaign's targets and the units of its organiser, read once for many rows."""

    def __init__(self, campaign):
        self.campaign = campaign
        self.units = list(Unit.objects.active().filter(organiser=campaign.organiser_id))
        self.targets = list(
            campaign.targets.live()
            .select_related("sector", "heading", "part_of", "lead")
            .prefetch_related("coordinators")
            .order_by("number")
        )

    def target(self, pk):
        """A live target of the campaign, to be changed without changing what is known. Raises Refused."""
        for target in self.targets:
            if target.pk == pk:
                found = copy(target)
                found.campaign = self.campaign
                return found
        raise Refused("Chỉ tiêu này đã thôi theo dõi; đề nghị tải lại trang.")

    def put(self, target):
        """A target as it was just written, for the rows that come after it."""
        keys = [each.pk for each in self.targets]
        if target.pk in keys:
            self.targets[keys.index(target.pk)] = target
        else:
            self.targets.append(target)

    def choices_of(self, target):
        """{box of `TargetForm`: what can stand there}; the sector and the heading are the target's own."""
        return {
            "sector": [target.sector] if target.sector_id else [],
            "heading": [target.heading] if target.heading_id else [],
            "part_of": [each for each in self.targets if each.pk != target.pk],
            "lead": self.units,
            "coordinators": self.units,
        }

    def read(self, cells, stored, target):
        """What the cells of a row mean. Cells that say what is `stored` are not read anew."""
        reading = Reading({"sector": target.sector_id, "heading": target.heading_id or ""}, {}, {})
        for name in ("name", "wording", "amount_label", "base_label", "how_to_count", "caution"):
            reading.data[name] = cells.get(name, "")
        reading.data["wording"] = reading.data["wording"].strip() or reading.data["name"]
        for name in ("single_source", "part_of_whole", "accumulates", "may_be_negative"):
            self._tick(reading, name, cells.get(name, ""))
        self._goal(reading, cells, stored, target)
        self._kind(reading, cells)
        self._given_by(reading, cells.get("given_by", ""))
        self._part_of(reading, cells.get("part_of", ""), stored, target)
        self._units(reading, cells, stored, target)
        self._labels(reading)
        return reading

    @staticmethod
    def _tick(reading, name, text):
        word = search_key(text)
        if word not in TICKED | NOT_TICKED:
            reading.faults[name] = "Đề nghị ghi “có” hoặc để trống."
        reading.data[name] = "on" if word in TICKED else ""

    @staticmethod
    def _goal(reading, cells, stored, target):
        text, unit, places = (cells.get(name, "").strip() for name in ("goal", "unit_of_measure", "decimals"))
        bounds, decimals = {"at_least": target.at_least, "at_most": target.at_most}, 0
        if not stored or text != stored["goal"]:
            try:
                goal = read_goal(text)
            except NotAGoal as slip:
                reading.faults["goal"] = f"{slip}."
            else:
                bounds, decimals = {"at_least": goal.at_least, "at_most": goal.at_most}, goal.decimals
                said = goal.unit_of_measure
                doubts = [*goal.doubts]
                if said and unit and search_key(said) != search_key(unit):
                    doubts.append(f"Mức giao ghi “{said}” nhưng đơn vị tính là “{unit}”")
                unit = unit or said
                if doubts:
                    reading.doubts["goal"] = f"{'. '.join(doubts)}."
        if not places or (stored and places == stored["decimals"] and places.isdecimal()):
            places = str(max(int(places or 0), decimals))
        ends = {end: "" if bound is None else show(bound) for end, bound in bounds.items()}
        reading.data |= ends | {"unit_of_measure": unit, "decimals": places}

    @staticmethod
    def _kind(reading, cells):
        text = cells.get("answer", "").strip()
        word = search_key(text).replace(" / ", "/")
        if not text:
            by_measure = Answer.RATIO if reading.data["unit_of_measure"] in FACTORS else Answer.NUMBER
            reading.data["answer"] = by_measure
        elif word in ANSWER_WORDS:
            reading.data["answer"] = ANSWER_WORDS[word]
        else:
            reading.faults["answer"] = f"Đề nghị ghi một trong: {'; '.join(ANSWERS.values())}."

    @staticmethod
    def _given_by(reading, text):
        word = search_key(text)
        reading.data["given_by"] = GIVERS.get(word, "" if word else GivenBy.WARD)
        if not reading.data["given_by"]:
            reading.faults["given_by"] = f"Đề nghị ghi một trong: {'; '.join(GivenBy.labels)}."

    def _part_of(self, reading, text, stored, target):
        text = text.strip()
        if stored and text == stored["part_of"]:
            reading.data["part_of"] = target.part_of_id or ""
            return
        wanted = search_key(text)
        found = [each for each in self.targets if text and wanted in (search_key(each.code), str(each.number))]
        found = found or [each for each in self.targets if text and search_key(each.name) == wanted]
        reading.data["part_of"] = found[0].pk if len(found) == 1 else ""
        if text and len(found) != 1:
            many = "Có nhiều chỉ tiêu cùng tên này" if found else "Không có chỉ tiêu này"
            reading.faults["part_of"] = f"{many}; đề nghị ghi mã, ví dụ CT03."

    def _units(self, reading, cells, stored, target):
        lead = cells.get("lead", "").strip()
        coordinators = cells.get("coordinators", "").strip()
        reading.data["lead"] = reading.data["coordinators"] = ""
        try:
            is_same = stored and lead == stored["lead"]
            reading.data["lead"] = (target.lead_id or "") if is_same else self._unit(lead) if lead else ""
        except Refused as refusal:
            reading.faults["lead"] = str(refusal)
        try:
            if stored and coordinators == stored["coordinators"]:
                reading.data["coordinators"] = [unit.pk for unit in target.coordinators.all()]
            else:
                named = (name.strip() for name in coordinators.replace("\n", ";").split(";"))
                reading.data["coordinators"] = [self._unit(name) for name in named if name]
        except Refused as refusal:
            reading.faults["coordinators"] = str(refusal)

    def _unit(self, text):
        """The key of the unit that a text names by its name, short name or code, or by a part that no other has."""
        wanted = search_key(text)
        found = [u for u in self.units if wanted in map(search_key, (u.name, u.short_name, u.code))]
        found = found or [u for u in self.units if wanted in search_key(f"{u.name} {u.short_name}")]
        if len(found) == 1:
            return found[0].pk
        if not found:
            raise Refused(f"Không có đơn vị “{text[:60]}” trong danh mục.")
        raise Refused(f"“{text[:60]}” có thể là: {'; '.join(u.name for u in found[:4])}. Đề nghị ghi rõ hơn.")

    @staticmethod
    def _labels(reading):
        """A ratio's two figures get names from the target's own, to be looked over."""
        data = reading.data
        if data.get("answer") != Answer.RATIO or (data["amount_label"].strip() and data["base_label"].strip()):
            return
        named = completed("target", {name: data[name] for name in ("name", "unit_of_measure", "answer")})
        for name in ("amount_label", "base_label"):
            data[name] = data[name].strip() or named[name]
        reading.doubts["name"] = SUGGESTED_LABELS
