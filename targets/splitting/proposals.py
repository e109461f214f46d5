"""What the portal proposes to read out of a plan's text. Nothing of it is true before somebody confirmed it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Proposal:
    """One thing read out of the text, with the sentence it came from and the lines (1-based) that hold it.

    kind and fields:
    part       {field: name of a Campaign field, text: one line a paragraph; dates as dd/mm/yyyy}; two proposals may
               have the same field when the plan says it in two places: the second goes on after the first
    sector     {name}
    heading    {name, sector, parent}                     sector, parent: keys of proposals, or ""
    target     {name, wording, sector, heading, part_of, answer, unit_of_measure, decimals, goal, given_by, caution}
               goal: text for goals.read_goal, "" where none was read; caution: what the plan itself leaves open
    movement   {name, launched_by}
    deadline   {words, whose: "units" | "report", sentence}
    recipient  {name}
    """

    key: str
    kind: str
    sentence: str
    first_line: int
    last_line: int
    fields: dict[str, str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """Lines out of which nothing was read; they stay before people's eyes as text."""

    first_line: int
    last_line: int
    text: str


@dataclass(frozen=True)
class Split:
    lines: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    unread: tuple[Unread, ...]


@dataclass
class Draft:
    """A proposal in the making: doubts are still added, and `key` is settled by whoever collects it."""

    kind: str
    sentence: str
    first_line: int
    last_line: int
    fields: dict
    doubts: list = field(default_factory=list)
    key: str = ""

    def doubt(self, sentence, *, of_the_plan=False):
        """Say what is uncertain; what the plan itself leaves open goes into the target's caution too."""
        if sentence not in self.doubts:
            self.doubts.append(sentence)
            if of_the_plan and "caution" in self.fields:
                self.fields["caution"] = " ".join(filter(None, [self.fields["caution"], f"{sentence}."]))
