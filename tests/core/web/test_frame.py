import hashlib
import json
from pathlib import Path

import pytest
from django.test import Client

VENDOR = Path("static/vendor")


def test_vendored_files_are_the_ones_that_were_recorded() -> None:
    recorded = json.loads((VENDOR / "VENDOR.json").read_text())
    for entry in recorded:
        file = VENDOR / entry["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"], file
        assert (file.parent / "LICENSE").exists()
        assert entry["version"] in entry["file"]
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    unrecorded = files - {entry["file"] for entry in recorded} - {"VENDOR.json"}
    assert {Path(name).name for name in unrecorded} <= {"LICENSE"}


@pytest.mark.django_db
def test_pages_allow_nothing_inline(client: Client) -> None:
    response = client.get("/login/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page


@pytest.mark.django_db
def test_a_wrong_password_is_told_and_the_name_is_kept(client: Client) -> None:
    page = client.post("/login/", {"username": "ada", "password": "nope"}).content.decode()
    assert "Wrong user name or password" in page
    assert 'value="ada"' in page
    assert "nope" not in page
