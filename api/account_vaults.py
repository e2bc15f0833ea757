"""/v2/accountvaults"""

from sqlalchemy import Boolean, Integer, String, bindparam, cast, false, func, null

from api.envelopes import Kind
from api.filters import Column, Match, columns_of
from api.routes import Verbs, record_routes
from models import AccountVault
from resources.account_vaults import (
    ACCOUNT_VAULTS,
    create_account_vault,
    delete_account_vault,
    update_account_vault,
)
from schemas.account_vault import ACCOUNT_VAULT_KEYS, account_vault_shape, this_month

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
KIND = Kind("accountvault", "accountvaults", account_vault_shape, COLUMNS, ACCOUNT_VAULTS.expansions)

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
