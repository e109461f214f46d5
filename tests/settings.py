"""The portal's settings as tests run them: cheap passwords, plain static files, the database the rig names."""

import os

from campaign_portal.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True

DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"} if not PRODUCTION else {}
if "RIG_DATABASE" in os.environ:  # a server or worker beside the tests joins their database
    DATABASES["default"]["NAME"] = os.environ["RIG_DATABASE"]
