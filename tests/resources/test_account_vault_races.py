from tests.resources.test_contact_races import WRITERS, at_once, types
from tests.world import World


def test_one_of_many_gets_the_account_vault_api_id(world: World) -> None:
    def create(_number: int) -> str:
        world.vault(account_vault_api_id="A1")
        return "created"

    assert at_once(world, create) == {"created": 1, "Invalid": WRITERS - 1}
    assert types() == {"CREATE": 1}
