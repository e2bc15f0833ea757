"""What an answer holds, once its status is as it should be."""

from typing import Any

from werkzeug.test import TestResponse


def record_of(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """The one record in an answer."""
    assert response.status_code == status, response.text
    [record] = response.get_json().values()
    assert isinstance(record, dict)
    return record


def errors_of(response: TestResponse) -> dict[str, list[str]]:
    """The sentences of a 422, by field."""
    assert response.status_code == 422, response.text
    found = response.get_json()["errors"]
    assert isinstance(found, dict)
    return found
