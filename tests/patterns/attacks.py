"""The worst texts for a regular expression, made from its own parts: what repeats in it, repeated, and then a misfit."""

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

MISFITS = ("", "\x00", "、")
CANDIDATES = [chr(code) for code in (*range(9, 14), *range(32, 127))] + list(
    "　。、（）「」あアい亜語課予定システム月日年令和０１①⑳～\u2010\u0085"
)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
VARIANTS = 4
MOST = 25
MANY = 20  # a repetition that ends earlier costs no time


@dataclass(frozen=True)
class Attack:
    """A text that may be made as long as wanted, always in the same way."""

    head: str
    unit: str
    misfit: str

    def text(self, length: int) -> str:
        """Of about that length."""
        return self.head + self.unit * max(length // len(self.unit), 1) + self.misfit


def attacks(pattern: str, flags: int) -> list[Attack]:
    """Ways to make texts for a pattern; each once. A way has the same place in the list, however long its text is made."""
    tree = parser.parse(pattern, flags)
    whole = [("", text) for text in _texts(tree, flags)]
    loops = _spread([*dict.fromkeys(_loops(tree, [""], flags))])
    return list(
        dict.fromkeys(
            attack
            for head, unit in [*loops, *whole, *(("", text[:-1]) for _, text in whole)]
            if unit
            for misfit in MISFITS
            for attack in (Attack(head, unit, misfit), Attack("", head + unit * 3, misfit), Attack("", unit, misfit))
        )
    )


def _loops(tree: Any, heads: list[str], flags: int) -> Iterator[tuple[str, str]]:
    """(what comes before, what is repeated) for each open-ended repetition, and the shortest text as one."""
    for kind, value in tree:
        if kind in REPEATS:
            _, most, body = value
            if most == op.MAXREPEAT or most >= MANY:
                yield from ((head, unit) for head in heads for unit in _units(body, flags))
            yield from _loops(body, heads, flags)
        else:
            for inner in _inner(kind, value):
                yield from _loops(inner, heads, flags)
        heads = _some(head + text for text in _texts([(kind, value)], flags) for head in heads)


def _inner(kind: Any, value: Any) -> list[Any]:
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _spread(loops: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Not more than so many, from everywhere in the pattern."""
    return loops[:: len(loops) // MOST + 1]


def _some(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:VARIANTS]


def _texts(tree: Any, flags: int) -> list[str]:
    """A few texts that a part takes: each branch of a choice, with and without what may be left out."""
    found = [""]
    for kind, value in tree:
        if kind is op.BRANCH:
            parts = [text for branch in value[1] for text in _texts(branch, flags)[:1]]
        elif kind is op.SUBPATTERN:
            parts = _texts(value[3], flags)
        elif kind in REPEATS and value[0] == 0 and value[1] == 1:
            parts = ["", *_texts(value[2], flags)]
        else:
            parts = [_shortest([(kind, value)], flags)]
        found = _some(head + text for text in parts for head in found)
    return found


def _units(body: Any, flags: int) -> list[str]:
    """Some texts that the body of a repetition takes."""
    if len(body) == 1 and body[0][0] in (op.IN, op.ANY, op.NOT_LITERAL, op.LITERAL):
        members = [one for one in CANDIDATES if _takes(_key(body[0]), flags, one)]
        picked = dict.fromkeys([*members[:1], *(one for one in members if one in "a1 亜")])
        return list(picked)[:3] or [_shortest(body, flags)]
    if len(body) == 1 and body[0][0] is op.BRANCH:
        return [text for branch in body[0][1][1] if (text := _shortest(branch, flags))][:4]
    return [_shortest(body, flags)]


def _shortest(tree: Any, flags: int) -> str:
    text = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind in (op.IN, op.ANY, op.NOT_LITERAL):
            text += next((one for one in CANDIDATES[::-1] if _takes(_key((kind, value)), flags, one)), "a")
        elif kind in REPEATS:
            text += _shortest(value[2], flags) * min(max(value[0], 0), 200)
        elif kind is op.SUBPATTERN:
            text += _shortest(value[3], flags)
        elif kind is op.ATOMIC_GROUP:
            text += _shortest(value, flags)
        elif kind is op.BRANCH:
            text += _shortest(value[1][0], flags)
    return text


def _key(node: Any) -> str:
    return repr(node)


@cache
def _takes(key: str, flags: int, one: str) -> bool:
    kind, value = eval(key, {name: getattr(op, name) for name in dir(op)})
    if kind is op.ANY:
        return one != "\n" or bool(flags & re.S)
    if kind is op.LITERAL:
        return ord(one) == value
    if kind is op.NOT_LITERAL:
        return ord(one) != value
    negated, taken = False, False
    for what, which in value:
        if what is op.NEGATE:
            negated = True
        elif what is op.LITERAL:
            taken |= ord(one) == which
        elif what is op.RANGE:
            taken |= which[0] <= ord(one) <= which[1]
        elif what is op.CATEGORY:
            taken |= _in_category(str(which), one)
    return taken != negated


def _in_category(name: str, one: str) -> bool:
    kinds = {"DIGIT": one.isdigit(), "SPACE": one.isspace(), "WORD": one.isalnum() or one == "_"}
    for word, holds in kinds.items():
        if name.endswith(f"NOT_{word}"):
            return not holds
        if name.endswith(word):
            return holds
    return False
