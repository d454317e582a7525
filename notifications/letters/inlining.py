"""Styles moved to where they act, as mail programs need them; HTML of the office is looked at before."""

import re

from css_inline import CSSInliner

NESTED = 500
_MATCHES = 2_000_000  # style rules times elements
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED_BY_THE_NEXT = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option"}
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class HtmlRefused(ValueError):
    """HTML that the inliner cannot be given; says so."""


def inlined(html: str) -> str:
    """The same page with its styles on the elements; css_inline.InlineError (a ValueError) for broken styles."""
    return _INLINER.inline(html)


def refuse_entangled(html: str) -> None:
    """HtmlRefused for elements nested by the thousand, on which the inliner would crash, and for endless styles."""
    depth, elements = 0, 0
    for closing, name in _TAG.findall(html):
        elements += 1
        if name.lower() not in _VOID | _CLOSED_BY_THE_NEXT:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > NESTED:
            raise HtmlRefused("HTMLの要素が閉じられていないか、入れ子が深すぎます。")
    if html.count("{") * elements > _MATCHES:
        raise HtmlRefused("スタイル（CSS）の決まりが多すぎます。")
