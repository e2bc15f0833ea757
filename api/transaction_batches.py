"""/v2/transactionbatches"""

from flask import Response

from api.auth import actor
from api.envelopes import Kind, expands_asked, record_answer
from api.filters import columns_of
from api.openapi.operation import describes
from api.routes import Verbs, record_routes
from models import TransactionBatch
from resources.settlement import settle_batch
from resources.transaction_batches import BATCHES
from schemas.transaction_batch import BATCH_KEYS, batch_shape

COLUMNS = columns_of(TransactionBatch, BATCH_KEYS, made_with_ids=True)
KIND = Kind(
    "transactionbatch",
    "transactionbatches",
    batch_shape,
    COLUMNS,
    BATCHES.expansions,
    about="What a product transaction settles together; one of them is open.",
    answers={"is_open": {"enum": [1, 0]}},
)

routes = record_routes(KIND, Verbs(BATCHES.in_sight, BATCHES.get))


@routes.post("/<record_id>/settle")
@describes(KIND, "settle", "Settle it and what is in it, and open the next")
def settle(record_id: str) -> Response:
    expand = expands_asked(KIND)
    return record_answer(KIND, settle_batch(actor(), record_id), expand)
