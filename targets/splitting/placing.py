"""The outline as proposals: sectors on top, headings below them, each target under its own."""

import re

from targets.splitting.paragraphs import is_caps
from targets.splitting.proposals import Draft

_SECTOR_WORDS = re.compile(
    r"^(?:(?:các|nhóm|hệ\s+thống|một\s+số)\s+)*(?:(?:chỉ\s+tiêu|mục\s+tiêu|nhóm)(?:\s+thi\s+đua)?\s*)?"
    r"(?:(?:về|trên|trong|thuộc)\s+)?(?:(?:lĩnh\s+vực|ngành|nhóm)\s+)?(?:về\s+)?(?=\S)",
    re.I,
)
_LIKELY = [
    ("Quốc phòng", re.compile(r"giao\s+quân|tuyển\s+quân|nhập\s+ngũ|dân\s+quân|quân\s+sự|quốc\s+phòng", re.I)),
    ("An ninh, trật tự", re.compile(r"tội\s+phạm|an\s+ninh|trật\s+tự|ma\s+t[úu]y|cháy", re.I)),
    ("Giáo dục", re.compile(r"học\s+sinh|trường|lớp\s+học|giáo\s+dục", re.I)),
    ("Y tế", re.compile(r"BHYT|tiêm\s+chủng|y\s+tế|suy\s+dinh\s+dưỡng", re.I)),
    ("Môi trường", re.compile(r"nước\s+sạch|chất\s+thải|rác|môi\s+trường|cây\s+xanh", re.I)),
    ("Kinh tế", re.compile(r"ngân\s+sách|sản\s+xuất|doanh\s+nghiệp|doanh\s+thu|thu\s+nhập", re.I)),
    ("Văn hóa – Xã hội", re.compile(r"văn\s+ho[áa]|hộ\s+nghèo|việc\s+làm|dân\s+số", re.I)),
]
WHOLE_PLAN, THE_REST = "Chỉ tiêu chung", "Chỉ tiêu khác"


class Placing:
    """Collects drafts while the outline is walked; sectors are shared by the whole plan."""

    def __init__(self):
        self.drafts = []
        self.sectors = {}

    def place(self, nodes, *, outside=""):
        """`outside`: why these targets are doubtful as a whole, for they stand outside the plan's list."""
        printed = [node for node in nodes if not node.readings and node.holds_targets]
        for node in nodes:
            if node in printed:
                sector = self._sector(node)
                for child in node.children:
                    self._below(child, sector=sector, outside=outside)
            else:
                starred = any(other.kind == node.kind for other in printed)
                self._below(node, sector=None, outside=outside, like_heading=starred, among=bool(printed))

    def _sector(self, node):
        name = sector_name(node.name)
        if name in self.sectors:
            self.sectors[name].doubt("Lĩnh vực này được in nhiều lần trong văn bản")
            return self.sectors[name]
        return self._new_sector(name, node)

    def _new_sector(self, name, node):
        draft = Draft("sector", node.paragraph.whole, node.paragraph.first, node.paragraph.last, {"name": name[:200]})
        self.sectors[name] = draft
        self.drafts.append(draft)
        return draft

    def _below(self, node, *, sector, outside, heading=None, whole=None, like_heading=False, among=False):
        if node.readings:
            drafts = self._targets(node, sector, heading, whole, outside, like_heading, among)
            whole = drafts[0]
            sector = whole.fields["sector"]
        elif node.holds_targets:
            heading = self._heading(node, sector, heading)
            whole = None
        for child in node.children:
            self._below(child, sector=sector, outside=outside, heading=heading, whole=whole)

    def _heading(self, node, sector, parent):
        name = node.name.strip(" :.")
        fields = {
            "name": (_sentence_case(name) if is_caps(name) else name)[:200],
            "sector": sector,
            "parent": parent or "",
        }
        draft = Draft("heading", node.paragraph.whole, node.paragraph.first, node.paragraph.last, fields)
        self.drafts.append(draft)
        return draft

    def _targets(self, node, sector, heading, whole, outside, like_heading, among):
        drafts = []
        for reading in node.readings:
            fields = {
                "name": reading.name,
                "wording": reading.wording,
                "sector": sector,
                "heading": heading or "",
                "part_of": drafts[reading.part_of] if reading.part_of is not None else "",
                "answer": reading.answer,
                "unit_of_measure": reading.unit[:40],
                "decimals": reading.goal.decimals if reading.goal else 0,
                "goal": reading.goal_text,
                "given_by": reading.given_by,
                "caution": "",
            }
            draft = Draft("target", node.paragraph.whole, node.paragraph.first, node.paragraph.last, fields)
            draft.doubts += [*reading.doubts, *([outside] if outside else [])]
            for question in reading.open_questions:
                draft.doubt(question, of_the_plan=True)
            if whole:
                _part(draft, whole, said=node.says_part)
            if sector is None:
                draft.fields["sector"] = self._unprinted_sector(draft, node, like_heading, among)
            self.drafts.append(draft)
            drafts.append(draft)
        return drafts

    def _unprinted_sector(self, draft, node, like_heading, among):
        """The model needs a sector; where the plan prints none, one is proposed and the doubt says so."""
        likely = next((name for name, words in _LIKELY if words.search(draft.fields["name"])), THE_REST)
        name = likely if among or self.sectors.keys() - {WHOLE_PLAN} else WHOLE_PLAN
        sector = self.sectors.get(name)
        if sector is None:
            sector = self._new_sector(name, node)
            sector.doubt("Kế hoạch không in tên lĩnh vực này; tên do cổng đề nghị")
        if like_heading:
            draft.doubt("Dòng này có dấu như tên lĩnh vực nhưng có mức, nên đọc là chỉ tiêu")
        if name != WHOLE_PLAN:
            draft.doubt(f"Kế hoạch không in tên lĩnh vực của chỉ tiêu này; tạm đề nghị “{name}”", of_the_plan=True)
        return sector


def _part(draft, whole, *, said):
    """A line below a target is a part of it if both are counted alike."""
    if draft.fields["unit_of_measure"] == whole.fields["unit_of_measure"]:
        draft.fields["part_of"] = whole
        if not said and "trong đó" not in whole.sentence.lower():
            draft.doubt(f"Đứng dưới “{whole.fields['name']}” nên tạm hiểu là một phần của chỉ tiêu đó")
    else:
        draft.doubt(f"Đứng dưới “{whole.fields['name']}” nhưng khác đơn vị tính, nên không coi là một phần")


def sector_name(printed):
    """ "Chỉ tiêu về lĩnh vực kinh tế:" names the sector "Kinh tế"."""
    name = printed.strip(" :.")
    name = _sentence_case(name) if is_caps(name) else name
    bare = _SECTOR_WORDS.sub("", name, count=1).strip() or name
    return f"{bare[:1].upper()}{bare[1:]}"


def _sentence_case(text):
    return f"{text[:1].upper()}{text[1:].lower()}"
