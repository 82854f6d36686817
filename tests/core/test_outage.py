"""What nobody foresaw, and what is wrong with the machine or the database, as a person and a machine are told it."""

import errno
import logging
import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from core.outage import outage_of
from kafkaadmin.runtime.logs import FullDiskOnce


def wrapped(cause: Exception) -> Exception:
    error = OperationalError("what Django makes of it")
    error.__cause__ = cause
    return error


class NoRoom(psycopg.errors.DiskFull):
    pass


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "The disk that holds /data is full."),
        (OSError(errno.EDQUOT, "Quota", "/other/file"), 507, "The disk that holds /other/file is full."),
        (wrapped(sqlite3.OperationalError("database or disk is full")), 507, "The disk that holds /data is full."),
        (wrapped(NoRoom("could not extend file")), 507, "The disk that holds the database is full."),
        (wrapped(psycopg.OperationalError("connection refused")), 503, "The database is unreachable."),
        (
            wrapped(sqlite3.OperationalError("no such table: x")),
            503,
            "The database schema does not match this version.",
        ),
        (wrapped(psycopg.errors.UndefinedColumn("x")), 503, "The database schema does not match this version."),
    ],
)
def test_causes_outside_are_told_apart(error: Exception, status: int, sentence: str) -> None:
    outage = outage_of(error, Path("/data"))
    assert outage
    assert (outage.status, outage.sentence) == (status, sentence)
    assert outage.advice


UNCLEAR = ["disk I/O error", "unable to open database file"]  # SQLite's words for a full disk, and for others


@pytest.mark.parametrize("words", UNCLEAR)
@pytest.mark.parametrize(
    ("free", "status", "sentence"),
    [
        (10 * 1024, 507, "The disk that holds /data is full."),
        (10 * 1024**3, 503, "The database is unreachable."),
        (None, 503, "The database is unreachable."),
    ],
)
def test_a_disk_that_fails_is_full_only_if_it_has_no_room(
    monkeypatch: pytest.MonkeyPatch, words: str, free: int | None, status: int, sentence: str
) -> None:
    monkeypatch.setattr("core.outage.free_bytes", lambda folder: free)
    outage = outage_of(wrapped(sqlite3.OperationalError(words)), Path("/data"))
    assert outage
    assert (outage.status, outage.sentence) == (status, sentence)


def test_another_failure_of_sqlite_is_no_full_disk_even_on_a_full_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outage.free_bytes", lambda folder: 0)
    outage = outage_of(wrapped(sqlite3.OperationalError("database is locked")), Path("/data"))
    assert outage
    assert outage.status == 503


def test_a_failing_disk_of_the_system_is_none_that_is_full() -> None:
    assert outage_of(OSError(errno.EIO, "Input/output error", "/data/x"), Path("/data")) is None


@pytest.mark.parametrize("error", [None, ValueError("x"), OSError(errno.ENOENT, "No such file", "/x")])
def test_nothing_is_made_up_about_the_others(error: Exception | None) -> None:
    assert outage_of(error, Path("/data")) is None


@pytest.fixture
def without_log(admin: Client) -> Client:
    """An administrator whose audit log has lost its table, as before a migration."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry RENAME TO elsewhere")
    admin.raise_request_exception = False
    return admin


def test_a_page_says_what_is_wrong_and_what_to_do(without_log: Client) -> None:
    response = without_log.get("/audit/")
    assert response.status_code == 503
    page = response.content.decode()
    assert "The database schema does not match this version." in page
    assert "kafkaadmin migrate" in page
    assert 'href="/audit/"' in page
    assert "<style" not in page
    assert "default-src" in response["Content-Security-Policy"]


def test_a_part_of_a_page_is_answered_with_a_part_and_a_machine_with_json(without_log: Client) -> None:
    part = without_log.get("/audit/", headers={"HX-Request": "true"}).content.decode()
    assert "The database schema does not match this version." in part
    assert "<html" not in part
    said = without_log.get("/audit/", headers={"Accept": "application/json"})
    assert said.status_code == 503
    assert said.json()["advice"] == "Run `kafkaadmin migrate`."
    assert said.json()["request_id"] == said["X-Request-ID"]


def test_a_fault_of_ours_names_the_request_and_nothing_of_its_inside(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.audit.views.page_of", lambda *_: 1 / 0)
    admin.raise_request_exception = False
    response = admin.get("/audit/")
    assert response.status_code == 500
    assert "Internal error in kafkaadmin." in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()
    assert "division" not in response.content.decode()


def test_a_full_disk_is_one_line_a_minute_in_the_log() -> None:
    once = FullDiskOnce(Path("/data"))

    def line(error: Exception) -> logging.LogRecord:
        return logging.LogRecord("x", logging.ERROR, "", 1, "with %s", ("words",), (type(error), error, None))

    first, other = line(OSError(errno.ENOSPC, "full")), line(ValueError("x"))
    assert once.filter(first)
    assert first.getMessage().startswith("The disk that holds /data is full. Free some space")
    assert first.exc_info is None
    assert not once.filter(line(OSError(errno.ENOSPC, "full")))
    assert once.filter(other)
    assert other.getMessage() == "with words"
