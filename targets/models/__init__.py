"""What must be reached, what was handed in, and how it was judged."""

from targets.models.handing_in import (
    UNIT_WORDS,
    Evidence,
    Narrative,
    Result,
    Revision,
    SignedCopy,
    Submission,
    SubmissionState,
    digest_of,
    evidence_path,
)
from targets.models.plan import Allocation, Answer, GoalChange, Heading, Sector, Target
from targets.models.planning import (
    DifferenceNote,
    ImportKind,
    ImportState,
    PlanCheck,
    PlanReading,
    WorkbookImport,
)
from targets.models.reviewing import Acceptance, Adjustment, Return, ReturnedCell, Verdict

__all__ = [
    "UNIT_WORDS",
    "Acceptance",
    "Adjustment",
    "Allocation",
    "Answer",
    "DifferenceNote",
    "Evidence",
    "GoalChange",
    "Heading",
    "ImportKind",
    "ImportState",
    "Narrative",
    "PlanCheck",
    "PlanReading",
    "Result",
    "Return",
    "ReturnedCell",
    "Revision",
    "Sector",
    "SignedCopy",
    "Submission",
    "SubmissionState",
    "Target",
    "Verdict",
    "WorkbookImport",
    "digest_of",
    "evidence_path",
]
