"""The verbs. Each changes a record, records the event and its deliveries in one commit, then wakes the workers."""
