"""An address made for a button, opened by hand: what somebody meets who signed in again after pressing it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from reports.forms import clerks_number
from targets.tests.factories import SubmissionFactory
from units.tests.factories import UserFactory


@pytest.mark.django_db
def test_a_button_s_address_opened_by_hand_says_that_nothing_was_done(client):
    submission = SubmissionFactory(submitted=True)
    client.force_login(UserFactory(office_of=submission.period.campaign.organiser))

    response = client.get(reverse("targets:accept", args=[submission.pk]))

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Việc này chưa được thực hiện" in response.text
    submission.refresh_from_db()
    assert submission.state == "submitted"


@pytest.mark.parametrize("number", ["125", "7", "125a"])
def test_the_clerk_s_number_is_taken(number):
    assert clerks_number(number) is None


@pytest.mark.parametrize("number", ["0", "-5", "abc", "12/BC-UBND", "012", "1234567", "125 "])
def test_what_is_no_clerk_s_number_is_refused(number):
    with pytest.raises(ValidationError, match="Chỉ ghi số do văn thư cấp"):
        clerks_number(number)
