"""Regular expressions of Java, matched in linear time by RE2: just what Java's ``matches`` does, or nothing."""

import re

from core.patterns import PatternError, compiled, whole

IGNORING_CASE = re.compile(r"\(\?[a-zA-Z]*i")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]|\\[xupP]")
LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")  # which Java's dot leaves out, and RE2's only the first of
# RE2 folds these into s and k; Java does not, and for an expression of ASCII any sign beyond it is like each other one.
LETTERS_LIKE_ASCII = str.maketrans(dict.fromkeys("\u017f\u212a", "\ufffd"))


def is_same_in_java(expression: str) -> bool:
    """Tell whether RE2 reads an expression as Java does, which has sets within sets, and ignores the case of ASCII."""
    try:
        compiled(expression)
    except PatternError:
        return False
    bare = expression.replace("\\[", "").replace("\\]", "")
    return "&&" not in bare and not nests_sets(bare) and not folds_beyond_ascii(expression)


def nests_sets(expression: str) -> bool:
    """Tell whether a set stands within a set."""
    is_open = False
    for sign in expression:
        if sign == "[" and is_open:
            return True
        is_open = sign == "[" or (is_open and sign != "]")
    return False


def folds_beyond_ascii(expression: str) -> bool:
    """Tell whether RE2 would ignore the case of letters whose case counts in Java."""
    return bool(IGNORING_CASE.search(expression) and BEYOND_ASCII.search(expression))


def matches_in_java(expression: str, name: str) -> bool:
    """Tell whether an expression matches a whole name; never where it does not in Java."""
    if folds_beyond_ascii(expression) or not LINE_ENDS.isdisjoint(name):
        return False
    return whole(expression, name.translate(LETTERS_LIKE_ASCII) if IGNORING_CASE.search(expression) else name)
