"""What all tests share."""

pytest_plugins = ["tests.browser", "tests.postgres", "tests.receiver", "tests.stores", "tests.world", "tests.valkey"]
