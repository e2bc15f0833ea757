"""What all tests share."""

pytest_plugins = ["tests.postgres", "tests.receiver", "tests.stores", "tests.world", "tests.valkey"]
