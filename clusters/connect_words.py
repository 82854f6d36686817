"""How the audit log names the Connect cluster of a change: a connector's name may be there in several. Pure."""

import re

NOTE = re.compile(r"Connect cluster “(.+?)”\.")


def note_of(connect: str) -> str:
    return f"Connect cluster “{connect}”."


def connect_in(note: str) -> str:
    """Return the Connect cluster that a note begins with; empty where it names none."""
    match = NOTE.match(note)
    return match[1] if match else ""
