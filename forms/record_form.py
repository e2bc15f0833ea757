"""What the forms of records share: showing why the schema refused what was typed, and hiding what nobody may see."""

from collections.abc import Iterable, Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import StringField

from schemas.validation import label


class Secret(StringField):  # type: ignore[misc]
    """A field whose page never shows what was typed."""

    def _value(self) -> str:
        return ""


class RecordForm(FlaskForm):  # type: ignore[misc]
    def show_refusal(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put each sentence at its field, in the form's own words for it; what belongs to none stands over the form."""
        for name, sentences in errors.items():
            if name in self:
                self[name].errors = [self._own_words(name, sentence) for sentence in sentences]
            else:
                self.form_errors.extend(sentences)
        self._forget_copies()

    def _given(self, names: Iterable[str]) -> dict[str, object]:
        """The fields that were sent, as they were typed."""
        return {name: self[name].data for name in names if self[name].data is not None}

    def _forget_copies(self) -> None:
        """Empty every field that repeats a secret, so that the page does not show it by another's name."""
        typed = (_digits(field.data) for field in self if isinstance(field, Secret))
        secrets = [digits for digits in typed if len(digits) >= SHORTEST_SECRET]
        for field in self:
            if isinstance(field.data, str) and any(secret in _digits(field.data) for secret in secrets):
                field.data = ""

    def _own_words(self, name: str, sentence: str) -> str:
        """The API begins its sentences with a label made of the wire's name; the page has a better one."""
        spelled = label(name)
        return self[name].label.text + sentence.removeprefix(spelled) if sentence.startswith(spelled) else sentence


SHORTEST_SECRET = 8
"""Digits; fewer stand in other fields by chance."""


def _digits(text: object) -> str:
    return "".join(letter for letter in text if letter.isdigit()) if isinstance(text, str) else ""
