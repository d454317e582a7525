"""Copies what the pages and their tests use of other projects out of node_modules, with licences and a manifest.

Only for an upgrade: `make vendor` after a change in package.json. The copies are committed; nobody else needs npm.
"""

import json
import re
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "node_modules"
FONT = "@fontsource/biz-udpgothic"
FONT_NAMES = {
    "400": ("BIZ UDPGothic", "BIZ UDPGothic Regular", "BIZUDPGothic-Regular"),
    "700": ("BIZ UDPGothic Bold", "BIZUDPGothic-Bold"),
}


@dataclass(frozen=True)
class Vendored:
    """A package of which some files are copied into a folder of its own."""

    package: str
    folder: str
    licence: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """A folder of copies with one manifest."""

    path: Path
    packages: tuple[Vendored, ...]


SHELVES = (
    Shelf(
        ROOT / "tracker" / "web" / "static" / "vendor",
        (
            Vendored("htmx.org", "htmx", "0BSD", ("dist/htmx.min.js", "LICENSE")),
            Vendored("@digital-go-jp/design-tokens", "design-tokens", "MIT", ("dist/tokens.css", "LICENSE")),
            Vendored(FONT, "biz-udpgothic", "OFL-1.1", ("LICENSE",)),
            Vendored(
                "swagger-ui-dist",
                "swagger-ui",
                "Apache-2.0",
                ("swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE"),
            ),
        ),
    ),
    Shelf(
        ROOT / "tests" / "browser" / "vendor",
        (Vendored("axe-core", "axe-core", "MPL-2.0", ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt")),),
    ),
)


def fill(shelf: Shelf) -> None:
    """Replace the folder with fresh copies and write what is in it."""
    shutil.rmtree(shelf.path, ignore_errors=True)
    for vendored in shelf.packages:
        target = shelf.path / vendored.folder
        target.mkdir(parents=True)
        for name in vendored.files:
            shutil.copy(PACKAGES / vendored.package / name, target)
        if vendored.package == FONT:
            copy_font(PACKAGES / FONT, target)
    manifest = [entry_of(shelf.path, vendored) for vendored in shelf.packages]
    (shelf.path / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def copy_font(package: Path, target: Path) -> None:
    """Every slice of both weights as woff2, and one stylesheet that asks the computer's own fonts first.

    The slices leave out Greek, Ⅰ to Ⅹ and ≒: for these a face of its own asks the computer's font alone.
    """
    sheets = []
    for weight, names in FONT_NAMES.items():
        own = ", ".join(f'local("{name}")' for name in names)
        sheet = (package / f"{weight}.css").read_text(encoding="utf-8")
        sheet = re.sub(r"src: url\(\./files/(\S+\.woff2)\)[^;]*;", rf'src: {own}, url(\1) format("woff2");', sheet)
        rest = f"@font-face {{ font-family: 'BIZ UDPGothic'; font-weight: {weight}; src: {own}; }}\n"
        sheets.append(rest + sheet)
        for slice_ in sorted((package / "files").glob(f"*-{weight}-normal.woff2")):
            if slice_.name in sheet:
                shutil.copy(slice_, target)
    (target / "biz-udpgothic.css").write_text("\n".join(sheets), encoding="utf-8")


def entry_of(shelf: Path, vendored: Vendored) -> dict[str, object]:
    """What the manifest says of one package."""
    version = json.loads((PACKAGES / vendored.package / "package.json").read_text(encoding="utf-8"))["version"]
    files = sorted(path for path in (shelf / vendored.folder).iterdir())
    sums = {f"{vendored.folder}/{path.name}": sha256(path.read_bytes()).hexdigest() for path in files}
    return {"name": vendored.package, "version": version, "licence": vendored.licence, "files": sums}


if __name__ == "__main__":
    for one in SHELVES:
        fill(one)
