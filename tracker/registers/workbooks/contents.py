"""Where in a workbook the register stands: its first visible sheet, and what that needs to be read."""

import posixpath
from dataclasses import dataclass

from tracker.registers.workbooks.markup import DEEPEST, Markup, Names, Start
from tracker.registers.workbooks.package import Package

MAIN = "xl/workbook.xml"
MOST = 10_000  # of sheets and relations


@dataclass(frozen=True)
class Contents:
    """The parts of a workbook that a register is read from."""

    sheet: str
    strings: str | None
    styles: str | None
    is_1904: bool


def contents_of(package: Package) -> Contents:
    """The parts by what the workbook says of itself; InputRefused when it shows no sheet."""
    main = next((to for kind, to in _relations(package, "").values() if kind == "officeDocument"), MAIN)
    if main not in package:
        raise package.none()
    sheets, is_1904 = _sheets(package, main)
    relations = _relations(package, main)
    visible = [relations[sheet] for sheet, state in sheets if state == "visible" and sheet in relations]
    sheet = next((to for kind, to in visible if kind == "worksheet"), None)
    if sheet is None or sheet not in package:
        raise package.broken("表示されているシートがありません")
    named = {kind: to for kind, to in relations.values() if to in package}
    return Contents(sheet, named.get("sharedStrings"), named.get("styles"), is_1904)


def _sheets(package: Package, main: str) -> tuple[list[tuple[str, str]], bool]:
    """Relation and state of each sheet in order, and whether days count from 1904."""
    found, flags = list[tuple[str, str]](), list[str]()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            reference = next((text for key, text in attributes.items() if key.endswith(":id") or key == "id"), "")
            found.append((reference, attributes.get("state", "visible")))
        elif name == "workbookPr":
            flags.append(attributes.get("date1904", "0"))

    read_small(package, main, start)
    return found, bool(flags) and flags[-1] in ("1", "true", "on")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """The last word of each relation's kind and its part, by id."""
    folder, name = posixpath.split(part)
    own = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target

    if own in package:
        read_small(package, own, start)
    return found


def read_small(package: Package, part: str, start: Start) -> None:
    """Read a part of a few thousand tags that need not nest deeply."""
    names, depth, count = Names(), 0, 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > 50 * MOST:
            raise package.broken(f"部品「{part[-60:]}」が異常に大きくなっています")
        start(names[name], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    Markup(package, part, opened, closed).read()
