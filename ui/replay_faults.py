"""What is wrong with a replay's form: the API's sentences at the form's own fields."""

from collections.abc import Mapping, Sequence

Faults = Mapping[str, str]
"""A field of the form → what is wrong with it."""
FIELDS = {"created_ts_from": "begin", "created_ts_to": "end", "force": "status", "location_id": "status"}
LABELS = {
    "Created Ts From": "Since",
    "Created Ts To": "Until",
    "Postback Config Id": "Postback",
    "Status": "What to send",
}
NOTHING_CHOSEN = "Choose what to send: at least one of these."
NO_MOMENT = "Give a date and a time."


def faults_of(errors: Mapping[str, Sequence[str]]) -> Faults:
    """Sentences by field, in the page's own words."""
    told: dict[str, str] = {}
    for name, sentences in errors.items():
        text = NOTHING_CHOSEN if name == "status" and "cannot be blank" in sentences[0] else " ".join(sentences)
        if name == "created_ts_from" or (name == "created_ts_to" and "before" not in text):
            text = NO_MOMENT
        for label, own in LABELS.items():
            text = text.replace(label, own)
        told[FIELDS.get(name, name)] = text
    return told
