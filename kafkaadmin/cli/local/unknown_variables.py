"""Variables that look like those of kafkaadmin and are read by nothing: misspelt, or of another version."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from core.variables import VARIABLES

OWN = "KAFKAADMIN_"
OF_KUBERNETES = re.compile(r"_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP)|$)")  # of a Service called kafkaadmin


def unknown_variables(names: Iterable[str]) -> dict[str, str]:
    """Return the variables that nothing reads, each with the known one that it resembles, if one does."""
    unknown = sorted(name for name in names if name.startswith(OWN) and not is_known(name))
    return {name: next(iter(get_close_matches(name, VARIABLES, n=1, cutoff=0.85)), "") for name in unknown}


def is_known(name: str) -> bool:
    return name in VARIABLES or name.removesuffix("_FILE") in VARIABLES or bool(OF_KUBERNETES.search(name))
