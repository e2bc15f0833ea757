"""What all tests share."""

pytest_plugins = [
    "tests.applications",
    "tests.browser",
    "tests.postgres",
    "tests.receiver",
    "tests.stores",
    "tests.world",
    "tests.valkey",
]
