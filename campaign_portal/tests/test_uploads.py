"""A request that nobody could want is refused before its body is read."""

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from targets.tests.factories import SubmissionFactory
from units.tests.factories import UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(("spare", "status"), [(0, 302), (-1, 400)])
def test_a_request_that_declares_too_much_is_not_read(client, monkeypatch, spare, status):
    """The limit is moved to the size of a small body, so that no test sends sixty megabytes."""
    submission = SubmissionFactory()
    submission.period.campaign.participations.create(unit=submission.unit)
    client.force_login(UserFactory(reporter_of=submission.unit))
    body = encode_multipart(BOUNDARY, {"prompt.x": "y"})
    monkeypatch.setattr("campaign_portal.uploads.LARGEST_REQUEST", len(body) + spare)

    address = reverse("targets:save_draft", args=[submission.pk])
    response = client.generic("POST", address, body, content_type=MULTIPART_CONTENT)

    assert response.status_code == status
    assert ("Máy chủ không đọc được nội dung vừa gửi" in response.text) is (status == 400)
