"""Findings of rules that people define: each is kept under its rule's kind and name, ``lag:Orders are late``. Pure."""

LAG, TIME_LAG, ABOVE, BELOW = "lag", "time-lag", "rate-above", "rate-below"
OF_GROUPS, OF_TOPICS = (LAG, TIME_LAG), (ABOVE, BELOW)
KINDS = (*OF_GROUPS, *OF_TOPICS)


def key_of(kind: str, name: str) -> str:
    """Return the ``rule`` of a rule's findings; no built-in one has a colon."""
    return f"{kind}:{name}"


def kind_of(rule: str) -> str:
    """Return the kind of a rule that somebody defined, by its findings' ``rule``; empty for a built-in one."""
    kind, colon, _ = rule.partition(":")
    return kind if colon and kind in KINDS else ""


def name_of(rule: str) -> str:
    """Return a rule's name: the person's where somebody defined it."""
    return rule.partition(":")[2] if kind_of(rule) else rule
