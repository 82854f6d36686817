"""Partial results: what came, and what did not."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """A part that did not answer: which one (``broker 3``), and why, as a sentence."""

    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Partial(Generic[T]):
    items: tuple[T, ...]
    failures: tuple[Failure, ...] = ()
