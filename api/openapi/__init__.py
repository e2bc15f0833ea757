"""What this door takes and answers, as OpenAPI 3.1: made of the routes, their kinds and inputs, never beside them."""
