"""Who is nominated in the sample campaigns, and what becomes of it. The people are samples."""

from dataclasses import dataclass

from commendations import workflow
from commendations.models import AwardForm, Nomination, NominationState, RecipientKind

CERTIFICATE = "Giấy khen của Chủ tịch Ủy ban nhân dân phường"
OF_THE_CITY = "Bằng khen của Chủ tịch Ủy ban nhân dân thành phố"
ACHIEVEMENT = "Có thành tích xuất sắc trong thực hiện Đợt thi đua (thành tích mẫu)."
ALREADY = "Thành tích này đã được khen thưởng ở hình thức khác."


@dataclass(frozen=True)
class Candidate:
    unit: str
    recipient_kind: str
    recipient: str  # empty: the unit itself
    ends: str
    award: str = CERTIFICATE
    position: str = ""
    leads: bool = False


COLLECTIVE, HOUSEHOLD, INDIVIDUAL = RecipientKind.COLLECTIVE, RecipientKind.HOUSEHOLD, RecipientKind.INDIVIDUAL
DECIDED, FORWARDED, DECLINED = NominationState.DECIDED, NominationState.FORWARDED, NominationState.DECLINED
FINISHED = [
    Candidate("TH-1", COLLECTIVE, "", DECIDED),
    Candidate("TDP-09", COLLECTIVE, "", DECIDED),
    Candidate("TYT", COLLECTIVE, "", DECIDED),
    Candidate("TDP-17", HOUSEHOLD, "Hộ ông Lê Văn Mẫu 81", DECIDED, position="Tổ dân phố số 17"),
    Candidate("TDP-01", INDIVIDUAL, "Trần Thị Mẫu 82", DECIDED, position="Người dân Tổ dân phố số 1"),
    Candidate("THCS-2", INDIVIDUAL, "Phạm Văn Mẫu 83", DECIDED, position="Giáo viên"),
    Candidate("KTHTDT", INDIVIDUAL, "Vũ Thị Mẫu 84", DECIDED, position="Chuyên viên"),
    Candidate("HPN", INDIVIDUAL, "Đỗ Thị Mẫu 85", DECIDED, position="Chủ tịch Hội", leads=True),
    Candidate("VHXH", COLLECTIVE, "", FORWARDED, award=OF_THE_CITY),
    Candidate("CA", INDIVIDUAL, "Hoàng Văn Mẫu 86", FORWARDED, award=OF_THE_CITY, position="Cán bộ"),
    Candidate("HND", INDIVIDUAL, "Nguyễn Văn Mẫu 87", DECLINED, position="Chi hội trưởng"),
]
CURRENT = [
    Candidate("TH-2", COLLECTIVE, "", NominationState.PROPOSED),
    Candidate("TDP-02", INDIVIDUAL, "Lê Thị Mẫu 91", NominationState.PROPOSED, position="Người dân Tổ dân phố số 2"),
    Candidate("TDP-05", HOUSEHOLD, "Hộ bà Trần Thị Mẫu 92", NominationState.CHECKED, position="Tổ dân phố số 5"),
    Candidate("MN-1", INDIVIDUAL, "Vũ Thị Mẫu 93", NominationState.CHECKED, position="Giáo viên"),
    Candidate("BHXH", COLLECTIVE, "", DECIDED),
    Candidate("THCS-1", COLLECTIVE, "", FORWARDED, award=OF_THE_CITY),
    Candidate("MTTQ", INDIVIDUAL, "Phạm Văn Mẫu 94", DECLINED, position="Chuyên viên"),
]


def settle(candidates, campaign, ward, *, proposed_at, checked_at, decided_at):
    """Nominate, check and decide, each as far as it goes. Returns the nominations."""
    awards = {award.name: award for award in AwardForm.objects.all()}
    office, leader = ward.people["vhxh"], ward.people["lanhdao"]
    made = []
    for candidate in candidates:
        unit = ward.units[candidate.unit]
        nomination = workflow.propose(
            Nomination(
                campaign=campaign,
                unit=unit,
                award=awards[candidate.award],
                recipient_kind=candidate.recipient_kind,
                recipient=candidate.recipient or unit.name,
                position=candidate.position,
                leads=candidate.leads,
                achievement=ACHIEVEMENT,
            ),
            by=ward.reporters[candidate.unit],
            at=proposed_at,
        )
        if candidate.ends != NominationState.PROPOSED:
            nomination = workflow.check(nomination, by=office, at=checked_at)
        if candidate.ends in (DECIDED, FORWARDED):
            nomination = workflow.agree(nomination, by=leader, at=decided_at)
        elif candidate.ends == DECLINED:
            nomination = workflow.decline(nomination, reason=ALREADY, by=leader, at=decided_at)
        made.append(nomination)
    return made
