"""/v2/auditlogs"""

from api.envelopes import Kind
from api.filters import columns_of
from api.routes import Verbs, record_routes
from models import AuditEntry
from resources.audit_search import changes_of, entries_in_sight, get_entry
from schemas.audit_log import AUDIT_KEYS, audit_log_shape


def _shape(entry: AuditEntry) -> dict[str, object]:
    return audit_log_shape(entry, changes_of(entry))


KIND = Kind(
    "auditlog",
    "auditlogs",
    _shape,
    columns_of(AuditEntry, AUDIT_KEYS, ["action", "resource"], made_with_ids=True),
    about="Who changed what, with what stood before; for admins.",
    answers={"changes": {"type": "object", "additionalProperties": {"type": "array"}}},
)

routes = record_routes(KIND, Verbs(entries_in_sight, get_entry))
