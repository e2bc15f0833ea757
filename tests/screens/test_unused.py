"""Nothing is kept that no screen uses: no class in a sheet, no macro, no variable."""

import re
from collections.abc import Iterator

from config import HOUSE

STYLES = sorted((HOUSE / "static" / "styles").glob("*.css"))
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
SCRIPTS = sorted((HOUSE / "static").glob("*.js"))
CODE = sorted((HOUSE / "ui").glob("*.py"))
SELECTOR = re.compile(r"([^{}]+)\{")
CLASS = re.compile(r"\.(-?[a-z_][\w-]*)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
MADE_OF_WORDS = ("pill-", "tone-", "life-", "chart-", "split-", "outcome-", "method-")
"""Classes whose ends come from data: that their beginning is used must do."""


def markup() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS, *CODE))


def own_classes() -> Iterator[tuple[str, str]]:
    for sheet in STYLES:
        for selector in SELECTOR.findall(COMMENT.sub("", sheet.read_text(encoding="utf-8"))):
            if not selector.strip().startswith("@"):
                yield from ((name, sheet.name) for name in CLASS.findall(selector))


def is_used(name: str, written: str) -> bool:
    begins = next((begin for begin in MADE_OF_WORDS if name.startswith(begin)), None)
    return re.search(rf"(?<![\w-]){re.escape(begins or name)}" + ("" if begins else r"(?![\w-])"), written) is not None


def test_every_class_of_a_sheet_is_used() -> None:
    written = markup()
    unused = {f"{name} ({sheet})" for name, sheet in own_classes() if not is_used(name, written)}
    assert not unused, sorted(unused)


def test_every_macro_is_used() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES}
    written = "\n".join(texts.values())
    macros = [name for path in TEMPLATES for name in re.findall(r"macro (\w+)\(", texts[path])]
    guide = "".join(text for path, text in texts.items() if "styleguide" in path.parts)
    used = {
        name: len(re.findall(rf"(?<![\w.]){name}\(", written)) - len(re.findall(rf"\b{name}\(", guide))
        for name in macros
    }
    assert [name for name, times in used.items() if times < 2] == [], "only defined, or shown in the style guide alone"


def test_every_variable_is_used_and_known() -> None:
    sheets = "\n".join(path.read_text(encoding="utf-8") for path in STYLES) + markup()
    defined = set(re.findall(r"(?<![\w-])--([a-z][\w-]*):", sheets))
    used = set(re.findall(r"var\(--([a-z][\w-]*)", sheets))
    assert sorted(name for name in defined - used if not name.startswith("bs-")) == []
    assert sorted(name for name in used - defined if not name.startswith("bs-")) == []
