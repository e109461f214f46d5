"""The portal as it runs in production, with one bare view beside it to compare with."""

from campaign_portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
