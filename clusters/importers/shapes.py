"""What stands where a configuration must have a mapping. Pure."""

from collections.abc import Mapping
from typing import Any

from clusters.importers.types import ImportRefused


def mapping(value: object, path: str) -> Mapping[Any, Any]:
    """Return a mapping; an empty one where nothing stands.

    Raises:
        ImportRefused: something else stands there.
    """
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise ImportRefused(f"{path} is not a mapping.")
    return value
