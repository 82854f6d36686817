"""What we keep is nobody else's on the machine, and folders that are not ours are left alone."""

from pathlib import Path

import pytest

from core.data_dir import own_folder, stored_secret


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_a_new_folder_is_closed_to_others_and_so_is_the_secret(tmp_path: Path) -> None:
    folder = own_folder(tmp_path / "data")
    stored_secret(folder / "secret.key")
    assert (mode(folder), mode(folder / "secret.key")) == (0o700, 0o600)


@pytest.mark.parametrize("name", ["secret.key", "kafkaadmin.sqlite3"])
def test_a_folder_of_the_version_before_is_closed(tmp_path: Path, name: str) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / name).touch()
    assert mode(own_folder(tmp_path)) == 0o700


@pytest.mark.parametrize(("before", "name"), [(0o755, "other"), (0o1777, "secret.key")])
def test_a_folder_that_others_use_is_left_as_it_is(tmp_path: Path, before: int, name: str) -> None:
    tmp_path.chmod(before)
    (tmp_path / name).touch()
    assert mode(own_folder(tmp_path)) == before
