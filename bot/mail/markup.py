"""The HTML of a mail becomes the words a person reads, the links they may follow, and what no mail of ours may have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

INLINE: Final = {"a", "b", "em", "i", "span", "strong"}
BLOCKS: Final = {"blockquote", "br", "div", "h1", "h2", "h3", "hr", "li", "ol", "p", "ul"}
TABLES: Final = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS: Final = {"html", "head", "meta", "title", "body"} | INLINE | BLOCKS | TABLES
LAYOUT: Final = {"align", "border", "cellpadding", "cellspacing", "height", "width"}
ATTRIBUTES: Final = {"alt", "charset", "class", "content", "dir", "lang", "name", "role", "style", "title"} | LAYOUT
"""None of them loads anything but `style`, and that is looked at."""
LOADING: Final = re.compile(r"url\s*\(|@import|expression|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Markup:
    """What is in the HTML; `oddities` say what must go, for a person."""

    words: str
    links: tuple[str, ...]
    oddities: tuple[str, ...]


def read(html: str) -> Markup:
    """Words keep their order; tags that begin a line of their own separate them, others do not."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Markup("".join(reader.words), tuple(reader.links), tuple(dict.fromkeys(reader.oddities)))


class _Reader(HTMLParser):
    """Collects as it reads; whatever is not known to be harmless is an oddity."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self.oddities: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._separate(tag)
        if tag not in TAGS:
            self.oddities.append(f"the tag <{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.oddities.append("a comment")

    def handle_pi(self, data: str) -> None:
        self.oddities.append("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.oddities.append("a CDATA section")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "href" and tag == "a":
            self.links.append(value)
        elif name not in ATTRIBUTES:
            self.oddities.append(f"the attribute {name} of <{tag}>")
        elif name == "style" and LOADING.search(value):
            self.oddities.append(f"a style of <{tag}> that loads something")
        else:
            self.words.append(f"\n{value}\n" if name in {"alt", "content", "title"} else "")

    def _separate(self, tag: str) -> None:
        if tag not in INLINE:
            self.words.append("\n")
