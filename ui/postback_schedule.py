"""How long a config goes on trying, in words."""

from ui.times import DAY, HOUR, MINUTE

MOST_DIGITS = 9
SHOWN_IN_SECONDS = 2 * MINUTE


def schedule_line(attempts: object, interval: object) -> str:
    """`5 attempts, gives up after about 20 min`; takes what was typed, and asks for numbers where it is none.

    The first attempt is sent at once, so the interval counts once less than there are attempts.
    """
    number, seconds = _positive(attempts), _positive(interval)
    if number is None or seconds is None:
        return "Type two whole numbers to see how long it will go on trying."
    if number == 1:
        return "1 attempt, no retry."
    return f"{number} attempts, gives up after about {length((number - 1) * seconds)}."


def length(seconds: int) -> str:
    """A length of time in its two largest units: 90 s, 20 min, 1 h 30 min, 2 d 4 h."""
    if seconds < SHOWN_IN_SECONDS and seconds % MINUTE:
        return f"{seconds} s"
    units = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
    parts: list[str] = []
    for size, name in units:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {name}" if count else "")
    return " ".join(part for part in parts[:2] if part) or "0 s"


def _positive(value: object) -> int | None:
    text = str(value if value is not None else "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return None
    return int(text) or None
