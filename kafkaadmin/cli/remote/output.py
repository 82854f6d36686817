"""Output of the commands that call the API."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from core.web.formats import UNKNOWN

Row = dict[str, Any]
DIFFERS = 3  # exit status of what compares; 1 and 2 are those of failures and of wrong usage


def word(value: Any) -> str:
    """Return a value as a word; unknown is a dash, never 0."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(word, value)) or UNKNOWN
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return "".join(char if char.isprintable() else "?" for char in text)  # a name must not control the terminal


def table(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print rows in columns."""
    lines = [[name.upper().replace("_", "-") for name in columns]]
    lines += [[word(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def listed(rows: Iterable[Row], columns: Sequence[str], as_json: bool) -> None:
    """Print a list, as a table or as JSON lines."""
    if not as_json:
        table(rows, columns)
        return
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def printed_as_json(content: Any, as_json: bool) -> bool:
    """Print an answer as JSON if that is requested; return whether it was."""
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    return as_json


def changed(change: Row, as_json: bool) -> None:
    """Print what a change did, or would do."""
    if printed_as_json(change, as_json):
        return
    verb = "done" if change["done"] else "planned"
    for step in change["steps"]:
        before = f" {word(step['before'])} →" if step["before"] is not None else ""
        after = word(step["after"]) if step["after"] is not None else "removed"
        click.echo(f"{verb}: {word(step['subject'])}:{before} {after}")
    if not change["steps"]:
        click.echo("no changes")
    for warning in change["warnings"]:
        click.echo(f"warning: {warning}", err=True)


def facts(content: Row, names: Sequence[str]) -> None:
    """Print some fields of an answer, one per line."""
    for name in names:
        click.echo(f"{name.replace('_', ' ')}: {word(content[name])}")


def missing(content: Row) -> None:
    """Print to standard error which parts did not answer; a sentence without a subject is about all of it."""
    for part in content["missing"]:
        subject = f"{word(part['subject'])} not available: " if part["subject"] else ""
        click.echo(f"{subject}{word(part['sentence'])}", err=True)
