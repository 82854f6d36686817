"""Whether a number of offsets is a number of records, or only its upper bound. Pure."""

COMPACT = "compact"


def is_upper_bound(messages: int | None, cleanup_policy: str, *, transactional: bool = False) -> bool:
    """Tell whether there may be fewer records than offsets.

    Compaction removes records, and the policy may be unknown; transactions end with markers, which have offsets, too.
    """
    return bool(messages) and (transactional or not cleanup_policy or COMPACT in cleanup_policy)
