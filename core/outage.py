"""Faults of the machine or the database, recognised from an exception: a sentence, and what to do."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
POSTGRES_FULL = "53100"  # SQLSTATE disk_full
NOTHING_LEFT = 512 * 1024  # bytes; SQLite cannot finish a transaction with less
POSTGRES_OLD = {"42P01", "42703"}  # SQLSTATEs undefined_table and undefined_column
DAMAGED = ("file is not a database", "database disk image is malformed")
ON_FULL_DISKS = ("database or disk is full", "disk I/O error", "unable to open database file")


@dataclass(frozen=True)
class Outage:
    """A cause outside the program, with the HTTP status for it."""

    status: int
    sentence: str
    advice: str


def free_bytes(folder: Path) -> int | None:
    """Return the free bytes on the disk of a folder; None where that is unknown."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def full_disk_outage(place: str) -> Outage:
    """Return the outage of a full disk."""
    advice = "Free some space there, or enlarge it; kafkaadmin then recovers by itself. Until then nothing is saved."
    return Outage(507, f"The disk that holds {place} is full.", advice)


def is_full(folder: Path) -> bool:
    """Tell whether there is too little space for another transaction."""
    free = free_bytes(folder)
    return free is not None and free < NOTHING_LEFT


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, and the exceptions that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def disk_full(error: BaseException | None, folder: Path) -> Outage | None:
    """Return the outage if an exception came from a full disk: the one of ``folder``, or the database's own."""
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.errno in FULL:
            return full_disk_outage(str(cause.filename or folder))
        if isinstance(cause, sqlite3.Error) and str(cause).startswith(ON_FULL_DISKS):
            return full_disk_outage(str(folder)) if is_full(folder) or str(cause) == ON_FULL_DISKS[0] else None
        if getattr(cause, "sqlstate", None) == POSTGRES_FULL:
            return full_disk_outage("the database")
    return None


def outage_of(error: BaseException | None, folder: Path) -> Outage | None:
    """Return the outage that an exception came from; None if its cause is the program itself."""
    from django.db import InterfaceError, OperationalError

    if outage := disk_full(error, folder):
        return outage
    if any(is_damaged(cause) for cause in causes(error)):
        advice = (
            "Stop kafkaadmin, move its database file away, run `kafkaadmin migrate`, then `kafkaadmin restore` "
            "with the last backup (docs/operations.md)."
        )
        return Outage(503, "The database file is damaged.", advice)
    if any(lacks_a_table(cause) for cause in causes(error)):
        return Outage(503, "The database schema does not match this version.", "Run `kafkaadmin migrate`.")
    if any(isinstance(cause, OperationalError | InterfaceError) for cause in causes(error)):
        advice = (
            "kafkaadmin recovers by itself when the database is back. `kafkaadmin check` and the log show the error."
        )
        return Outage(503, "The database is unreachable.", advice)
    return None


def lacks_a_table(error: BaseException) -> bool:
    """Tell whether a database reported a missing table or column."""
    missing = isinstance(error, sqlite3.Error) and str(error).startswith(("no such table", "no such column"))
    return missing or getattr(error, "sqlstate", None) in POSTGRES_OLD


def is_damaged(error: BaseException) -> bool:
    """Tell whether SQLite reported that its file is none, or is damaged."""
    return isinstance(error, sqlite3.DatabaseError) and str(error).startswith(DAMAGED)
