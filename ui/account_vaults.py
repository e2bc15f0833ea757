"""A location's account vaults: the list, the form, a vault's page. Of a number only its last four are ever shown."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.account_vault import AccountVaultForm, stored_values
from models import AccountVault, Contact, Location
from resources import account_vaults as verbs
from resources.access import require
from resources.account_vault_search import ACCOUNT_VAULT_SEARCH
from resources.account_vaults import ACCOUNT_VAULTS
from resources.locations import get_location
from schemas.account_vault import ACCOUNT_VAULT_KEYS, expiring_in_months
from schemas.refusals import Invalid
from ui.account_names import account_name, contacts_offered, expiry, vault_name
from ui.record_list import exported, found
from ui.record_pages import Kind, located, permitted, prefilled, record_page, to_list, to_record
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


@account_vaults.get("/new")
def new(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), "v2.accountvaults.post", location.id)
    start = {"payment_method": "cc", "active": True, **prefilled({"contact_id": "contact"})}
    return _form_page(location, AccountVaultForm(formdata=None, data=start))


@account_vaults.post("/new")
def create(location_id: str) -> str | Response | tuple[str, int]:
    location = get_location(current_actor(), location_id)
    form = AccountVaultForm()
    try:
        vault, _ = verbs.create_account_vault(current_actor(), form.wire() | {"location_id": location.id})
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form), 422
    return to_record(KIND, vault, "The account vault is added.")


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


@account_vaults.get("/<record_id>/edit")
def edit(location_id: str, record_id: str) -> str:
    location, vault = located(ACCOUNT_VAULTS, location_id, record_id)
    require(db.session(), current_actor(), "v2.accountvaults.put", location.id)
    return _form_page(location, AccountVaultForm(formdata=None, data=stored_values(vault)), vault)


@account_vaults.post("/<record_id>/edit")
def update(location_id: str, record_id: str) -> str | Response | tuple[str, int]:
    location, vault = located(ACCOUNT_VAULTS, location_id, record_id)
    form = AccountVaultForm()
    try:
        changed = verbs.update_account_vault(current_actor(), vault.id, form.wire_of_change(vault))
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _form_page(location, form, vault), 422
    return to_record(KIND, changed, "The account vault is saved.")


@account_vaults.get("/<record_id>/delete")
def confirm_delete(location_id: str, record_id: str) -> str:
    location, vault = located(ACCOUNT_VAULTS, location_id, record_id)
    require(db.session(), current_actor(), "v2.accountvaults.delete", location.id)
    return render_template(
        "account_vaults/delete.html",
        kind=KIND,
        location=location,
        record=vault,
        title=vault_name(vault),
        account=account_name(vault),
    )


@account_vaults.post("/<record_id>/delete")
def delete(location_id: str, record_id: str) -> Response:
    _, vault = located(ACCOUNT_VAULTS, location_id, record_id)
    verbs.delete_account_vault(current_actor(), vault.id)
    return to_list(KIND, vault, "The account vault is deleted.")


def _form_page(location: Location, form: AccountVaultForm, vault: AccountVault | None = None) -> str:
    return render_template(
        "account_vaults/form.html",
        kind=KIND,
        location=location,
        form=form,
        record=vault,
        title=vault_name(vault) if vault else None,
        account=account_name(vault) if vault else None,
        contacts=contacts_offered(current_actor(), location.id),
    )
