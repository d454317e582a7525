"""The Japanese of council papers: misprints repaired, stray spaces closed, polite endings made plain."""

import re

MISPRINTS = (("ないかった", "なかった"), ("的的に", "的に"))
FOOTNOTE_MARK = re.compile(r"\^\{[^{}]*\}|[（(][※＊*注]\d+[）)]|[※＊*]\d*")
_CLOSED_SPACE = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_DIGITS = {ord("０") + n: str(n) for n in range(10)}

_CONJUNCTIONS = re.compile(
    r"(?:(?:また|なお|さらに|更に|加えて|あわせて|併せて|その上で|そのうえで|その後|追加して|まず|次に|従前より|従前から"
    r"|引き続き|既に|すでに)(?:は)?、?|(?:今後|以後|以降|これまで|従来|現在)(?![のに])は?、?)+"
)
_ROWS = {"い": "う", "き": "く", "ぎ": "ぐ", "ち": "つ", "に": "ぬ", "び": "ぶ", "み": "む", "り": "る"}
_ONE_STEP = re.compile(r"(?:でき|用い|率い|足り|借り|試み|[ぁ-んァ-ヶ一-龠]じ)$")
_SU_VERB = re.compile(r"(?:(?<![一-龠])[示渡出返直移正戻残消貸指増減通]|見直)し$")
_TE_FORMS = (("って", "る"), ("いて", "く"), ("いで", "ぐ"), ("んで", "む"))


def repaired(text: str) -> str:
    """Footnote marks taken out and known misprints put right."""
    plain = FOOTNOTE_MARK.sub("", text)
    for wrong, right in MISPRINTS:
        plain = plain.replace(wrong, right)
    return plain


def with_narrow_digits(text: str) -> str:
    """Full-width digits made narrow, and nothing else."""
    return text.translate(_DIGITS)


def closed_up(text: str) -> str:
    """Spaces taken out, except between two Latin words."""
    return _CLOSED_SPACE.sub("", text).strip()


def without_conjunction(text: str) -> str:
    """Words such as また or 今後は dropped from the beginning."""
    return _CONJUNCTIONS.sub("", text, count=1) if _CONJUNCTIONS.match(text) else text


def plain_form(text: str) -> str:
    """The last verb in its dictionary form: しました, していました, する予定, し all end in する."""
    text = re.sub(r"いたし(?=(?:ました|ます)?$)", "し", text)
    if match := re.search(r"(?<=[てで])(?:(?:い|おり|まいり|いき)ま(?:した|す)|い[たる])$", text):
        return _from_te(text[: match.start()])
    if match := re.search(r"ま(?:した|す)$", text):
        return _from_stem(text[: match.start()])
    if text.endswith(("た", "だ")):
        return _from_te(text[:-1] + {"た": "て", "だ": "で"}[text[-1]])
    return _from_stem(text) if text.endswith(("し", "い")) else text


def _from_stem(stem: str) -> str:
    if not stem or _SU_VERB.search(stem):
        return stem[:-1] + "す"
    if stem.endswith("し"):
        return stem[:-1] + "する"
    if stem[-1] in _ROWS and not _ONE_STEP.search(stem):
        return stem[:-1] + _ROWS[stem[-1]]
    return stem + "る"


def _from_te(text: str) -> str:
    if text.endswith("行って"):
        return text[:-2] + "う"
    for ending, verb in _TE_FORMS:
        if text.endswith(ending) and not text.endswith("用いて"):
            return text.removesuffix(ending) + verb
    return _from_stem(text[:-1]) if text.endswith("て") else text
