"""What browsers and proxies may keep of responses."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/", 200, "private, no-cache"), ("/people/", 200, "private, no-cache"),
        ("/nowhere/", 404, "private, no-cache"),
        ("/audit/?format=csv", 200, "private, no-store"), ("/account/tokens/new/", 200, "no-store"),
        ("/api/v1/me", 401, "no-store"), ("/clusters/none/topics/", 404, "private, no-cache"),
    ],
)  # fmt: skip
def test_pages_are_one_users_own_and_files_are_not_kept(admin: Client, path: str, status: int, words: str) -> None:
    response = admin.get(path)
    assert response.status_code == status
    assert words in response.headers["Cache-Control"]
