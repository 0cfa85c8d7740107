"""What people wrote in Markdown becomes HTML that can do no harm: no scripts, nothing foreign, no hidden comments."""

import html
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BOX = re.compile(r"^\[([ xX~])\]\s")
_REFERENCE = re.compile(r"(?<![\w/@&;])(@[A-Za-z0-9_][\w.\-]*[A-Za-z0-9_]|~&quot;[^&]+&quot;)")
_FOLD = re.compile(r"<details>\s*<summary>(?P<title>[^\n]*)</summary>")
_TAG = re.compile(r"</?(?:b|strong|em)>")
_BOXES = {" ": ("", "open"), "x": (" checked", "done"), "~": ("", "not applicable")}


class Renderer(RendererHTML):
    """CommonMark with tables, task lists and mentions; HTML is shown as text but for folds, images as links."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        text = html.escape(tokens[idx].content)
        box = ""
        if idx == 0 and env.get("in_item") and (match := _BOX.match(text)):
            state, title = _BOXES[match[1].lower()]
            box, text = f'<input type="checkbox" disabled{state} title="{title}"> ', text[match.end() :]
            text = f"<s>{text}</s>" if match[1] == "~" else text
        return box + _REFERENCE.sub(r'<span class="ref">\1</span>', text)

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        shown = _COMMENT.sub("", tokens[idx].content).strip()
        if fold := _FOLD.fullmatch(shown):
            return f"<details><summary>{html.escape(_TAG.sub('', fold['title']))}</summary>\n"
        if shown == "</details>":
            return "</details>\n"
        return f"<p>{html.escape(shown)}</p>\n" if shown else ""

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return html.escape(_COMMENT.sub("", tokens[idx].content))

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        target, name = html.escape(str(token.attrGet("src") or "")), html.escape(token.content or "image")
        return f'<a href="{target}" rel="noopener">{name}</a>'

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        inline = next((token for token in tokens[idx : idx + 3] if token.type == "inline"), None)
        env["in_item"] = inline is not None
        task = inline is not None and _BOX.match(inline.content)
        return '<li class="task">' if task else "<li>"

    def list_item_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["in_item"] = False
        return "</li>\n"


_PARSER = MarkdownIt("commonmark", {"html": True, "breaks": True}, renderer_cls=Renderer)
_PARSER.enable(["table", "strikethrough"])


def to_html(text: str | None) -> Markup:
    """`text` as a person wrote it, None for nothing."""
    return Markup(_PARSER.render(text or "", {}))  # noqa: S704 - the renderer above escapes everything
