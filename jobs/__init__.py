"""What the workers run: the only room that knows RQ."""
