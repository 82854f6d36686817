"""Whether a number of offsets is a number of records, or only its upper bound. Pure."""

COMPACT = "compact"


def is_upper_bound(messages: int | None, cleanup_policy: str) -> bool:
    """Tell whether there may be fewer records than offsets: compaction removes some, and a policy may be unknown."""
    return bool(messages) and (not cleanup_policy or COMPACT in cleanup_policy)
