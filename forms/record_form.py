"""What the forms of records share: showing why the schema refused what was typed."""

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm

from schemas.validation import label


class RecordForm(FlaskForm):  # type: ignore[misc]
    def show_refusal(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put each sentence at its field, in the form's own words for it; what belongs to none stands over the form."""
        for name, sentences in errors.items():
            if name in self:
                self[name].errors = [self._own_words(name, sentence) for sentence in sentences]
            else:
                self.form_errors.extend(sentences)

    def _own_words(self, name: str, sentence: str) -> str:
        """The API begins its sentences with a label made of the wire's name; the page has a better one."""
        spelled = label(name)
        return self[name].label.text + sentence.removeprefix(spelled) if sentence.startswith(spelled) else sentence
