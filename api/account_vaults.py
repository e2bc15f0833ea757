"""/v2/accountvaults"""

from dataclasses import replace

from sqlalchemy import Boolean, Integer, String, bindparam, cast, false, func, null

from api.envelopes import Kind
from api.filters import Column, Match, columns_of
from api.openapi.body import Body
from api.routes import Verbs, record_routes
from models import AccountVault
from resources.account_vaults import (
    ACCOUNT_VAULTS,
    create_account_vault,
    delete_account_vault,
    update_account_vault,
)
from schemas.account_vault import (
    ACCOUNT_VAULT_KEYS,
    NUMBERS,
    AccountVaultChange,
    AccountVaultInput,
    account_vault_conditions,
    account_vault_shape,
    this_month,
)
from schemas.account_vault import COMPUTED as COMPUTED_KEYS

CODES = ("payment_method", "first_six", "last_four", "exp_date", "account_type", "dl_state", "billing_state", "ssn4")
MONTH = cast(func.substr(AccountVault.exp_date, 1, 2), Integer)
YEAR = 2000 + cast(func.substr(AccountVault.exp_date, 3, 2), Integer)
NOW = bindparam("this_month", callable_=this_month, type_=Integer)
"""Read anew for every query."""
COMPUTED = {
    "routing": Column(cast(null(), String), Match.TEXT),
    "expiring_in_months": Column(YEAR * 12 + MONTH - NOW, Match.NUMBER),
    "has_recurring": Column(cast(false(), Boolean), Match.FLAG),
}
STORED = [name for name in ACCOUNT_VAULT_KEYS if name not in COMPUTED]
COLUMNS = {**columns_of(AccountVault, STORED, CODES, made_with_ids=True), **COMPUTED}
EXAMPLE = {
    "location_id": "23948sdnfia1129i9asf92",
    "payment_method": "cc",
    "account_number": "4111111111111111",
    "exp_date": "1230",
}
BODY = Body(
    AccountVaultInput, "accountvault", ignored=COMPUTED_KEYS, together=account_vault_conditions, example=EXAMPLE
)
KIND = Kind(
    "accountvault",
    "accountvaults",
    account_vault_shape,
    COLUMNS,
    ACCOUNT_VAULTS.expansions,
    about="Cards and bank accounts kept for payments; of their numbers only what tells them apart.",
    body=BODY,
    change=replace(
        BODY, input=AccountVaultChange, partial=True, together=dict, fixed=NUMBERS, example={"title": "The blue card"}
    ),
    answers={"has_recurring": {"const": False}, "routing": {"type": "null"}},
)

routes = record_routes(
    KIND,
    Verbs(
        ACCOUNT_VAULTS.in_sight,
        ACCOUNT_VAULTS.get,
        create_account_vault,
        update_account_vault,
        delete_account_vault,
    ),
)
