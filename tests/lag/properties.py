"""How properties are tried: the same examples every time, as many as the profile has (tests/conftest.py)."""

from hypothesis import settings

holds = settings(derandomize=True, database=None)
