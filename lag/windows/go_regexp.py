"""Regular expressions in Go's syntax (RE2), translated to Python's, only to tell whether a name matches.

Burrow's filters are written for Go, and the two syntaxes differ in small ways that would silently match other groups
(``$`` before a final newline, ``\\d`` beyond ASCII, ``(?i)`` in the middle). What cannot be translated is refused.
Captures and greediness are dropped: they do not change whether an expression matches.
"""

import re

from lag.windows.go_classes import PERL, PatternError, escape, python_class, read_class

_MAX_REPEAT = 1000
_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<([A-Za-z0-9_]+)>")
_REPEAT = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a Python expression whose ``search`` matches exactly where Go's MatchString does.

    Raises PatternError.
    """
    try:
        return re.compile(_Translator(pattern).translate())
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"The expression {pattern!r} cannot be read: {error}.") from error


class _Translator:
    """Reads the expression from left to right. Each atom carries its own flags: in Go they may change midway."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._flags = frozenset[str]()
        self._outer: list[frozenset[str]] = []
        self._out: list[str] = []
        self._repeatable = False

    def translate(self) -> str:
        while self._at < len(self._pattern):
            self._step(self._pattern[self._at])
        if self._outer:
            raise self._error("a parenthesis is not closed")
        return "".join(self._out)

    def _step(self, char: str) -> None:
        if char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char == "|":
            self._emit("|", 1, repeatable=False)
        elif char in "*+?" or (char == "{" and _REPEAT.match(self._pattern, self._at)):
            self._repeat(char)
        elif char == "[":
            self._class()
        elif char == "\\":
            self._backslash()
        else:
            self._plain(char)

    def _plain(self, char: str) -> None:
        if char == ".":
            self._emit("(?s:.)" if "s" in self._flags else "[^\\n]", 1)
        elif char == "^":
            self._emit("(?m:^)" if "m" in self._flags else "(?:\\A)", 1)
        elif char == "$":
            self._emit("(?m:$)" if "m" in self._flags else "(?:\\Z)", 1)
        else:
            self._literal(char, 1)

    def _open(self) -> None:
        if match := _FLAGS.match(self._pattern, self._at):
            self._flagged(match)
            return
        named = _NAMED.match(self._pattern, self._at)
        if not named and self._pattern.startswith("(?", self._at):
            raise self._error("Go's syntax has no such group")
        self._outer.append(self._flags)
        self._emit("(?:", len(named[0]) if named else 1, repeatable=False)

    def _flagged(self, match: re.Match[str]) -> None:
        on, off, end = match[1], match[2] or "", match[3]
        if end == ":":
            self._outer.append(self._flags)
            self._emit("(?:", len(match[0]), repeatable=False)
        else:
            self._emit("", len(match[0]), repeatable=False)
        self._flags = self._flags.union(on).difference(off)

    def _close(self) -> None:
        if not self._outer:
            raise self._error("a parenthesis is closed that was not opened")
        self._flags = self._outer.pop()
        self._emit(")", 1)

    def _repeat(self, char: str) -> None:
        if not self._repeatable:
            raise self._error("there is nothing to repeat")
        text = char
        if char == "{":
            match = _REPEAT.match(self._pattern, self._at)
            assert match is not None  # noqa: S101  # the caller looked
            text = self._counted(match)
        lazy = self._pattern.startswith("?", self._at + len(text))
        self._emit(text, len(text) + lazy, repeatable=False)

    def _counted(self, match: re.Match[str]) -> str:
        low = int(match[1])
        high = int(match[3]) if match[3] else low
        if max(low, high) > _MAX_REPEAT or high < low:
            raise self._error(f"the repeat count {match[0]} is out of range")
        return match[0]

    def _class(self) -> None:
        text, end = read_class(self._pattern, self._at)
        self._emit(self._folded(text), end - self._at)

    def _backslash(self) -> None:
        char = self._pattern[self._at + 1 : self._at + 2]
        if char and char.lower() in PERL:
            self._emit(self._folded(python_class(PERL[char.lower()], negated=char.isupper())), 2)
        elif char in ("A", "z"):
            self._emit("(?:\\A)" if char == "A" else "(?:\\Z)", 2)
        elif char in ("b", "B"):
            # Python's own \B finds nothing in an empty name.
            self._emit("(?a:\\b)" if char == "b" else "(?a:(?!\\b))", 2)
        elif char == "Q":
            self._quoted()
        elif escaped := escape(self._pattern, self._at):
            self._literal(escaped[0], escaped[1] - self._at)
        else:
            raise self._error(f"the escape \\{char} cannot be carried over")

    def _quoted(self) -> None:
        end = self._pattern.find("\\E", self._at)
        text = self._pattern[self._at + 2 : end if end >= 0 else None]
        self._at += 2
        for char in text:
            self._literal(char, 1)
        self._at += 2 if end >= 0 else 0

    def _literal(self, char: str, length: int) -> None:
        self._emit(self._folded(re.escape(char)), length)

    def _folded(self, text: str) -> str:
        return f"(?i:{text})" if "i" in self._flags else text

    def _emit(self, text: str, length: int, *, repeatable: bool = True) -> None:
        self._out.append(text)
        self._at += length
        self._repeatable = repeatable

    def _error(self, reason: str) -> PatternError:
        return PatternError(f"The expression {self._pattern!r} cannot be used: {reason} (character {self._at + 1}).")
