"""The engine: how an event becomes POSTs. Knows neither Flask nor RQ."""
