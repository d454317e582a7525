"""Which files an import takes, and in which order."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tracker.domain.errors import InputRefused
from tracker.domain.registers import BY_STEM, REGISTERS, Register
from tracker.registers.tables import SUFFIXES


@dataclass(frozen=True)
class Sources:
    """What a command line of paths comes to: register files in order, papers, and files left aside."""

    files: tuple[tuple[Register, Path], ...]
    papers: tuple[Path, ...] = ()
    passed_over: tuple[str, ...] = ()


def sources_of(paths: list[Path]) -> Sources:
    """Sort files and folders; a folder gives every known file in it. Raises InputRefused for what is unknown."""
    files, papers, passed_over = list[tuple[Register, Path]](), list[Path](), list[str]()
    for path in paths:
        if _is_folder(path):
            known, others = _in_folder(path)
            files += known
            passed_over += others
        elif register := register_of(path):
            files.append((register, path))
        elif path.suffix.lower() == ".txt":
            papers.append(path)
        else:
            raise InputRefused(
                f"「{path.name}」は取り込める台帳ではありません。ファイル名を次のどれかにしてください。{_stems()}"
            )
    _refuse_two_of_one(files)
    order = {register.stem: position for position, register in enumerate(REGISTERS)}
    files.sort(key=lambda pair: order[pair[0].stem])
    return Sources(tuple(files), tuple(papers), tuple(passed_over))


def register_of(path: Path) -> Register | None:
    """The register that a file's name stands for (macOS writes kana in parts: compared whole)."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    return BY_STEM.get(unicodedata.normalize("NFKC", path.stem).strip())


def _is_folder(path: Path) -> bool:
    try:
        if path.exists():
            return path.is_dir()
    except OSError as trouble:
        raise InputRefused(f"「{path}」を開けません（{trouble.strerror}）。") from None
    raise InputRefused(f"「{path}」がありません。ファイル名とフォルダーを確かめてください。")


def _in_folder(folder: Path) -> tuple[list[tuple[Register, Path]], list[str]]:
    known, others = list[tuple[Register, Path]](), list[str]()
    try:
        paths = sorted(folder.iterdir())
    except OSError as trouble:
        raise InputRefused(f"フォルダー「{folder}」を開けません（{trouble.strerror}）。") from None
    for path in paths:
        if register := register_of(path):  # a broken link or a folder of that name is refused when it is opened
            known.append((register, path))
        elif not path.name.startswith((".", "~$")):
            others.append(path.name)
    if not known:
        raise InputRefused(
            f"フォルダー「{folder}」に取り込める台帳がありません。ファイル名は次のどれかです。{_stems()}"
        )
    return known, others


def _refuse_two_of_one(files: list[tuple[Register, Path]]) -> None:
    seen = dict[str, Path]()
    for register, path in files:
        if other := seen.get(register.stem):
            raise InputRefused(
                f"台帳「{register.stem}」のファイルが二つあります（{other.name}、{path.name}）。一つにしてください。"
            )
        seen[register.stem] = path


def _stems() -> str:
    return "、".join(register.stem for register in REGISTERS)
