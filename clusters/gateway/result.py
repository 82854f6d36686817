"""Partial results: what came, and what did not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from clusters.gateway.errors import KafkaFailure

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


@contextmanager
def noted(missing: list[str]) -> Iterator[None]:
    """Note why a part did not come, and go on without it."""
    try:
        yield
    except KafkaFailure as failure:
        missing.append(f"{failure.sentence} {failure.advice}".strip())
