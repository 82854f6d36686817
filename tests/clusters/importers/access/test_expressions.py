"""Expressions as globs: what both match is the same, or there is no glob."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.importers.access.expressions import NoGlob, globs_of
from core.patterns import glob_matches


@pytest.mark.parametrize(
    ("expression", "globs"),
    [
        (".*", ("*",)), ("orders", ("orders",)), ("orders.*", ("orders*",)), (r"team\.a\..+", ("team.a.?*",)),
        ("^orders-.*$", ("orders-*",)), ("(a|b)-x", ("a-x", "b-x")), ("a|b.*", ("a", "b*")), ("(?:dev|qa)?x",
        ("x", "devx", "qax")), ("[a-c]x", ("[a-c]x",)), ("[^_].*", ("[!_]*",)), (r"\d.x", ("[0-9]?x",)),
        (r"\*", ("[*]",)), (r"\_confluent-ksql.*", ("_confluent-ksql*",)), ("a.*?b", ("a*b",)), ("", ("",)),
        (r"[\w]+", None), ("[a-z]+", None), ("(?i)orders", None), ("(?!secret).*", None), ("a{2}", None), ("a*", None),
        (r"\bx", None), (r"(a)\1", None), (".*+x", None), ("a(", None), ("a)", None), ("[z-a]", None), ("[a&&b]", None),
        ("[[a]]", None), ("^a|b$", None), ("|".join(f"t{number}" for number in range(100)), None), ("x\\$", ("x$",)),
        ("a$b", None), ("\\", None), ("(a|b)(c|d)", ("ac", "ad", "bc", "bd")), ("+", None), ("[]", None),
    ],
)  # fmt: skip
def test_an_expression_is_said_by_globs_or_refused(expression: str, globs: tuple[str, ...] | None) -> None:
    if globs is None:
        with pytest.raises(NoGlob):
            globs_of(expression)
    else:
        assert globs_of(expression) == globs


@given(st.text("ab.*+?()[]|\\^$-d{}:", max_size=8), st.lists(st.text("ab.-*[0", max_size=5), max_size=10))
def test_globs_never_match_what_the_expression_does_not(expression: str, names: list[str]) -> None:
    try:
        globs = globs_of(expression)
        pattern = re.compile(expression, re.ASCII)
    except (NoGlob, re.error):
        return
    for name in names:
        assert any(glob_matches(glob, name) for glob in globs) == bool(pattern.fullmatch(name))
