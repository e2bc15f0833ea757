"""One table a file. Importing this package registers them all."""

from models.access_token import AccessToken
from models.account_vault import AccountVault
from models.api_key import ApiKey
from models.attempt import Attempt, AttemptState
from models.audit_entry import AuditEntry
from models.base import ID_SLACK_MS, Base, first_id_at, new_id, new_ids, now_ms, now_ts, told_ms, wall_ms
from models.change import Change
from models.clock_anchor import ClockAnchor, prepare_clock
from models.contact import Contact
from models.delivery import Delivery, DeliveryState
from models.developer import Developer
from models.event import Event
from models.idempotency_key import IdempotencyKey, KeyState
from models.inbox import Inbox, InboxMessage
from models.location import Location
from models.payment import Transaction
from models.placed import DeletableRecord, PlacedRecord
from models.postback_config import PostbackConfig
from models.postback_replay import PostbackReplay, ReplayState
from models.product_transaction import ProductTransaction
from models.role import Role
from models.saved_filter import SavedFilter
from models.sent_test import SentTest
from models.transaction import WRITES, plan_by_index, prepare_sqlite, remembered, writing
from models.transaction_batch import TransactionBatch
from models.user import User, username_key
from models.user_session import SignInFailure, UserSession, session_digest

__all__ = [
    "ID_SLACK_MS",
    "WRITES",
    "AccessToken",
    "AccountVault",
    "ApiKey",
    "Attempt",
    "AttemptState",
    "AuditEntry",
    "Base",
    "Change",
    "ClockAnchor",
    "Contact",
    "DeletableRecord",
    "Delivery",
    "DeliveryState",
    "Developer",
    "Event",
    "IdempotencyKey",
    "Inbox",
    "InboxMessage",
    "KeyState",
    "Location",
    "PlacedRecord",
    "PostbackConfig",
    "PostbackReplay",
    "ProductTransaction",
    "ReplayState",
    "Role",
    "SavedFilter",
    "SentTest",
    "SignInFailure",
    "Transaction",
    "TransactionBatch",
    "User",
    "UserSession",
    "first_id_at",
    "new_id",
    "new_ids",
    "now_ms",
    "now_ts",
    "plan_by_index",
    "prepare_clock",
    "prepare_sqlite",
    "remembered",
    "session_digest",
    "told_ms",
    "username_key",
    "wall_ms",
    "writing",
]
