"""What must be reached, what was handed in, and how it was judged."""

from targets.models.handing_in import (
    UNIT_WORDS,
    Evidence,
    Narrative,
    Result,
    Revision,
    Submission,
    SubmissionState,
    digest_of,
    evidence_path,
)
from targets.models.plan import Allocation, Answer, GoalChange, Heading, Sector, Target
from targets.models.reviewing import Acceptance, Adjustment, Return, Verdict

__all__ = [
    "UNIT_WORDS",
    "Acceptance",
    "Adjustment",
    "Allocation",
    "Answer",
    "Evidence",
    "GoalChange",
    "Heading",
    "Narrative",
    "Result",
    "Return",
    "Revision",
    "Sector",
    "Submission",
    "SubmissionState",
    "Target",
    "Verdict",
    "digest_of",
    "evidence_path",
]
