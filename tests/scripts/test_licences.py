"""Everything that is shipped is under a licence that allows it, and the page says so."""

from email.message import Message

import pytest

from scripts import licences, licences_page
from scripts.licences import allowed, home_of, licence_of, pinned


def said(**headers: str) -> Message:
    message = Message()
    for name, value in headers.items():
        for part in value.split("|"):
            message[name.replace("_", "-")] = part
    return message


def test_the_page_is_what_its_script_makes() -> None:
    assert licences_page.PAGE.read_text() == licences_page.page(), "run python -m scripts.licences_page"


def test_everything_that_is_shipped_may_be() -> None:
    shipped = licences.parts(licences_page.REQUIREMENTS.read_text())
    assert len(shipped) > 40
    assert [part for part in shipped if not allowed(part.licence)] == []
    assert [file["package"] for file in licences_page.vendored() if not allowed(file["licence"])] == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0-only OR Apache-2.0", True),
        ("Apache-2.0 AND GPL-2.0-only", False),
        ("MIT, GPL-2.0-only", False),
        ("(GPL-3.0-only)", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_what_is_not_on_the_list_is_not_allowed(licence: str, is_allowed: bool) -> None:
    assert allowed(licence) is is_allowed


def test_the_newer_field_counts_before_the_older_ones() -> None:
    assert licence_of(said(License_Expression="MIT-0", License="GPL")) == "MIT-0"
    assert licence_of(said(License="New BSD", Classifier="License :: OSI Approved :: BSD License")) == "BSD-3-Clause"
    both = "License :: OSI Approved :: BSD License|License :: OSI Approved :: Apache Software License"
    assert licence_of(said(License="Dual License", Classifier=both)) == "BSD, Apache-2.0"
    assert licence_of(said(License="Ours alone\nand a long text")) == "Ours alone"
    assert licence_of(said(Name="x")) == "unknown"


def test_a_homepage_counts_before_a_repository() -> None:
    assert home_of(said(Project_URL="Source, https://b|Homepage, https://a")) == "https://a"
    assert home_of(said(Name="x")) == ""


def test_requirements_for_other_platforms_are_told_apart() -> None:
    text = "a==1.0 \\\n    --hash=x\nb-c==2.0.post1 ; sys_platform == 'none' \\\n    --hash=y\n    # via a\n"
    assert list(pinned(text)) == [("a", "1.0", True), ("b-c", "2.0.post1", False)]


def test_another_version_than_the_pinned_one_is_said() -> None:
    with pytest.raises(SystemExit, match=r"django is installed as .*, not 0.1. Run make install."):
        licences.parts("django==0.1 \\\n")
    with pytest.raises(SystemExit, match="no-such-thing is not installed"):
        licences.parts("no-such-thing==0.1 \\\n")
