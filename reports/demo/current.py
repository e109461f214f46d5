"""A copy of the plan for the season at hand: open, with an earlier period behind it and units in every state."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from campaigns.models import Campaign
from reports.demo import honours, papers, seasons
from reports.demo.seasons import days_before, midnight
from targets import evidence, periods, plan_file, reminders, uploads, workflow
from units.models import ward_day

SLUG = "kien-an-hien-tai"
EARLIER = "Kỳ trước"
DONE_EARLIER, DONE = Decimal("0.81"), Decimal("0.92")
AHEAD, BEHIND = timedelta(days=7), 30  # of the units' deadlines, from the first start
QUOTED = {"legal_bases", "higher_plan", "resolution", "recipients"}  # texts that name other papers stay as they are

WITHOUT_THEME = {"CD", "TDP-17", "TDP-24", "TDP-28", "TDP-39"}

# The earlier period; whoever is not named here was on time and is accepted.
SILENT_EARLIER = {"CCB", "TDP-04", "TDP-16", "TDP-27", "TDP-31", "TDP-38"}
LATE_EARLIER = {"HND": 1, "TDP-06": 2, "TDP-19": 4}  # days after the deadline
EXTENDED_EARLIER = {"TDP-10": 2, "TDP-38": None}
RETURNED_EARLIER = {"MN-3", "TDP-22"}
WAITING_EARLIER = {"DTN", "TDP-08", "TDP-19", "TDP-35"}

# The current one; whoever is not named here is silent.
ACCEPTED = ["VHXH", "KTHTDT", "TK", "BHXH", "TYT", "MN-1", "TH-1", "TH-2", "THCS-1", "MTTQ", "HPN"]
ACCEPTED += ["TDP-01", "TDP-02", "TDP-05", "TDP-09", "TDP-11", "TDP-13"]
WAITING = ["VP", "MN-2", "TH-3", "THCS-2", "BCHQS", "TDP-07", "TDP-12", "TDP-14", "TDP-20", "TDP-26"]
ON_PAPER, REOPENED, ASKS_FOR_TIME = "TDP-36", "TDP-23", "TDP-18"
RETURNED = {
    "MN-3": "Số học sinh mẫu giáo khác với số liệu đầu năm học; đề nghị kiểm tra lại.",
    "DTN": "Đề nghị ghi rõ số người được giải quyết việc làm không trùng với tổ dân phố.",
    "TDP-15": "Chưa ghi căn cứ bình xét gia đình văn hóa; đề nghị bổ sung ở ô ghi chú.",
}
NO_DATA = {"TDP-07": {11}}
EVIDENCE = {"TH-1": "anh-mau.png", "MN-2": "bien-ban-mau.pdf"}
# Drafts as typed, valid or not: the answer's text by target number and part.
DRAFTS = {
    "VSMT": {(21, "amount"): "28.900", (21, "base"): "29.100"},
    "THCS-3": {(18, "amount"): "22", (19, "amount"): "960", (19, "est_amount"): "khoảng 970"},
    "CD": {(11, "amount"): "41"},
    "TDP-03": {(9, "amount"): "612.5", (9, "base"): "6.39", (10, "amount"): "không"},
    "TDP-17": {(9, "amount"): "640", (9, "base"): "601", (11, "amount"): "1.2.3"},
    "TDP-24": {(10, "amount"): "0"},
}
FIRST_WORDS = "Tổ chức hội nghị phát động"


def units_due(at):
    """The next 10 December that begins at least seven days after a moment."""
    due = midnight(ward_day(at).replace(month=12, day=10))
    return due if due - at >= AHEAD else due.replace(year=due.year + 1)


def load(ward, *, at):
    """Returns (campaign, whether it was made now)."""
    if campaign := Campaign.objects.filter(slug=SLUG).first():
        return campaign, False
    campaign, _ = plan_file.load(_plan(at), ward.organiser)
    opened = midnight(campaign.starts_on) + timedelta(hours=8)
    campaign = seasons.start(campaign, ward, at=opened, without_theme=WITHOUT_THEME)
    earlier, current = campaign.periods.order_by("units_due")
    _fill_earlier(earlier, ward)
    _fill_current(current, ward, at)
    honours.settle(
        honours.CURRENT,
        campaign,
        ward,
        proposed_at=days_before(at, 5, 9),
        checked_at=days_before(at, 3, 10),
        decided_at=days_before(at, 1, 14),
    )
    return campaign, True


def _plan(at):
    """The plan of 2025 told of the year of the next deadline."""
    due = units_due(at)
    plan = _moved(seasons.plan(), due.year)
    earlier_due = midnight(ward_day(at) - timedelta(days=BEHIND))
    return plan | {
        "slug": SLUG,
        "title": f"{plan['title']} (bản mẫu)",
        "short_name": f"Đợt thi đua năm {due.year} (bản mẫu)",
        "starts_on": ward_day(earlier_due) - timedelta(days=60),
        "ends_on": due.date().replace(day=31),
        "cautions": [f"Bản mẫu để dùng thử, chép từ kế hoạch năm 2025 sang năm {due.year}.", *plan["cautions"]],
        "period": [
            _period(EARLIER, earlier_due),
            _period(f"Báo cáo kết quả năm {due.year}", due),
        ],
    }


def _moved(value, year):
    if isinstance(value, dict):
        return {key: part if key in QUOTED else _moved(part, year) for key, part in value.items()}
    if isinstance(value, list):
        return [_moved(part, year) for part in value]
    if isinstance(value, str):
        return value.replace("năm 2025", f"năm {year}").replace("/12/2025", f"/12/{year}")
    return value


def _period(name, due):
    report_due = due + timedelta(days=5)
    return {
        "name": name,
        "figures_as_of": due.date() - timedelta(days=1),
        "units_due": due,
        "units_due_words": f"trước ngày {due:%d/%m/%Y}",
        "report_due": report_due,
        "report_due_words": f"trước ngày {report_due:%d/%m/%Y}",
    }


def _fill_earlier(period, ward):
    submissions = seasons.submissions_of(period, ward)
    for code, days in EXTENDED_EARLIER.items():
        periods.grant_extension(
            period,
            submissions[code].unit,
            reason="Tổ trưởng nằm viện, chưa có người thay.",
            until=period.units_due + timedelta(days=4),
            by=ward.people["vhxh"],
            at=period.units_due - timedelta(hours=8),
        )
        if days:
            _hand_in_earlier(submissions[code], ward, period.units_due + timedelta(days=days, hours=9))
    for place, (code, submission) in enumerate(submissions.items()):
        if code in SILENT_EARLIER or code in EXTENDED_EARLIER:
            continue
        arrives = period.units_due - timedelta(days=9 - place % 9, hours=-8 - place % 8)
        if code in LATE_EARLIER:
            arrives = period.units_due + timedelta(days=LATE_EARLIER[code], hours=9)
        _hand_in_earlier(submission, ward, arrives)
    _draft(submissions["TDP-31"], {(9, "amount"): "5 9 0", (10, "amount"): "0"}, ward, at=period.units_due)
    for days in (3, 7):  # after the last reminder of the deadline, and of the extended one
        reminders.plan_all(period.units_due + timedelta(days=days))


def _hand_in_earlier(submission, ward, arrives):
    code = submission.unit.code
    revision = seasons.hand_in(submission, ward, at=arrives, done=DONE_EARLIER)
    if code in RETURNED_EARLIER:
        _send_back(
            revision, "Số liệu chưa khớp sổ theo dõi của đơn vị; đề nghị rà soát.", ward, at=arrives + timedelta(days=1)
        )
    elif code not in WAITING_EARLIER:
        seasons.accept(revision, ward, at=arrives + timedelta(days=1, hours=3))


def _fill_current(period, ward, at):
    submissions = seasons.submissions_of(period, ward)
    for code, name in EVIDENCE.items():
        _attach(submissions[code], name, ward, at=days_before(at, 7, 9))
    for place, code in enumerate(ACCEPTED):
        arrives = days_before(at, 6 - place % 4, 8 + place % 7)
        revision = seasons.hand_in(submissions[code], ward, at=arrives, done=DONE)
        seasons.accept(revision, ward, at=days_before(at, 2 - place % 2, 9 + place % 7))
    for place, code in enumerate(WAITING):
        arrives = days_before(at, 2 - place % 2, 8 + place)
        seasons.hand_in(submissions[code], ward, at=arrives, done=DONE, lacks=NO_DATA.get(code, ()))
    seasons.hand_in_on_paper(
        submissions[ON_PAPER], ward, received_at=days_before(at, 2, 9), at=days_before(at, 1, 9), done=DONE
    )
    for code, reason in RETURNED.items():
        revision = seasons.hand_in(submissions[code], ward, at=days_before(at, 4, 10), done=DONE)
        _send_back(revision, reason, ward, at=days_before(at, 2, 15))
    _reopen(submissions[REOPENED], ward, at)
    for code, typed in DRAFTS.items():
        _draft(submissions[code], typed, ward, at=days_before(at, 1, 20))
    periods.ask_extension(
        period,
        submissions[ASKS_FOR_TIME].unit,
        reason="Cuộc họp bình xét của tổ lùi sang sau hạn nộp.",
        until=period.units_due + timedelta(days=2),
        by=ward.reporters[ASKS_FOR_TIME],
        at=days_before(at, 1, 19),
    )


def _reopen(submission, ward, at):
    revision = seasons.hand_in(submission, ward, at=days_before(at, 6, 8), done=DONE)
    seasons.accept(revision, ward, at=days_before(at, 5, 8))
    reason = "Tổ vừa sáp nhập thêm một ngõ; đề nghị cập nhật tổng số hộ."
    workflow.reopen(submission, reason=reason, by=ward.people["vhxh"], at=days_before(at, 1, 16))


def _send_back(revision, reason, ward, *, at):
    workflow.send_back(
        revision.submission, revision_number=revision.number, reason=reason, by=ward.people["vhxh"], at=at
    )


def _draft(submission, typed, ward, *, at):
    """Raw texts of cells, valid or not, as the form saves them."""
    targets = {target.number: target for target in submission.period.campaign.targets.all()}
    cells = {f"target.{targets[number].pk}.{part}": text for (number, part), text in typed.items()}
    cells["prompt.launching"] = FIRST_WORDS
    workflow.save_draft(submission, cells, {}, by=ward.reporters[submission.unit.code], at=at)


def _attach(submission, name, ward, *, at):
    content = papers.png() if name.endswith(".png") else papers.pdf()
    upload = uploads.check(ContentFile(content, name=name))
    evidence.attach(submission, [upload], by=ward.reporters[submission.unit.code], at=at)
