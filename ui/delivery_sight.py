"""Which deliveries tell the console's reader the address that was called: the rule is the same behind both doors."""

from resources.delivery_sight import (
    EDIT_CONFIG,
    addresses_seen_at,
    permitted_at,
    permitted_everywhere,
    told_reason,
)

__all__ = ["EDIT_CONFIG", "addresses_seen_at", "permitted_at", "permitted_everywhere", "told_reason"]
