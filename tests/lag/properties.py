"""How properties are tried: the same examples every time, and few enough for the folder to run in seconds."""

from hypothesis import settings

holds = settings(max_examples=60, derandomize=True, deadline=None, database=None)
