"""Patterns match what they say, in a number of steps that grows with pattern and name alone."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.access import matching
from clusters.models import Cluster, Topic
from core.patterns import LONGEST, PatternError, compiled, compiled_glob, covers, glob_matches, matches

STEPS_A_CHARACTER = 40  # instructions of RE2's program for each character of a pattern, at most


@given(st.text("ab-]![^*?\\z.\n é_", max_size=8), st.text("ab-]![^z\\\n.é_", max_size=5))
def test_a_glob_covers_what_it_covers_in_a_shell(glob: str, name: str) -> None:
    assert covers(glob, name) == fnmatchcase(name, glob)


@pytest.mark.parametrize(
    ("glob", "name", "covered"),
    [
        ("[a-a]", "a", True),
        ("[a-a]", "b", False),
        ("[b-a]", "a", False),
        ("[!b-a]", "a", True),
        ("\U0001f600*", "\U0001f600x", True),
    ],
)
def test_brackets_hold_ranges_of_one_and_of_none(glob: str, name: str, covered: bool) -> None:
    assert covers(glob, name) is covered


def test_a_name_that_is_no_unicode_is_matched() -> None:
    assert glob_matches("a?", "a\udcff")
    assert not glob_matches("a", "a\udcff")


# A program takes at most one pass over the name, and does at most all of its instructions for each character there.
@given(st.lists(st.sampled_from(["*", "?", "a", "[a-z]", "[!b]", "*?", "*a"]), max_size=300).map("".join))
def test_steps_of_a_glob_are_bounded(glob: str) -> None:
    assert compiled_glob(glob).programsize <= STEPS_A_CHARACTER * (len(glob) + 1)


@given(st.recursive(st.sampled_from(["a", "a*", "(a|a)", ".", "\\w"]), lambda part: st.tuples(part, part).map(
    lambda both: f"({both[0]}|{both[1]})*"), max_leaves=40))  # fmt: skip
def test_steps_of_an_expression_are_bounded(expression: str) -> None:
    if len(expression) <= LONGEST:
        assert compiled(expression).programsize <= STEPS_A_CHARACTER * (len(expression) + 1)


HOSTILE = ["*?" * 14 + "!", "*a" * 40 + "!", "*" * 200 + "!", "[a-z]*" * 60 + "!"]


@pytest.mark.parametrize("glob", HOSTILE)
def test_a_hostile_glob_comes_back(glob: str) -> None:
    assert not covers(glob, "a" * 10_000)


@pytest.mark.parametrize("expression", ["(a|a)*$b", "(a*)*b", "(a|aa)+$b", "([a-z]+)*!", "(.*a){25}b"])
def test_a_hostile_expression_comes_back(expression: str) -> None:
    assert not matches(f"^{expression}$", "a" * 10_000)


@pytest.mark.parametrize("glob", HOSTILE)
def test_a_hostile_glob_comes_back_from_the_database(glob: str, db: None) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    Topic.objects.create(cluster=cluster, name="a" * 249, partitions=1, replication=1)
    assert not Topic.objects.filter(matching("name", (glob,))).exists()


@pytest.mark.parametrize("expression", ["a" * (LONGEST + 1), "((a{100}){100}){100}", "(", "(?=a)", "\\1"])
def test_what_is_too_long_too_large_or_no_expression_is_refused_in_a_sentence(expression: str) -> None:
    with pytest.raises(PatternError, match=r"[Ee]xpression .*(:|the limit is)"):
        compiled(expression)
