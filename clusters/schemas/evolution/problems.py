"""Why records that were written with one schema cannot be read with another."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A place in the schemas (``total.cents``, empty for the whole), and what stands in the way there."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


def below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
