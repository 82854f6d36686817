"""A configuration's text as data: YAML or TOML, limited in size, depth and types. Pure.

kafka-ui's users write anchors and aliases to avoid repetition, so they are accepted; what they unfold to is counted
before it is built. Tags create objects in some parsers; only YAML's own tags for plain values are accepted here.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from typing import Any

import yaml

from clusters.importers.types import ImportRefused

DEEPEST = 100  # nested collections
MOST = 4_000_000  # characters and nodes, aliases unfolded
# A TOML key with too many parts; parsing one takes time quadratic in their number.
LONG_KEY = re.compile(rf"""(?<![\w-])(?:(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)[ \t]*+\.[ \t]*+){{{DEEPEST}}}""")
ON_PROFILE = "spring.config.activate.on-profile"
PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str")}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast; not every platform has it


def read(text: str, *, toml: bool = False, profiles: Collection[str] = ()) -> object:
    """Return a text's data: of several YAML documents, one as Spring makes it of those for the active profiles.

    Raises:
        ImportRefused: it is not valid, or unfolds to too much; the message says where.
    """
    try:
        if toml:
            return from_toml(text)
        Measure(text)
        return joined(yaml.load_all(text, Loader), profiles)
    except yaml.MarkedYAMLError as error:
        raise ImportRefused(f"{place(error.problem_mark)}{error.problem or error.context}.") from error
    except RecursionError as error:
        raise ImportRefused("collections are nested too deeply.") from error
    except (ValueError, yaml.YAMLError) as error:
        raise ImportRefused(f"it holds a value that cannot be read: {error}. Put strings in quotes.") from error


def joined(documents: Iterable[object], profiles: Collection[str]) -> object:
    """Return one document of several: a later one's values replace those before, lists as a whole.

    One for a profile that is not active is left out; its name stays, so that there is a remark about it.

    Raises:
        ImportRefused: there are several, and one is not a mapping.
    """
    present = [document for document in documents if document is not None]
    if len(present) < 2:
        return present[0] if present else None
    result: dict[Any, Any] = {}
    for number, document in enumerate(present, 1):
        if not isinstance(document, dict):
            raise ImportRefused(f"document {number} of {len(present)} is not a mapping.")
        expression = profile_of(document)
        if not expression or is_active(expression, profiles):
            result = merged(result, document)
        else:
            result[f"document {number}, for the profile {expression}"] = None
    return result


def profile_of(document: dict[Any, Any]) -> str:
    """Return for which profiles Spring reads a document; empty for one that it always reads."""
    for way in (["spring", "config", "activate", "on-profile"], ["spring", "profiles"], [ON_PROFILE]):
        value: Any = document
        for key in way:
            value = value.get(key) if isinstance(value, dict) else None
        if value and not isinstance(value, dict):
            return ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return ""


def is_active(expression: str, profiles: Collection[str]) -> bool:
    """Tell whether profiles fit an expression of names, ``!``, ``&``, and ``|`` or commas."""
    names = profiles or ("default",)
    return any(
        all((name.strip().lstrip("!") in names) is not name.strip().startswith("!") for name in part.split("&"))
        for part in re.split(r"[,|]", expression)
    )


def merged(earlier: dict[Any, Any], later: dict[Any, Any]) -> dict[Any, Any]:
    result = dict(earlier)
    for key, value in later.items():
        before = result.get(key)
        result[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result


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
            raise ImportRefused(f"collections are nested more than {DEEPEST} levels deep.")
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
                f"{place(event.start_mark)}with its aliases resolved this is more than {MOST:,} characters. "
                "Write the values out."
            )
        if len(self.open) > DEEPEST:
            raise ImportRefused(f"{place(event.start_mark)}collections are nested more than {DEEPEST} levels deep.")

    def check_tag(self, event: yaml.CollectionStartEvent | yaml.ScalarEvent) -> None:
        """Refuse tags of anything but plain values."""
        if event.tag and event.tag != "!" and event.tag not in PLAIN:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise ImportRefused(f"{place(event.start_mark)}the tag {tag} is not accepted. Write a plain value.")
