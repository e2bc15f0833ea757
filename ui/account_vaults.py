"""A location's account vaults: the list, the form, a vault's page. Of a number only its last four are ever shown."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.account_vault import AccountVaultForm, stored_values
from models import Contact
from resources import account_vaults as verbs
from resources.account_vault_search import ACCOUNT_VAULT_SEARCH
from resources.account_vaults import ACCOUNT_VAULTS
from schemas.account_vault import ACCOUNT_VAULT_KEYS, expiring_in_months
from ui.account_names import account_name, contacts_offered, expiry, vault_name
from ui.record_forms import RecordForms, form_screens
from ui.record_list import exported, found
from ui.record_pages import Kind, located, permitted, prefilled, record_page
from ui.session import current_actor, require_sign_in

KIND = Kind("account_vaults", "account vault", "account vaults", "account_vaults/show.html")

account_vaults = Blueprint("account_vaults", __name__, url_prefix="/locations/<location_id>/account-vaults")
account_vaults.before_request(require_sign_in)


@account_vaults.get("")
def index(location_id: str) -> str:
    list_ = found(KIND, ACCOUNT_VAULT_SEARCH, location_id)
    return render_template(
        "account_vaults/index.html",
        location=list_.location,
        list=list_,
        account_name=account_name,
        vault_name=vault_name,
        expiry=expiry,
        expiring_in_months=expiring_in_months,
        base_url=settings().effective_public_url,
        **permitted(ACCOUNT_VAULTS, list_.location.id),
    )


@account_vaults.get("/export.csv")
def export(location_id: str) -> Response:
    return exported(KIND, ACCOUNT_VAULT_SEARCH, location_id, ACCOUNT_VAULT_KEYS)


@account_vaults.get("/<record_id>")
def show(location_id: str, record_id: str) -> str:
    location, vault = located(ACCOUNT_VAULTS, location_id, record_id, deleted=True)
    contact = db.session.get(Contact, vault.contact_id) if vault.contact_id else None
    return record_page(
        *(KIND, ACCOUNT_VAULTS, location, vault),
        title=vault_name(vault),
        account=account_name(vault),
        expires=expiry(vault.exp_date),
        months=expiring_in_months(vault.exp_date),
        contact=contact,
    )


form_screens(
    account_vaults,
    RecordForms(
        kind=KIND,
        resource=ACCOUNT_VAULTS,
        form=AccountVaultForm,
        start=lambda _: {"payment_method": "cc", "active": True, **prefilled({"contact_id": "contact"})},
        stored=stored_values,
        wire=lambda form, vault: form.wire_of_change(vault) if vault else form.wire(),
        create=lambda actor, fields: verbs.create_account_vault(actor, fields)[0],
        update=verbs.update_account_vault,
        delete=verbs.delete_account_vault,
        facts=lambda vault: {"title": vault_name(vault), "account": account_name(vault)},
        offers=lambda location: {"contacts": contacts_offered(current_actor(), location.id)},
    ),
)
