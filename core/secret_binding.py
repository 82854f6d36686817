"""A secret is bound to where it goes: where that changes, it is asked for again. Pure.

Otherwise whoever may edit an address, but does not know the password, could have it sent to a server of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ENTER_AGAIN = "Enter it again: the saved one is bound to the previous destination."


@dataclass(frozen=True)
class Destination:
    """Where a secret goes: the servers, of which some may be left out, and how they are reached, which must stay."""

    servers: frozenset[str]
    manner: tuple[object, ...] = ()

    def is_within(self, other: "Destination") -> bool:
        """Tell whether what may be sent to the other destination may be sent here, too."""
        return self.servers <= other.servers and self.manner == other.manner


def carried_over(secrets: Mapping[str, str], before: Destination, after: Destination) -> dict[str, str]:
    """Return the stored secrets that may go to a new destination: all of them, or none."""
    return dict(secrets) if after.is_within(before) else {}


def servers_of(text: str) -> frozenset[str]:
    """Return the addresses of a list that is separated by commas."""
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


def properties_that_matter(properties: Mapping[str, object], prefixes: Iterable[str]) -> tuple[tuple[str, object], ...]:
    """Return the properties that decide who gets a secret, in order."""
    return tuple(sorted((name, value) for name, value in properties.items() if name.startswith(tuple(prefixes))))
