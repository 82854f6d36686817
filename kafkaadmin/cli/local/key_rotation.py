"""Rotating the key that encrypts secrets: everything that is stored is encrypted again under the first key."""

import secrets
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from core.encryption import EncryptedSecrets


def holders() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if any(isinstance(f, EncryptedSecrets) for f in model._meta.fields)]


def encrypt_again() -> tuple[int, list[str]]:
    """Encrypt all secrets under the first key; return how many, and which rows no configured key opens."""
    number, lost = 0, []
    with transaction.atomic():
        for model in holders():
            fields = [field.name for field in model._meta.fields if isinstance(field, EncryptedSecrets)]
            for row in model._default_manager.select_for_update():
                if any(getattr(getattr(row, name), "lost", "") for name in fields):
                    lost.append(str(row))
                else:
                    row.save(update_fields=fields)
                    number += 1
    return number, lost


def seal_audit_log_again() -> str:
    """Seal the audit log's chain under the first key; return why not, where it is not as it was written."""
    from accounts.audit.links import seal_again
    from accounts.audit.verification import verify

    problem = verify().problem
    if not problem:
        seal_again()
    return problem


def key_file() -> Path:
    """Return the file of the key in the data folder."""
    return Path(settings.DATA_DIR) / "secret.key"


def put_new_key() -> None:
    """Put a new key before those in the data folder's file; the former ones still decrypt."""
    path = key_file()
    replace(path, f"{secrets.token_urlsafe(48)},{path.read_text(encoding='ascii').strip()}")


def drop_old_keys() -> None:
    """Keep only the first key of the data folder's file."""
    path = key_file()
    replace(path, path.read_text(encoding="ascii").split(",")[0].strip())


def replace(path: Path, text: str) -> None:
    """Write a key file in one step, readable for its owner only."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    temporary.write_text(text, encoding="ascii")
    temporary.replace(path)
