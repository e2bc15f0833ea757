"""Door 1: JSON under /v2. Errors are refusals or HTTP exceptions; `api.errors` answers them all in one format."""

from flask import Blueprint, Flask

from api import (
    account_vaults,
    audit_logs,
    changelogs,
    contacts,
    location_infos,
    locations,
    postback_configs,
    postback_deliveries,
    postback_events,
    postback_replays,
    product_transactions,
    tokens,
    transaction_batches,
    transactions,
    users,
)
from api.accepting import register_accepting
from api.auth import authenticate
from api.errors import register_errors
from api.etags import register_preconditions
from api.idempotency import register_idempotency
from api.openapi import page
from api.query_credentials import register_query_credentials
from api.rate_limits import register_rate_limits
from extensions import csrf

ROUTES = (
    account_vaults.routes,
    changelogs.routes,
    contacts.routes,
    location_infos.routes,
    locations.routes,
    postback_configs.routes,
    postback_deliveries.routes,
    postback_events.routes,
    postback_replays.routes,
    tokens.routes,
    users.routes,
    audit_logs.routes,
    product_transactions.routes,
    transaction_batches.routes,
    transactions.routes,
)


def register(app: Flask) -> None:
    """Bind this room's routes to the application. No cookie opens this door, so no form token guards it."""
    door = Blueprint("v2", __name__, url_prefix="/v2")
    register_query_credentials(app)
    register_accepting(door)
    door.before_request(authenticate)
    register_rate_limits(door)
    register_idempotency(door)
    register_preconditions(door)
    register_errors(door)
    for routes in ROUTES:
        csrf.exempt(routes)
        door.register_blueprint(routes)
    app.register_blueprint(door)
    page.register(app)
