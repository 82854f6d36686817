"""The line ``sasl.jaas.config``: a login module, a flag, options. Pure.

Only modules that carry credentials are accepted: others can run code in a Java client, and are of no use here.
"""

import re
from dataclasses import dataclass, field

from clusters.importers.types import ImportRefused

MODULES = {"ScramLoginModule", "PlainLoginModule", "OAuthBearerLoginModule", "Krb5LoginModule"}
LONGEST = 20_000  # characters; an OAuth token takes a few thousand
OPTION = re.compile(r"""\s*([\w.\-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s;]+)""", re.DOTALL)


@dataclass(frozen=True)
class Jaas:
    """A login module's short name and its options."""

    module: str
    options: dict[str, str] = field(repr=False)


def unquoted(text: str) -> str:
    """Return an option's value without quotes and escapes."""
    if text[:1] in {'"', "'"}:
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def parse(line: str, path: str = "sasl.jaas.config") -> Jaas:
    """Read a JAAS line; ``path`` is its place, for error messages.

    Raises:
        ImportRefused: it is not a JAAS line, or its module is not accepted.
    """
    if len(line) > LONGEST:
        raise ImportRefused(f"{path} is longer than {LONGEST:,} characters.")
    words = re.sub(r"\\\r?\n", " ", line).strip().rstrip(";").strip()
    head = re.match(r"([\w.$]+)\s+(?i:required|requisite|sufficient|optional)\b", words)
    if not head:
        raise ImportRefused(f"{path} is not “module required option=value …;”.")
    module = head[1].rpartition(".")[2]
    if module not in MODULES:
        raise ImportRefused(f"{path} names {head[1]}; only {', '.join(sorted(MODULES))} are accepted.")
    options, rest = {}, words[head.end() :]
    while rest.strip():
        option = OPTION.match(rest)
        if not option:
            raise ImportRefused(f"{path} has an option that is not name=value.")
        options[option[1]] = unquoted(option[2])
        rest = rest[option.end() :]
    return Jaas(module, options)
