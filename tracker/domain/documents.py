"""Kinds of documents that an office takes as evidence, and the endings that their names have."""

from enum import StrEnum


class FileKind(StrEnum):
    """Kinds of documents, under the names that config.toml calls them by."""

    PDF = "PDF"
    PNG = "PNG画像"
    JPEG = "JPEG画像"
    TIFF = "TIFF画像"
    WORD = "Word"
    EXCEL = "Excel"
    POWERPOINT = "PowerPoint"
    OLD_OFFICE = "旧形式のOffice"
    TEXT = "テキスト・CSV"
    ZIP = "ZIP"


USUAL = tuple(kind for kind in FileKind if kind is not FileKind.ZIP)
ENDINGS = {
    FileKind.PDF: {"pdf"}, FileKind.PNG: {"png"}, FileKind.JPEG: {"jpg", "jpeg", "jpe", "jfif"},
    FileKind.TIFF: {"tif", "tiff"}, FileKind.WORD: {"docx", "dotx"}, FileKind.EXCEL: {"xlsx", "xltx", "xlsb"},
    FileKind.POWERPOINT: {"pptx", "ppsx", "potx"}, FileKind.OLD_OFFICE: {"doc", "xls", "ppt", "dot", "xlt", "pps", "jtd"},
    FileKind.TEXT: {"txt", "csv", "tsv", "log", "md"}, FileKind.ZIP: {"zip"},
}  # fmt: skip
