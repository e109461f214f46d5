"""All of the sample, once: what is there already stays as it is."""

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from commendations.catalogue import load_awards
from reports.demo import current, finished, ward
from units.models import Message, MessageState, User


@transaction.atomic
def load(at):
    """Load what is missing, as it stands at a moment. Returns the campaigns made. Raises Refused."""
    people = ward.load()
    load_awards()
    made = []
    period, is_new = finished.load(people, at=at)
    if is_new:
        finished.report_to_the_city(period, people, at=at)
        made.append(period.campaign)
    campaign, is_new = current.load(people, at=at)
    if is_new:
        made.append(campaign)
    if made:
        letters_have_left(people.organiser)
    return made


def letters_have_left(organiser):
    """The story's letters were sent in their time: the outbox is empty when the portal first starts."""
    letters = Message.objects.filter(Q(unit=organiser) | Q(unit__organiser=organiser), state=MessageState.WAITING)
    letters.filter(user__email="").update(state=MessageState.NO_ADDRESS, note="Người nhận chưa có địa chỉ thư điện tử")
    letters.update(
        state=MessageState.SENT,
        sent_at=F("created_at"),
        address=Subquery(User.objects.filter(pk=OuterRef("user")).values("email")[:1]),
    )
