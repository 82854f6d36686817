"""The order in which versions of subjects can be registered: each after those that it refers to. Pure."""

from collections.abc import Callable, Iterator, Sequence

from clusters.schemas.transfer.file_lines import Key, SchemaLine


class Walk:
    """Walks through versions, each after those before it and those that it refers to, and none twice.

    ``versions`` and ``version`` fetch; ``done`` are the versions that were passed already.
    """

    def __init__(
        self,
        versions: Callable[[str], Sequence[int]],
        version: Callable[[str, int], SchemaLine],
        done: set[Key] | None = None,
    ) -> None:
        self.versions, self.version, self.done = versions, version, done if done is not None else set()
        self.numbers: dict[str, Sequence[int]] = {}

    def through(self, subject: str, last: int | None = None) -> Iterator[SchemaLine]:
        """Yield a subject's versions up to the last one, and, before each, what it refers to."""
        if subject not in self.numbers:
            self.numbers[subject] = self.versions(subject)
        for number in self.numbers[subject]:
            if (subject, number) in self.done or (last is not None and number > last):
                continue
            self.done.add((subject, number))
            line = self.version(subject, number)
            for reference in line.references:
                yield from self.through(reference.subject, reference.version)
            yield line


def in_order(
    subjects: Sequence[str], versions: Callable[[str], Sequence[int]], version: Callable[[str, int], SchemaLine]
) -> Iterator[SchemaLine]:
    """Yield all versions of some subjects. What they refer to comes along, though it is none of these subjects."""
    walk = Walk(versions, version)
    for subject in subjects:
        yield from walk.through(subject)
