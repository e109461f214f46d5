"""A ward whose units told something: what the tests of the drafting desk work on."""

from campaigns.models import PromptKind
from campaigns.tests.factories import PromptFactory
from reports.tests.factories import reported_ward
from targets.models import Narrative
from targets.tests.factories import SubmissionFactory

WORDS = {
    PromptKind.LAUNCHING: "Tổ chức 02 hội nghị phát động với 350 người dự.",
    PromptKind.TASK: "Đã tuyên truyền tới 100% hộ dân.",
    PromptKind.DIFFICULTY: "Thiếu kinh phí, nộp chậm do mưa bão.",
}


def told_ward(units=2, **fields):
    """A period as of `reported_ward`; every unit answered one question on launching, one task and one difficulty."""
    period = reported_ward((60,) * units, **fields)
    prompts = [
        PromptFactory(campaign=period.campaign, kind=kind, code=f"hoi-{kind.value}", heading=f"Câu hỏi {kind.value}")
        for kind in WORDS
    ]
    for place, submission in enumerate(period.submissions.order_by("pk"), start=1):
        submission.unit.short_name = f"Tổ {place}"
        submission.unit.save()
        for prompt in prompts:
            Narrative.objects.create(
                revision=submission.current_revision, prompt=prompt, text=f"{WORDS[prompt.kind]} ({place})"
            )
    return period


def unreviewed(period, text):
    """One more unit, whose words are handed in and not accepted."""
    submission = SubmissionFactory(period=period, submitted=True)
    prompt = period.campaign.prompts.get(kind=PromptKind.LAUNCHING)
    Narrative.objects.create(revision=submission.current_revision, prompt=prompt, text=text)
