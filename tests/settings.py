"""Django's settings for tests: the project's own, in a folder of this run's, tasks run where they are called."""

import os
import tempfile

os.environ["KAFKAADMIN_DATA_DIR"] = tempfile.mkdtemp(prefix="kafkaadmin-test-")
os.environ["KAFKAADMIN_SECRET_KEY"] = "first-key-of-the-tests,second-key-of-the-tests"
os.environ.pop("KAFKAADMIN_CONFIG", None)
os.environ.pop("KAFKAADMIN_CREDENTIALS_DIR", None)

from kafkaadmin.settings import *

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "accounts.imported_passwords.ImportedSha256Hasher",
    "accounts.imported_passwords.ImportedBcryptHasher",
]
CELERY_TASK_ALWAYS_EAGER = True
