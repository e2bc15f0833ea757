"""`python -m bench.readme out.json`: write the figures of a run into the README, between its two markers."""

import sys
from pathlib import Path

from bench.figures import Report
from bench.table import markdown
from bench.verdicts import verdicts
from config import HOUSE

BEGIN = "<!-- figures: written by `python -m bench.readme out.json` -->"
END = "<!-- end of figures -->"


def with_figures(text: str, figures: str) -> str:
    """The text with what stands between the markers replaced. Raises ValueError where they do not stand once each."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in after:
        raise ValueError(f"the README must hold one {BEGIN!r}, and one {END!r} after it")
    return f"{before}{BEGIN}\n{figures}{END}{after}"


def main() -> None:
    report = Report.from_json(Path(sys.argv[1]).read_text())
    readme = HOUSE / "README.md"
    readme.write_text(with_figures(readme.read_text(), markdown(report, verdicts(report))))


if __name__ == "__main__":
    main()
