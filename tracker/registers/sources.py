"""Which files an import takes, and in which order."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tracker.domain.errors import InputRefused, why
from tracker.domain.registers import BY_STEM, REGISTERS, Register
from tracker.domain.text import shown
from tracker.registers.tables import SUFFIXES
from tracker.registers.troubles import Troubles

NEARLY = (
    "「{name}」は台帳「{stem}」の名前で始まりますが、取り込める名前と形ではありません。"
    "取り込むなら「{stem}.csv」か「{stem}.xlsx」とし、そうでなければフォルダーから除いてください。"
)
OTHER_FORM = (
    "「{name}」は取り込めない形のファイルです。Excel などで開き、"
    "「Excel ブック（*.xlsx）」か CSV を選んで、「{stem}.xlsx」か「{stem}.csv」として保存し直してください。"
)
OTHER_FORMS = (".xls", ".xlsb", ".xlt", ".xltx", ".ods", ".fods", ".numbers")  # tables that are read by no reader here
OF_WINDOWS = ("thumbs.db", "desktop.ini")
# What is written to be read, and may begin with any word: システム構成図.pdf is no register that went wrong.
DOCUMENTS = (
    ".pdf",
    ".doc",
    ".docx",
    ".ppt",
    ".pptx",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".html",
    ".htm",
    ".md",
    ".lnk",
    ".url",
)


@dataclass(frozen=True)
class Sources:
    """What a command line of paths comes to: register files in order, papers, and files left aside."""

    files: tuple[tuple[Register, Path], ...]
    papers: tuple[Path, ...] = ()
    passed_over: tuple[str, ...] = ()


def sources_of(paths: list[Path], troubles: Troubles) -> Sources:
    """Sort files and folders; a folder gives every known file in it. What cannot be taken is added to `troubles`."""
    files, papers, passed_over = list[tuple[Register, Path]](), list[Path](), list[str]()
    for path in paths:
        register = register_of(path)
        with troubles.of(register.stem if register else None):
            if _is_folder(path):
                known, others = _in_folder(path, troubles)
                files += known
                passed_over += others
            elif register:
                files.append((register, path))
            elif path.suffix.lower() == ".txt":
                papers.append(path)
            else:
                raise InputRefused(unknown_name(path.name))
    files = _without_twins(files, troubles)
    order = {register.stem: position for position, register in enumerate(REGISTERS)}
    files.sort(key=lambda pair: order[pair[0].stem])
    return Sources(tuple(files), tuple(papers), tuple(passed_over))


def register_of(path: Path) -> Register | None:
    """The register that a file's name stands for (macOS writes kana in parts: compared whole)."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    return BY_STEM.get(unicodedata.normalize("NFKC", path.stem).strip())


def refuse_other_names(names: Iterable[str]) -> None:
    """Raise InputRefused for a file that is named like no register."""
    for name in names:
        if register_of(Path(name)) is None:
            raise InputRefused(unknown_name(name))


def unknown_name(name: str) -> str:
    """The refusal of a file that is named like no register."""
    if stem := nearly_named(Path(name)):
        return nearly(name, stem)
    return f"「{name}」は取り込める台帳ではありません。ファイル名を次のどれかにしてください。{_stems()}"


def nearly(name: str, stem: str) -> str:
    """The refusal of a file that is named after a register and is none: saved anew, or named anew."""
    way = OTHER_FORM if Path(name).suffix.lower() in OTHER_FORMS else NEARLY
    return way.format(name=shown(name), stem=stem)


def _is_folder(path: Path) -> bool:
    try:
        if path.exists():
            return path.is_dir()
    except OSError as trouble:
        raise InputRefused(f"「{path}」を開けません（{why(trouble)}）。") from None
    raise InputRefused(f"「{path}」がありません。ファイル名とフォルダーを確かめてください。")


def _in_folder(folder: Path, troubles: Troubles) -> tuple[list[tuple[Register, Path]], list[str]]:
    known, others = list[tuple[Register, Path]](), list[str]()
    try:
        paths = sorted(folder.iterdir())
    except OSError as trouble:
        raise InputRefused(f"フォルダー「{folder}」を開けません（{why(trouble)}）。") from None
    for path in paths:
        if register := register_of(path):  # a broken link or a folder of that name is refused when it is opened
            known.append((register, path))
        elif stem := nearly_named(path):
            with troubles.of(stem):
                raise InputRefused(nearly(path.name, stem))
        elif not path.name.startswith((".", "~$")) and path.name.casefold() not in OF_WINDOWS:
            others.append(path.name)
    if not (known or troubles.files):
        raise InputRefused(
            f"フォルダー「{folder}」に取り込める台帳がありません。ファイル名は次のどれかです。{_stems()}"
        )
    return known, others


def nearly_named(path: Path) -> str | None:
    """The register that a file is named after without being taken for it: 職員.xls, 委託契約_20230810.csv."""
    name = unicodedata.normalize("NFKC", path.name).strip()
    if name.startswith((".", "~$")):
        return None
    stems = [register.stem for register in REGISTERS if name.startswith(register.stem)]
    stem = max(stems, key=len, default=None)
    if stem is None or name == stem or (path.suffix.lower() in DOCUMENTS and name.split(".")[0].strip() != stem):
        return None
    return stem


def _without_twins(files: list[tuple[Register, Path]], troubles: Troubles) -> list[tuple[Register, Path]]:
    """Files of registers that have one; which of two is meant cannot be told."""
    paths = defaultdict[str, list[Path]](list)
    for register, path in files:
        paths[register.stem].append(path)
    for stem, own in paths.items():
        with troubles.of(stem):
            if len(own) > 1:
                names = "、".join(path.name for path in own)
                raise InputRefused(
                    f"台帳「{stem}」のファイルが{'二つ' if len(own) == 2 else f'{len(own)}つ'}あります（{names}）。"
                    "一つにしてください。"
                )
    return [(register, path) for register, path in files if len(paths[register.stem]) == 1]


def _stems() -> str:
    return "、".join(register.stem for register in REGISTERS)
