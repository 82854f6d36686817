"""Why records that were written with one schema cannot be read with another."""

from dataclasses import dataclass

from clusters.formats.content import UndecodableError

MOST_STEPS = 20_000


class Steps:
    """Counts the places that are compared: schemas that use each other can unfold to far more than they have."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def take(self) -> None:
        """Raises UndecodableError: there were too many."""
        self.left -= 1
        if self.left < 0:
            raise UndecodableError(f"The schemas unfold to more than {MOST_STEPS:,} places, and are not compared.")


@dataclass(frozen=True)
class Problem:
    """A place in the schemas (``total.cents``, empty for the whole), and what stands in the way there."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


def below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
