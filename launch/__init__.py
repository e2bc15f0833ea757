"""One machine's whole product in one command: embedded queue, demo tenant, supervised processes."""
