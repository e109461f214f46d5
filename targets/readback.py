"""Goals and figures of one unit, in the words in which they are read back to it."""

from dataclasses import dataclass

from targets import numbers
from targets.answers import Asked
from targets.models import Allocation, Answer
from targets.progress import value_of


def goal_words(asked):
    """The goal and whose it is: “Mức giao: ≥ 95 %”; empty where there is none."""
    target, own = asked.target, (asked.allocation.at_least, asked.allocation.at_most)
    ward = (target.at_least, target.at_most)
    if target.answer == Answer.TEXT or own == ward == (None, None):
        return ""
    whose, interval = ("Mức giao", own) if own != (None, None) else ("Mức chung của phường", ward)
    shown = numbers.show_interval(*interval).replace(" ", "\u00a0")
    return f"{whose}: {shown} {target.unit_of_measure}".strip()


def figure_words(asked, amount, base):
    """“537.487,84 triệu đồng”, “95 % (475 / 500)”, “Đạt”; empty where there is no figure."""
    target = asked.target
    if amount is None:
        return ""
    if target.answer == Answer.YES_NO:
        return "Đạt" if amount else "Chưa đạt"
    if target.answer == Answer.NUMBER:
        return f"{numbers.show(amount)} {target.unit_of_measure}".strip()
    at_least, at_most = asked.bounds
    value = value_of(target, amount, base, None)
    shown = numbers.show_beside_goal(value, at_least=at_least, at_most=at_most, decimals=target.decimals)
    return f"{shown} {target.unit_of_measure} ({numbers.show(amount)} / {numbers.show(base)})"


def last_year_words(asked, year):
    """“Năm 2024: 96,2 %”: the unit's own result, else the whole ward's; empty where none is known."""
    target, own = asked.target, asked.allocation.baseline
    value = target.baseline if own is None else own
    if value is None or target.answer == Answer.TEXT:
        return ""
    if own is not None and target.answer == Answer.YES_NO:
        return f"Năm {year}: {'Đạt' if own else 'Chưa đạt'}"
    shown = f"{numbers.show(value, target.decimals)} {target.unit_of_measure}".strip()
    if own is not None:
        return f"Năm {year}: {shown}"
    return f"Năm {year}, toàn phường: {shown}" + (f" ({target.baseline_note})" if target.baseline_note else "")


@dataclass(frozen=True)
class ReadBack:
    """One result as its receipt prints it."""

    asked: Asked
    result: object

    @property
    def target(self):
        return self.asked.target

    @property
    def goal(self):
        return goal_words(self.asked)

    @property
    def actual(self):
        if self.result.no_data:
            return "Không có số liệu"
        return self.result.text or figure_words(self.asked, self.result.amount, self.result.base)

    @property
    def estimate(self):
        return figure_words(self.asked, self.result.est_amount, self.result.est_base)

    @property
    def money_in_words(self):
        """An amount of money read aloud, so that a slip of three zeros is heard; empty for all else."""
        return self._words(self.result.amount)

    @property
    def estimate_in_words(self):
        return self._words(self.result.est_amount)

    def _words(self, amount):
        unit = self.target.unit_of_measure
        if self.target.answer != Answer.NUMBER or amount is None or not unit.endswith("đồng"):
            return ""
        words = numbers.in_words(amount)
        return f"{words[0].upper()}{words[1:]} {unit}"

    @property
    def is_over_whole(self):
        """A ratio above its whole, where that is allowed but worth a second look."""
        return self.target.answer == Answer.RATIO and not self.result.no_data and self.result.amount > self.result.base


def read_back(revision):
    """Every result of a revision beside the unit's goal, in the plan's order. Two queries."""
    results = revision.results.select_related("target__sector").order_by(
        "target__sector__order", "target__sector_id", "target__number"
    )
    duties = Allocation.objects.filter(unit=revision.submission.unit_id, target__results__revision=revision)
    latest = {duty.target_id: duty for duty in duties.order_by("since", "pk")}
    return [
        ReadBack(Asked(target=result.target, allocation=latest.get(result.target_id, Allocation())), result)
        for result in results
    ]
