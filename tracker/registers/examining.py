"""What is wrong with a file's rows taken together: keys that stand twice, and references to what is not there."""

from itertools import islice

from tracker.domain.registers import Reference
from tracker.domain.text import shown
from tracker.registers.reading import Reading, RegisterFile
from tracker.registers.troubles import BadCell
from tracker.storage.staging import Stage

NO_ROWS = "データの行がありません。空の台帳として取り込むには --allow-empty を付けてください。"


def examine_keys(stage: Stage, file: RegisterFile, result: Reading, limit: int) -> None:
    """Finish the stage; every row whose key stands in a row above is bad."""
    if stage.finish():
        return
    headers = {column.name: column.header for column in file.register.columns}
    keys = "・".join(headers[name] for name in file.register.keys)
    for key, first, again in stage.repeated_keys(limit):
        text = " ".join(map(str, key))
        trouble = f"「{shown(text)}」は{first}行目にもあります。同じキーの行は一つにしてください。"
        result.bad.append(BadCell(file.name, again, keys, trouble, text))


def examine_reference(
    reference: Reference, rows: list[tuple[int, object]], file: RegisterFile, result: Reading
) -> None:
    """Rows with a value that another register does not hold are bad, or noticed when the reference is not strict."""
    header = next(column.header for column in file.register.columns if column.name == reference.column)
    stem = reference.register
    if reference.strict:
        for number, value in rows:
            trouble = f"「{shown(str(value))}」は台帳「{stem}」にありません。先に台帳「{stem}」を確かめてください。"
            result.bad.append(BadCell(file.name, number, header, trouble, str(value)))
    elif rows:
        values = "、".join(islice(dict.fromkeys(shown(str(value)) for _, value in rows), 5))
        result.notices.append(
            f"「{file.name}」の{header}「{values}」などは台帳「{stem}」にありません（{len(rows)}行）。"
        )
