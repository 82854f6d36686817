"""Which migrations the previous version had: those of the newest tag, or the recorded ones where there is no tag."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MIGRATION = re.compile(r"^(\w+)/migrations/(\d\w*)\.py$", re.MULTILINE)
# The state when the rule was introduced: the first one with all parts. The first tag replaces it.
RECORDED = """
accounts/migrations/0001_start.py
api/migrations/0001_start.py
clusters/migrations/0001_start.py
clusters/migrations/0002_topic_trouble.py
lag/migrations/0001_start.py
metrics/migrations/0001_start.py
"""


def git(*arguments: str) -> str:
    """Return git's output; an empty text where there is no git or no repository."""
    try:
        ended = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return ""
    return ended.stdout if ended.returncode == 0 else ""


def newest_tag() -> str:
    """Return the tag of the version before this one, such as ``v1.2.0``; an empty text if there is none."""
    return git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^").strip()


def former(tag: str) -> set[tuple[str, str]]:
    """Return app and name of the migrations of a tag, or of the recorded state."""
    files = git("ls-tree", "-r", "--name-only", tag) if tag else RECORDED
    return set(MIGRATION.findall(files))
