"""The calendar where a location is."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import select

from extensions import db
from models import Location


def today_at(location_id: str) -> str:
    """Today's date there, yyyy-mm-dd."""
    name = db.session.scalar(select(Location.tz).where(Location.id == location_id))
    return datetime.now(_zone(name)).date().isoformat()


def _zone(name: str | None) -> tzinfo:
    """The zone by this name; UTC where this machine knows none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC
