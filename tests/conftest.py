"""What all tests share. A plugin that another one imports comes before it."""

pytest_plugins = [
    "tests.order",
    "tests.browser",
    "tests.passwords",
    "tests.canary",
    "tests.postgres",
    "tests.receiver",
    "tests.stores",
    "tests.applications",
    "tests.world",
    "tests.valkey",
]
