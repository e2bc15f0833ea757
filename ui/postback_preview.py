"""The live preview of a postback's form: the exact POST and its curl."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.previews import Preview
from ui.curl import curl_command
from ui.inert import header_lines, pretty_json, visible


@dataclass(frozen=True, slots=True)
class PreviewView:
    type: str
    resource: str
    raw: str
    """The request as it leaves, line by line."""
    data: str
    """The body's `data`, decoded and indented."""
    curl: str


def preview_view(told: Preview) -> PreviewView:
    target, host = _target(told.url)
    head = [f"POST {target} HTTP/1.1", f"Host: {host}", *told.header_lines, f"Content-Length: {len(told.body)}"]
    return PreviewView(
        type=told.type,
        resource=told.resource,
        raw=visible("\n".join([*head, "", told.body.decode("ascii")])),
        data=pretty_json(told.data) or visible(told.data),
        curl=curl_command(told.url, header_lines("\n".join(told.header_lines)), told.body),
    )


def _target(url: str) -> tuple[str, str]:
    """Path with query, and host; of what is no URL yet, as much as there is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), parts.netloc
