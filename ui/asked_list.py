"""A list as its address asks for it: what is filtered for, where that leads, and the person's saved filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from models import Location, SavedFilter
from resources.saved_filters import saved_filters
from ui.session import current_actor

Filters = Mapping[str, str]
"""Query parameters of a list: only those that ask for something."""


@dataclass(frozen=True, slots=True)
class AskedList:
    view: str
    """The endpoint of the list; `export_view` of the same as a file."""
    export_view: str
    location: Location | None
    filters: Filters
    before: str | None
    screen: str
    """The name that its saved filters are kept under: each location's list has its own."""
    saved: Sequence[SavedFilter]

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters)

    @property
    def url(self) -> str:
        """The list without any filter."""
        return self._url(self.view, {})

    @property
    def here_url(self) -> str:
        """The list as it is filtered, from its beginning."""
        return self._url(self.view, self.filters)

    @property
    def export_url(self) -> str:
        return self._url(self.export_view, self.filters)

    @property
    def newest_url(self) -> str | None:
        return self.here_url if self.before else None

    def at(self, place: Mapping[str, object]) -> str:
        """Another place of the list: a page's number, or the id to go on before."""
        return self._url(self.view, {**self.filters, **place})

    def older_url(self, older: str | None) -> str | None:
        return self.at({"before": older}) if older else None

    def without(self, name: str) -> str:
        """The list with this filter cleared."""
        return self._url(self.view, {key: value for key, value in self.filters.items() if key != name})

    def _url(self, view: str, query: Mapping[str, object]) -> str:
        path = url_for(view, location_id=self.location.id) if self.location else url_for(view)
        return f"{path}?{urlencode(query)}" if query else path


def asked_list(
    screen: str,
    views: tuple[str, str],
    filters: Filters,
    *,
    location: Location | None = None,
    before: str | None = None,
) -> AskedList:
    """`views`: the endpoints of the list and of its export."""
    name = f"{screen}/{location.id}" if location else screen
    return AskedList(*views, location, filters, before, name, saved_filters(current_actor(), name))
