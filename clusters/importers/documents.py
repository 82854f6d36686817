"""A configuration's text as data: YAML or TOML, limited in size, depth and types. Pure.

kafka-ui's users write anchors and aliases to avoid repetition, so they are accepted; what they unfold to is counted
before it is built. Tags create objects in some parsers; only YAML's own tags for plain values are accepted here.
"""

import re
import tomllib
from typing import Any

import yaml

from clusters.importers.types import ImportRefused

DEEPEST = 100  # nested collections
MOST = 4_000_000  # characters and nodes, aliases unfolded
# A TOML key with too many parts; parsing one takes time quadratic in their number.
LONG_KEY = re.compile(rf"""(?<![\w-])(?:(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)[ \t]*+\.[ \t]*+){{{DEEPEST}}}""")
PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str")}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast; not every platform has it


def read(text: str, *, toml: bool = False) -> object:
    """Return a document's data.

    Raises:
        ImportRefused: it is not valid, or unfolds to too much; the message says where.
    """
    try:
        if toml:
            return from_toml(text)
        Measure(text)
        return yaml.load(text, Loader)  # noqa: S506 - a safe loader, whichever of the two
    except yaml.MarkedYAMLError as error:
        raise ImportRefused(f"{place(error.problem_mark)}{error.problem or error.context}.") from error
    except RecursionError as error:
        raise ImportRefused("there are too many collections within each other.") from error
    except (ValueError, yaml.YAMLError) as error:
        raise ImportRefused(f"it holds a value that cannot be read: {error}. Put texts in quotes.") from error


def from_toml(text: str) -> object:
    """Return the data of a TOML text.

    Raises:
        ImportRefused: it is nested too deeply.
        ValueError: it is not TOML.
    """
    if LONG_KEY.search(text):
        raise ImportRefused(f"a key has more than {DEEPEST} parts.")
    document = tomllib.loads(text)
    level: list[Any] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ImportRefused(f"more than {DEEPEST} collections within each other.")
        level = [inner for collection in level for inner in values_of(collection) if isinstance(inner, dict | list)]
    return document


def values_of(collection: Any) -> Any:
    return collection.values() if isinstance(collection, dict) else collection


def place(mark: Any) -> str:
    """Return a position as editors count it."""
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


class Measure:
    """Counts YAML's events, which takes no more memory than the text, and refuses what would unfold to too much.

    Raises:
        ImportRefused: a tag, an alias that unfolds too far or within itself, or too deep nesting.
    """

    def __init__(self, text: str) -> None:
        self.total = 0
        self.open: list[tuple[str | None, int]] = []  # anchor and total at the start of each collection
        self.sizes: dict[str, int] = {}
        for event in yaml.parse(text, Loader):
            self.take(event)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.CollectionStartEvent | yaml.ScalarEvent):
            self.check_tag(event)
        if isinstance(event, yaml.CollectionStartEvent):
            self.sizes.pop(event.anchor or "", None)
            self.open.append((event.anchor, self.total))
            self.add(1, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self.open.pop()
            self.keep(anchor, self.total - before)
        elif isinstance(event, yaml.ScalarEvent):
            self.add(1 + len(event.value), event)
            self.keep(event.anchor, 1 + len(event.value))
        elif isinstance(event, yaml.AliasEvent):
            self.add(self.size_of(event), event)

    def keep(self, anchor: str | None, size: int) -> None:
        """Remember the size of an anchor's value."""
        if anchor:
            self.sizes[anchor] = size

    def size_of(self, event: yaml.AliasEvent) -> int:
        """Return the size of what an alias stands for."""
        name = event.anchor or ""
        if name not in self.sizes:
            raise ImportRefused(f"{place(event.start_mark)}*{name} stands within its own value, or before it.")
        return self.sizes[name]

    def add(self, size: int, event: yaml.Event) -> None:
        """Count, and refuse what is too large or too deep."""
        self.total += size
        if self.total > MOST:
            raise ImportRefused(
                f"{place(event.start_mark)}with its aliases unfolded this is more than {MOST:,} characters. "
                "Write the values out."
            )
        if len(self.open) > DEEPEST:
            raise ImportRefused(f"{place(event.start_mark)}more than {DEEPEST} collections within each other.")

    def check_tag(self, event: yaml.CollectionStartEvent | yaml.ScalarEvent) -> None:
        """Refuse tags of anything but plain values."""
        if event.tag and event.tag != "!" and event.tag not in PLAIN:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise ImportRefused(f"{place(event.start_mark)}the tag {tag} is not accepted. Write a plain value.")
