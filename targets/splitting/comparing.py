"""What is odd only beside the rest: one name twice, equal figures, a part above its whole, two spellings."""

from collections import defaultdict

from targets.goals import NotAGoal, read_goal
from targets.splitting.spelling import same_key

FEW_DIGITS = 1000  # below it, equal figures are no surprise
FAR = 10


def compare(drafts, lines):
    """Add doubts, tell twins apart by their headings, and give each target its fellows' decimals."""
    targets = [draft for draft in drafts if draft.kind == "target"]
    for draft in targets:
        draft.figure = _figure(draft)
    _decimals(targets)
    _same_names(targets)
    _equal_figures(targets)
    _parts(targets)
    _spellings(drafts, lines)


def _figure(draft):
    try:
        goal = read_goal(draft.fields["goal"])
    except NotAGoal:
        return None
    return goal.at_least if goal.at_least is not None else goal.at_most


def _decimals(targets):
    """Results need places too: a share two, and figures of one unit in one sector as many as the finest of them."""
    finest = defaultdict(int)
    for draft in targets:
        if draft.fields["answer"] == "ratio":
            draft.fields["decimals"] = max(2, draft.fields["decimals"])
        key = draft.fields["sector"].fields["name"], draft.fields["unit_of_measure"]
        finest[key] = max(finest[key], draft.fields["decimals"])
    for draft in targets:
        if "đồng" in draft.fields["unit_of_measure"]:
            draft.fields["decimals"] = finest[draft.fields["sector"].fields["name"], draft.fields["unit_of_measure"]]


def _same_names(targets):
    named = defaultdict(list)
    for draft in targets:
        named[same_key(draft.fields["name"])].append(draft)
    for twins in named.values():
        if len(twins) < 2:
            continue
        shown = twins[0].fields["name"]
        _far_apart(twins)
        for draft in twins:
            under = draft.fields["heading"] or draft.fields["sector"]
            draft.doubt(f"Tên “{shown}” có {len(twins)} lần, chỉ phân biệt được nhờ đề mục phía trên")
            draft.fields["name"] = f"{draft.fields['name']} ({_short(under, draft.fields['sector'])})"[:300]
        if len({draft.fields["name"] for draft in twins}) < len(twins):
            for draft in twins:
                draft.doubt(f"Chỉ tiêu “{shown}” được in nhiều lần trong cùng một đề mục")


def _short(under, sector):
    """ "Giáo dục tiểu học" under the sector "Giáo dục" is told by "tiểu học"."""
    name, above = under.fields["name"], sector.fields["name"]
    if under is not sector and name.lower().startswith(above.lower()) and len(name) > len(above):
        return name[len(above) :].strip()
    return name


def _far_apart(twins):
    figures = [abs(draft.figure) for draft in twins if draft.figure]
    if len(figures) > 1 and max(figures) > FAR * min(figures):
        for draft in twins:
            draft.doubt(
                "Con số lệch hơn 10 lần so với chỉ tiêu cùng tên; đề nghị kiểm tra hàng nghìn", of_the_plan=True
            )


def _equal_figures(targets):
    alike = defaultdict(list)
    for draft in targets:
        if draft.figure is not None and abs(draft.figure) >= FEW_DIGITS:
            alike[draft.figure, draft.fields["unit_of_measure"]].append(draft)
    for twins in alike.values():
        for draft in twins:
            others = "”, “".join(other.fields["name"] for other in twins if other is not draft)
            if others:
                draft.doubt(f"Con số trùng với “{others}”; đề nghị kiểm tra", of_the_plan=True)


def _parts(targets):
    for draft in targets:
        whole = draft.fields["part_of"]
        if whole and draft.figure is not None and whole.figure is not None and draft.figure > whole.figure:
            draft.doubt(f"Mức này lớn hơn mức của “{whole.fields['name']}” là chỉ tiêu chứa nó", of_the_plan=True)


def _spellings(drafts, lines):
    """Names among the proposals, and the sectors' and headings' in the whole text, that are one thing spelt twice."""
    named = defaultdict(dict)
    for draft in drafts:
        if name := draft.fields.get("name"):
            named[draft.kind, same_key(name)].setdefault(name.lower(), draft)
    for spelt in named.values():
        for name, draft in spelt.items():
            for other, twin in spelt.items():
                if other != name:
                    draft.doubt(f"Cùng một tên viết hai cách; dòng {twin.first_line} viết “{twin.fields['name']}”")
    folded = [(number, line.lower(), same_key(line)) for number, line in enumerate(lines, start=1) if line.strip()]
    for draft in drafts:
        if draft.kind in ("sector", "heading") and " " in draft.fields["name"]:
            name, key = draft.fields["name"].lower(), same_key(draft.fields["name"])
            other = next((number for number, line, same in folded if key in same and name not in line), None)
            if other:
                draft.doubt(f"Tên này còn được viết cách khác ở dòng {other}")
