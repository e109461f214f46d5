"""What one clause of a plan says, before it has its place in the outline."""

from dataclasses import dataclass, field

from targets.goals import Goal
from targets.numbers import show_interval


@dataclass
class Reading:
    """What one clause says. `doubts` are about the reading, `open_questions` about the plan itself."""

    name: str
    wording: str
    unit: str = ""
    goal: Goal | None = None
    answer: str = "number"
    given_by: str = "ward"
    part_of: int | None = None
    stated: bool = False  # the plan says which way the goal points
    doubts: list = field(default_factory=list)
    open_questions: list = field(default_factory=list)

    @property
    def goal_text(self):
        tracked = self.goal is None or (self.goal.at_least is None and self.goal.at_most is None)
        return "" if tracked else show_interval(self.goal.at_least, self.goal.at_most)
