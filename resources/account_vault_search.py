"""The console's search over account vaults."""

from models import AccountVault
from resources.account_vaults import ACCOUNT_VAULTS
from resources.record_search import METHODS, Search

ACCOUNT_VAULT_SEARCH = Search(
    ACCOUNT_VAULTS,
    (
        AccountVault.title,
        AccountVault.account_holder_name,
        AccountVault.last_four,
        AccountVault.account_vault_api_id,
        AccountVault.customer_id,
    ),
    {
        "method": lambda method: AccountVault.payment_method == method,
        "active": lambda active: AccountVault.active.is_(active == "yes"),
        "contact": lambda contact_id: AccountVault.contact_id == contact_id,
    },
    {"method": METHODS, "active": ("yes", "no")},
)
