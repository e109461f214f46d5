"""What stands where shares are about to change, and which of the changes cannot be."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import Campaign, CampaignState, Participation
from targets.intervals import share_faults
from targets.models import Allocation, Answer, Target
from units.models import Unit
from units.refusals import Refused

ASKS_UNITS_FOR_A_FIGURE = {Answer.NUMBER, Answer.RATIO}
MOST_SENTENCES = 5


class WrongShares(Refused):
    """Some shares cannot be. `faults` is {(target pk, unit pk): sentence}."""

    def __init__(self, faults):
        self.faults = faults
        sentences = list(dict.fromkeys(faults.values()))
        more = len(sentences) - MOST_SENTENCES
        super().__init__(" ".join(sentences[:MOST_SENTENCES]) + (f" Và {more} lỗi khác." if more > 0 else ""))


class ChangedShares(Refused):
    """Shares are something else than they were read as. `now` is {(target pk, unit pk): share or None}."""

    def __init__(self, now):
        self.now = now
        super().__init__("Phần giao vừa được người khác thay đổi; đề nghị xem lại trước khi lưu.")


@dataclass(frozen=True)
class Ground:
    """The targets and units of some pairs as they stand: `held` is {pair: open Allocation}."""

    campaign: Campaign
    targets: dict[int, Target]
    units: dict[int, Unit]
    reporting: set[int]
    held: dict[tuple[int, int], Allocation]

    @classmethod
    def of(cls, campaign, pairs):
        """Four queries, however many pairs."""
        target_ids, unit_ids = {target for target, _ in pairs}, {unit for _, unit in pairs}
        targets = {target.pk: target for target in campaign.targets.live().filter(pk__in=target_ids)}
        single = [target.pk for target in targets.values() if target.single_source]
        named = Q(target__in=list(targets), unit__in=unit_ids) | Q(target__in=single)
        held = {(a.target_id, a.unit_id): a for a in Allocation.objects.open().filter(named).order_by()}
        units = Unit.objects.in_bulk(unit_ids | {unit for _, unit in held})
        parts = Participation.objects.filter(campaign=campaign, reports=True, unit__in=unit_ids)
        reporting = set(parts.order_by().values_list("unit", flat=True))
        for (target, unit), allocation in held.items():
            allocation.target, allocation.unit = targets[target], units[unit]
        return cls(campaign, targets, units, reporting, held)

    def share(self, pair):
        """(at_least, at_most) that a unit holds, None when it does not hold the target."""
        held = self.held.get(pair)
        return None if held is None else (held.at_least, held.at_most)

    def faults(self, news):
        """{pair: sentence} of the changes that cannot be."""
        found = {}
        for pair, share in news.items():
            if sentence := self.fault_of(pair, share):
                found[pair] = sentence
        return found | self._single_source_faults(news)

    def fault_of(self, pair, share):
        """What is wrong with one share by itself, as a sentence; "" when it can be."""
        return next(self._faults_of(pair, share), "")

    def _faults_of(self, pair, share):
        target, unit = self.targets.get(pair[0]), self.units.get(pair[1])
        if target is None:
            yield "Chỉ tiêu không có trong đợt thi đua này hoặc đã thôi theo dõi."
        if share is None:
            return
        if pair[1] not in self.reporting:
            name = unit.name if unit and unit.organiser_id == self.campaign.organiser_id else "đơn vị không có"
            yield f"Không thuộc diện phải báo cáo trong đợt thi đua: {name}."
        if target.answer not in ASKS_UNITS_FOR_A_FIGURE and share != (None, None):
            yield "Chỉ tiêu này không giao mức riêng cho từng đơn vị."
        yield from (sentence for _, sentence in share_faults(target, *share))

    def _single_source_faults(self, news):
        """One unit exactly: a second one is refused, and in an open campaign the last one stays."""
        holders = defaultdict(set)
        for target, unit in self.held:
            holders[target].add(unit)
        for (target, unit), share in news.items():
            (holders[target].discard if share is None else holders[target].add)(unit)
        found = {}
        for pair, share in news.items():
            target = self.targets.get(pair[0])
            if target is None or not target.single_source:
                continue
            if len(holders[target.pk]) > 1 and share is not None:
                found[pair] = f"Chỉ tiêu {target.number} chỉ được giao cho một đơn vị."
            if not holders[target.pk] and self.campaign.state == CampaignState.OPEN:
                found[pair] = f"Chỉ tiêu {target.number} phải giao cho đúng một đơn vị; đề nghị chọn đơn vị nhận."
        return found
