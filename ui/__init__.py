"""Door 2: the operator console."""

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from ui.account import account
from ui.account_vaults import account_vaults
from ui.audit_log import audit_log
from ui.contacts import contacts
from ui.delivery_export import deliveries
from ui.docs import docs
from ui.errors import register_errors
from ui.inbox import inbox, receiver
from ui.locations import locations
from ui.postback_config_form import postback_configs
from ui.replays import replays
from ui.saved_filters import saved_filters
from ui.sign_in import sign_in
from ui.styleguide import styleguide
from ui.system import system
from ui.templating import register_templating
from ui.theme import theme
from ui.transaction_actions import transactions
from ui.transaction_batches import batches
from ui.user_access import users
from ui.zones import zones


def register(app: Flask) -> None:
    """Bind the console's screens, what their templates use, and their error pages to the application."""
    register_templating(app)
    register_errors(app)
    of_records = (locations, postback_configs, contacts, transactions, batches, account_vaults)
    of_postbacks = (deliveries, replays, inbox, receiver)
    of_people = (users, account, audit_log, system)
    for screens in (theme, zones, sign_in, saved_filters, *of_records, *of_postbacks, *of_people, docs, styleguide):
        app.register_blueprint(screens)
    app.add_url_rule("/", "start", start)


def start() -> Response:
    return redirect(url_for("locations.index"))
