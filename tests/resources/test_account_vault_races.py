from resources.account_vaults import create_account_vault
from tests.resources.test_contact_races import WRITERS, at_once, types
from tests.schemas.test_account_vault import CARD
from tests.world import World


def test_one_of_many_gets_the_account_vault_api_id(world: World) -> None:
    actor, fields = world.actor("owner"), {**CARD, "location_id": world.here, "account_vault_api_id": "A1"}

    def create(_number: int) -> str:
        create_account_vault(actor, fields)
        return "created"

    assert at_once(world, create) == {"created": 1, "Invalid": WRITERS - 1}
    assert types() == {"CREATE": 1}
