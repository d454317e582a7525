"""What was copied from other projects is what the manifest says, of the versions that package.json names."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHELVES = (ROOT / "tracker" / "web" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")
PAGES = SHELVES[0]
LEFT_TO_THE_COMPUTER = set("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ≒")
FETCHED = re.compile(r"""url\(\s*["']?([^)"']+)|@import\s+["']([^"']+)""")


def manifest(shelf: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((shelf / "manifest.json").read_text(encoding="utf-8"))
    return entries


@pytest.mark.parametrize("shelf", SHELVES, ids=["pages", "tests"])
def test_every_copied_file_has_the_sum_that_the_manifest_gives_and_none_is_without(shelf: Path) -> None:
    told = {name: digest for entry in manifest(shelf) for name, digest in entry["files"].items()}
    there = {path.relative_to(shelf).as_posix(): path for path in shelf.rglob("*") if path.is_file()}
    del there["manifest.json"]

    assert {name: sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == told


@pytest.mark.parametrize("shelf", SHELVES, ids=["pages", "tests"])
def test_every_package_comes_with_its_licence(shelf: Path) -> None:
    for entry in manifest(shelf):
        licences = [name for name in entry["files"] if name.endswith("/LICENSE")]
        assert len(licences) == 1, entry["name"]
        assert len((shelf / licences[0]).read_text(encoding="utf-8")) > 300
        assert entry["licence"] in ("0BSD", "MIT", "OFL-1.1", "Apache-2.0", "MPL-2.0")


def test_the_copies_are_of_the_exact_versions_that_are_asked_for_and_locked() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    copied = {entry["name"]: entry["version"] for shelf in SHELVES for entry in manifest(shelf)}

    assert copied == asked
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_the_lock_names_sums_and_no_address_to_fetch_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package.get("integrity", "").startswith("sha512-") or not name


def test_no_copied_stylesheet_fetches_from_elsewhere_and_every_slice_of_the_font_is_there() -> None:
    font = PAGES / "biz-udpgothic"
    for sheet in (font / "biz-udpgothic.css", PAGES / "design-tokens" / "tokens.css"):
        named = {a or b for a, b in FETCHED.findall(sheet.read_text(encoding="utf-8"))}
        assert named == {path.name for path in sheet.parent.glob("*.woff2")}


def test_the_font_has_every_kanji_of_the_offices_own_encoding_and_leaves_few_signs_to_the_computer() -> None:
    ranges = re.findall(r"unicode-range: ([^;]+);", (PAGES / "biz-udpgothic" / "biz-udpgothic.css").read_text())
    covered = {code for line in ranges for part in line.split(",") for code in codes_of(part.strip())}
    pairs = [bytes((lead, trail)) for lead in range(0x81, 0xFD) for trail in range(0x40, 0xFD)]
    characters = {pair.decode("cp932", "ignore") for pair in pairs}
    wanted = {ord(one) for one in characters if len(one) == 1 and not 0xE000 <= ord(one) <= 0xF8FF and ord(one) > 0xA0}

    assert len(wanted) > 7000
    assert {chr(code) for code in wanted - covered} == LEFT_TO_THE_COMPUTER


def codes_of(part: str) -> range:
    """U+4e00-4e10 or U+3000 as code points."""
    first, _, last = part.removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)
