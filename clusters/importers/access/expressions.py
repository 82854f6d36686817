"""Java's regular expressions, matched against a whole name, as the globs that grants have. Pure.

Only what globs can say exactly is translated: letters, ``.*``, ``.``, choices, sets of characters. The rest is refused
rather than approximated, since a glob that matches more would grant more.
"""

import re
from itertools import product

MOST = 60  # globs for one expression
SPECIAL = set("*?[")
CLASSES = {"d": "[0-9]", "w": "[a-zA-Z0-9_]"}
SET = re.compile(r"\[(\^?)([A-Za-z0-9._\-]+)\]")
RANGE = re.compile(r"(.)-(.)")


class NoGlob(ValueError):
    """An expression cannot be said by globs."""


def globs_of(expression: str) -> tuple[str, ...]:
    """Return globs that together match just what an expression matches.

    Raises:
        NoGlob: there are none, or too many.
    """
    parser = Parser(expression.removeprefix("^").removesuffix("$") if is_anchored(expression) else expression)
    globs = parser.choices()
    if parser.at < len(parser.text):
        raise NoGlob(expression)
    return tuple(dict.fromkeys(globs))


def is_anchored(expression: str) -> bool:
    """Tell whether anchors stand at the ends of the whole, not of one of its choices."""
    return "|" not in expression and not expression.endswith("\\$")


class Parser:
    """Reads an expression from left to right; each method returns globs for its part."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def choices(self) -> list[str]:
        globs = self.sequence()
        while self.next() == "|":
            self.at += 1
            globs += self.sequence()
        return limited(globs)

    def sequence(self) -> list[str]:
        globs = [""]
        while self.next() and self.next() not in "|)":
            part = self.repeated()
            globs = limited([f"{before}{after}" for before, after in product(globs, part)])
        return globs

    def repeated(self) -> list[str]:
        is_any = self.next() == "."
        part, sign = self.single(), self.next()
        if sign and sign in "*+?{":
            self.at += 1
            if sign == "{" or self.next() in {"+", "{"}:
                raise NoGlob(self.text)
            if self.next() == "?":  # reluctant: the same where the whole name is matched
                self.at += 1
            if sign == "?":
                return ["", *part]
            if not is_any:
                raise NoGlob(self.text)
            return ["*"] if sign == "*" else ["?*"]
        return part

    def single(self) -> list[str]:
        sign = self.next()
        self.at += 1
        if sign == "(":
            return self.group()
        if sign == "[":
            return [self.set()]
        if sign == "\\":
            return [self.escaped()]
        if sign in "^$)*+?{}]":
            raise NoGlob(self.text)
        return ["?" if sign == "." else literal(sign)]

    def group(self) -> list[str]:
        if self.next() == "?":
            if not self.text.startswith("?:", self.at):
                raise NoGlob(self.text)
            self.at += 2
        globs = self.choices()
        if self.next() != ")":
            raise NoGlob(self.text)
        self.at += 1
        return globs

    def set(self) -> str:
        match = SET.match(self.text, self.at - 1)
        ranges = RANGE.findall(match[2].strip("-")) if match else []
        if match is None or any(first > last for first, last in ranges):
            raise NoGlob(self.text)
        self.at = match.end()
        return f"[{'!' if match[1] else ''}{match[2]}]"

    def escaped(self) -> str:
        sign = self.next()
        self.at += 1
        if sign in CLASSES:
            return CLASSES[sign]
        if not sign or sign.isalnum():
            raise NoGlob(self.text)
        return literal(sign)


def literal(sign: str) -> str:
    return f"[{sign}]" if sign in SPECIAL else sign


def limited(globs: list[str]) -> list[str]:
    if len(globs) > MOST:
        raise NoGlob("too many choices")
    return globs
