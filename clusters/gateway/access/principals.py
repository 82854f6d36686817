"""Principals as people write them down: ``User:admin;User:devops``, or one per line. Pure."""

import re

SHAPE = re.compile(r"[A-Za-z]+:.+")


def principal_lines(text: str) -> str:
    """Return principals one per line, each once.

    Raises:
        ValueError: one of them is none.
    """
    principals = dict.fromkeys(filter(None, map(str.strip, re.split(r"[;\r\n]", text))))
    for principal in principals:
        if not SHAPE.fullmatch(principal):
            raise ValueError(f"“{principal[:80]}” is not of the form User:name.")
    return "\n".join(principals)
