"""Every regular expression of the program, read from the syntax trees with the values that its modules give to names."""

import ast
import importlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("tracker", "jobs", "notifications")
ACTS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
UNKNOWN = "語"  # stands for what only a running program knows


@dataclass(frozen=True, order=True)
class Used:
    """One pattern, its flags, whether it is tried at every place of a text, and where it stands."""

    pattern: str
    flags: int
    searches: bool
    where: str


def patterns_of_the_program() -> list[Used]:
    """All of them, each once."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths if "versions" not in path.parts}
    everywhere = _only_matched(trees.values())
    found = {
        (one.pattern, one.flags, one.searches): one
        for path, tree in trees.items()
        for one in _of_module(path, tree, everywhere | {name for name in _only_matched([tree]) if name[0] == "_"})
    }
    return sorted(found.values())


def _of_module(path: Path, tree: ast.Module, anchored: set[str]) -> Iterator[Used]:
    if not any(_is_re(node) for node in ast.walk(tree)) and "pattern=" not in ast.unparse(tree):
        return
    name = str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
    names = vars(importlib.import_module(name)) if path.name != "__main__.py" else {}
    for node in ast.walk(tree):
        if _is_re(node):
            node = _with_local_names(node, tree, names)
            yield from _of_call(node, names, anchored, tree, f"{path.relative_to(ROOT)}:{node.lineno}")
        elif isinstance(node, ast.keyword) and node.arg == "pattern" and isinstance(node.value, ast.Constant):
            yield Used(str(node.value.value), 0, True, f"{path.relative_to(ROOT)}:{node.value.lineno}")


def _is_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        and node.func.attr in (*ACTS, "compile")
    )  # fmt: skip


def _of_call(node: Any, names: dict[str, Any], anchored: set[str], tree: ast.Module, where: str) -> Iterator[Used]:
    act = node.func.attr
    flags = [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
    flags += node.args[1:2] if act == "compile" else node.args[2:3] if act in ("match", "fullmatch", "search") else []
    for written in _texts(node.args[0], names):
        if isinstance(written, bytes):
            written = written.decode("latin-1")
        given = int(eval(ast.unparse(flags[0]), names)) if flags else 0
        yield Used(written, given, not _is_anchored(node, act, anchored, tree), where)


def _with_local_names(node: Any, tree: ast.Module, names: dict[str, Any]) -> Any:
    """The call with what a function wrote down first, where it is given a name of that function."""
    written = node.args[0]
    if isinstance(written, ast.Name) and written.id not in names:
        values = [
            step.value
            for step in ast.walk(tree)
            if isinstance(step, ast.Assign) and any(getattr(name, "id", "") == written.id for name in step.targets)
        ]
        if values:
            value = values[0].body if isinstance(values[0], ast.IfExp) else values[0]
            return ast.copy_location(ast.Call(node.func, [value, *node.args[1:]], node.keywords), node)
    return node


def _is_anchored(node: ast.Call, act: str, anchored: set[str], tree: ast.Module) -> bool:
    if act != "compile":
        return act in ("match", "fullmatch")
    targets = [
        target.id
        for step in ast.walk(tree)
        if isinstance(step, ast.Assign) and step.value is node
        for target in step.targets
        if isinstance(target, ast.Name)
    ]
    return bool(targets) and targets[0] in anchored


def _only_matched(trees: Collection[ast.Module]) -> set[str]:
    """Names of compiled patterns that are never looked for, only asked whether the text begins with them."""
    matched, searched = set[str](), set[str]()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in ACTS:
                (matched if node.attr in ("match", "fullmatch") else searched).add(node.value.id)
        passed_on = (argument for node in ast.walk(tree) if isinstance(node, ast.Call) for argument in node.args)
        searched |= {argument.id for argument in passed_on if isinstance(argument, ast.Name) and argument.id.isupper()}
    constants = {
        name.id for tree in trees for name in ast.walk(tree) if isinstance(name, ast.Name) and name.id.isupper()
    }
    if any(name.islower() for name in matched - {"re"}) and not any(name.islower() for name in searched - {"re"}):
        matched |= {name for name in constants if name.startswith("_")}  # (_A, _B): any(pattern.fullmatch(…) …)
    return matched - searched


def _texts(node: ast.AST, names: dict[str, Any]) -> list[Any]:
    try:
        value = eval(ast.unparse(node), dict(names))
    except NameError:
        value = _with_unknowns(node, names)
    return [value.pattern if isinstance(value, re.Pattern) else value]


def _with_unknowns(node: ast.AST, names: dict[str, Any]) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_with_unknowns(part, names) for part in node.values)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        try:
            return str(eval(ast.unparse(node.value), dict(names)))
        except NameError:
            return UNKNOWN
    return UNKNOWN
