"""ACLs as CSV, one in a line: the columns of our list, or those that kafka-ui writes. Pure."""

import csv
import io

from clusters.manifests.formats.values import acl, letters
from clusters.manifests.resources import ACLS, Manifest, NotAManifest

COLUMNS = ("principal", "resource_type", "pattern_type", "resource_name", "operation", "permission", "host")
ALIASES = {"permissiontype": "permission"}  # as kafka-ui has it
APOSTROPHE = "'"  # before what a spreadsheet would take for a formula
FORMULAS = frozenset("=+-@")


def is_csv(text: str) -> bool:
    header = set(map(letters, text.partition("\n")[0].split(",")))
    return header >= {"principal", "resourcetype", "operation"}


def read(text: str) -> Manifest:
    """Return the ACLs of a file, which are all that there shall be.

    Raises:
        NotAManifest: a line is not one.
    """
    names = {letters(name): name for name in COLUMNS} | ALIASES
    acls = set()
    try:
        reader = csv.reader(io.StringIO(text), strict=True)
        header = [names.get(letters(name), "") for name in next(reader)]
        for line in reader:
            if any(map(str.strip, line)):
                fields = {name: unquoted(value) for name, value in zip(header, line, strict=False) if name}
                acls.add(acl(fields, f"line {reader.line_num}"))
    except csv.Error as error:
        raise NotAManifest(f"line {reader.line_num}: {error}.") from error
    return Manifest(acls=frozenset(acls), sections=frozenset({ACLS}))


def unquoted(value: str) -> str:
    """Return a value without the apostrophe that our own files put before what looks like a formula."""
    return value[1:] if value.startswith(APOSTROPHE) and value[1:2] in FORMULAS else value
