"""How a reporter asks the unit's head to look at the draft and hand it in, where only heads sign.

It is a letter and a line in the story, not a state: the head may hand in without it, and the reporter may go on typing.
"""

import hashlib
import json

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from campaigns.models import Event, record
from targets import drafting, notifications
from targets.models import Submission, SubmissionState
from targets.workflow import closed_sentence, takes_hand_ins
from units import outbox
from units.models import Membership, Message, MessageKind, Role, ward_day
from units.refusals import Refused

VERB = "Trình thủ trưởng"


def heads_of(unit, at, *, but=None):
    """The people who may sign for a unit on the day of a moment, without one person. One query."""
    memberships = Membership.objects.in_force(ward_day(at)).filter(unit=unit, role=Role.HEAD, user__is_active=True)
    found = {member.user_id: member.user for member in memberships.select_related("user").order_by("user_id")}
    return [user for user in found.values() if user != but]


def last_asked(submission):
    """The `Event` of the latest time that the head was asked since the last hand-in, or None. One or two queries."""
    asked = Event.objects.about(submission).filter(verb=VERB).select_related("by").first()
    if asked and submission.current_revision_id and asked.at <= submission.current_revision.arrived_at:
        return None
    return asked


def in_words(asked):
    """“Trần Thị Bình trình lúc 14:03:00 ngày 05/12/2025.”; empty for None."""
    return f"{asked.by} trình lúc {notifications.clock(asked.at)}. {asked.detail}" if asked else ""


@transaction.atomic
def ask_head(submission, *, by, at):
    """Write to the unit's heads that the draft waits for them; the same draft goes to them once a day.

    Returns the heads. Raises Refused where heads need not sign, where there is nothing to hand in or nobody to ask.
    """
    stored = Submission.objects.select_for_update().get(pk=submission.pk)
    stored.period, stored.unit = submission.period, submission.unit
    _check(stored, at)
    heads = heads_of(stored.unit, at, but=by)
    if not heads:
        raise Refused(
            "Đơn vị chưa có tài khoản thủ trưởng đang hoạt động; đề nghị liên hệ phòng Văn hoá - Xã hội để được cấp."
        )
    key = f"head:{stored.pk}:{ward_day(at):%Y-%m-%d}:{_mark(stored)}"
    if Message.objects.filter(key__startswith=f"{key}:").exists():
        raise Refused("Bản nháp này đã trình thủ trưởng trong hôm nay; sửa số liệu rồi có thể trình lại.")
    for head in heads:
        _write(stored, head, key=key, by=by, at=at)
    names = ", ".join(str(head) for head in heads)
    record(stored, VERB, campaign=stored.period.campaign, unit=stored.unit, by=by, at=at, detail=f"Trình: {names}.")
    return heads


def _check(stored, at):
    if not stored.period.campaign.head_signs:
        raise Refused("Đợt thi đua này không yêu cầu thủ trưởng nộp; đề nghị tự nộp kết quả.")
    if stored.state == SubmissionState.ACCEPTED:
        raise Refused("Kết quả đã được duyệt, không cần trình thủ trưởng nữa.")
    if not takes_hand_ins(stored, at):
        raise Refused(closed_sentence(stored))
    if not any(drafting.texts(stored.draft).values()):
        raise Refused("Chưa nhập số liệu nào; đề nghị nhập rồi trình thủ trưởng.")


def _mark(stored):
    """Tells one state of the draft from another: what is typed, not when."""
    texts = json.dumps(drafting.texts(stored.draft), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(texts.encode()).hexdigest()[:16]


def _write(stored, head, *, key, by, at):
    outbox.write(
        key=f"{key}:{head.pk}",
        kind=MessageKind.REVIEW,
        topic=notifications.topic(stored),
        user=head,
        unit=stored.unit,
        subject=f"Trình thủ trưởng: kết quả “{stored.period.name}” của {stored.unit.called}",
        body=(
            f"{by} đã nhập kết quả “{stored.period.name}” của {stored.unit.called} và trình thủ trưởng xem, nộp.\n"
            f"Trình lúc: {notifications.clock(at)}.\n\n"
            f"Xem và nộp tại: {settings.SITE_URL}{reverse('targets:submit_results', args=[stored.pk])}\n"
        ),
        at=at,
    )
