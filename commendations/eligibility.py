"""What speaks for a second look at a nomination. Every finding is a sentence; none of them forbids."""

from commendations.models import Nomination, NominationState, RecipientKind, SignedBy
from units.folding import search_key


def cautions(nomination):
    """Sentences about an unsaved nomination that whoever nominates must have seen."""
    return [
        *_already_nominated(nomination),
        *_leaders_prevail(nomination),
        *_signed_higher(nomination.award),
        *_to_be_confirmed(nomination.award),
    ]


def _standing(nomination):
    return Nomination.objects.filter(campaign=nomination.campaign).exclude(state=NominationState.DECLINED)


def _already_nominated(nomination):
    twins = _standing(nomination).filter(
        recipient_kind=nomination.recipient_kind, search_key=search_key(nomination.recipient)
    )
    for twin in twins.select_related("award", "unit"):
        yield (
            f"“{twin.recipient}” ({twin.unit.called}) đã được đề nghị “{twin.award}” trong đợt này. "
            "Một thành tích không khen thưởng nhiều lần, nhiều hình thức."
        )


def _leaders_prevail(nomination):
    if not nomination.leads or nomination.recipient_kind != RecipientKind.INDIVIDUAL:
        return
    people = _standing(nomination).filter(unit=nomination.unit, recipient_kind=RecipientKind.INDIVIDUAL)
    leaders, everybody = people.filter(leads=True).count() + 1, people.count() + 1
    if everybody > 1 and leaders * 2 > everybody:
        yield (
            f"{leaders}/{everybody} cá nhân đơn vị đề nghị là lãnh đạo, quản lý; "
            "cần quan tâm cá nhân trực tiếp lao động, công tác."
        )


def _signed_higher(award):
    if award.signed_by != SignedBy.WARD:
        yield f"“{award}” thuộc thẩm quyền cấp trên ({award.get_signed_by_display()}); phường chỉ xét và trình."


def _to_be_confirmed(award):
    if award.caution:
        yield f"Cần phường xác nhận: {award.caution}"
