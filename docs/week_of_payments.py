"""The payments of the demo's week: what each shop was paid, with what, and in which batch it was settled."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from docs.week_of_people import Person, Place
from docs.week_rows import Week
from models import AccountVault, ProductTransaction, Transaction, TransactionBatch
from resources.sandbox import outcome_of
from schemas.account_vault import account_vault_shape
from schemas.transaction import KEYED, THROUGH_THE_API, Status, Type, transaction_shape
from schemas.transaction_batch import SETTLED, batch_shape

REFUSED_AMOUNT = 616
"""What the sandbox declines for want of funds."""
AMOUNTS = (1250, 4800, 8990, 12000, 725, 31040, 1990, 5600)
"""Cents."""
CARDS = (("411111", "1111", "visa"), ("545454", "5454", "mc"), ("371449", "8431", "amex"), ("601100", "0012", "disc"))
DECLINED = 0.06
TO_SETTLE = 1
FIRST_BATCH = 412

Told = tuple[str, str, dict[str, object]]
"""Type of event, record id, and the record as it then stood."""


@dataclass
class Till:
    """A shop's merchant account, the batch of the day, and the cards it keeps."""

    week: Week
    place: Place
    merchant_id: str
    batch: dict[str, Any] | None = None
    open_rows: list[dict[str, Any]] = field(default_factory=list)
    vaults: list[dict[str, Any]] = field(default_factory=list)
    batches: int = 0

    def pay(self, ms: int, person: Person) -> Told:
        """Somebody pays, with a card that is kept or with one typed in."""
        random = self.week.random
        kept = random.choice(self.vaults) if self.vaults and random.random() < 0.3 else None  # noqa: PLR2004
        six, four, brand = random.choice(CARDS)
        declined = random.random() < DECLINED
        amount = REFUSED_AMOUNT if declined else random.choice(AMOUNTS)
        answer = outcome_of(amount)
        row = self.week.add(
            Transaction,
            id=self.week.id_at(ms),
            payment_method="cc",
            account_vault_id=kept and kept["id"],
            first_six=kept["first_six"] if kept else six,
            last_four=kept["last_four"] if kept else four,
            account_type=kept["account_type"] if kept else brand,
            account_holder_name=kept["account_holder_name"] if kept else f"{person.first_name} {person.last_name}",
            transaction_amount=amount,
            auth_amount=None if declined else amount,
            auth_code=None if declined else f"{random.getrandbits(24):06x}",
            verbiage=answer.verbiage,
            response_message=answer.verbiage if declined else None,
            status_id=(Status.DECLINED if declined else Status.APPROVED).value,
            type_id=Type.SALE.value,
            reason_code_id=answer.reason_code_id,
            order_num=f"{random.randrange(90000) + 10000}",
            contact_id=kept["contact_id"] if kept else person.id,
            location_id=self.place.id,
            product_transaction_id=self.merchant_id,
            trx_source_id=THROUGH_THE_API,
            entry_mode_id=KEYED,
            is_accountvault=kept is not None,
            is_recurring=False,
            notification_email_sent=False,
            tax=0,
            tip_amount=0,
            additional_amounts="[]",
            batch=None,
            transaction_settlement_status=None,
            settle_date=None,
            transaction_batch_id=None,
            created_ts=ms // 1000,
            modified_ts=ms // 1000,
        )
        if not declined and self.batch is not None:
            row |= {"transaction_batch_id": self.batch["id"], "batch": str(self.batch["batch_num"])}
            self.open_rows.append(row)
        return "CREATE", row["id"], transaction_shape(Transaction(**row))

    def keep_card(self, ms: int, person: Person) -> Told:
        """Somebody lets the shop keep a card."""
        six, four, brand = self.week.random.choice(CARDS)
        row = self.week.add(
            AccountVault,
            id=self.week.id_at(ms),
            payment_method="cc",
            title=f"{person.first_name}'s card",
            account_holder_name=f"{person.first_name} {person.last_name}",
            first_six=six,
            last_four=four,
            account_type=brand,
            exp_date=f"{self.week.random.randrange(12) + 1:02}{self.week.random.choice((27, 28, 29))}",
            location_id=self.place.id,
            contact_id=person.id,
            active=True,
            created_ts=ms // 1000,
            modified_ts=ms // 1000,
        )
        self.vaults.append(row)
        return "CREATE", row["id"], account_vault_shape(AccountVault(**row))

    def next_batch(self, ms: int) -> Told:
        """The day's batch is opened; the one before was settled in the night."""
        if self.batch is not None:
            self._settle(ms)
        self.batches += 1
        self.batch = self.week.add(
            TransactionBatch,
            id=self.week.id_at(ms),
            batch_num=FIRST_BATCH + self.batches,
            product_transaction_id=self.merchant_id,
            processing_status_id=TO_SETTLE,
            is_open=True,
            batch_close_ts=None,
            settlement_file_name=None,
            location_id=self.place.id,
            created_ts=ms // 1000,
        )
        return "CREATE", self.batch["id"], batch_shape(TransactionBatch(**self.batch))

    def needs_batch(self, ms: int) -> bool:
        return self.batch is None or ms // 1000 - int(self.batch["created_ts"]) > 20 * 3600

    def _settle(self, ms: int) -> None:
        assert self.batch is not None
        day = datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")
        name = f"{day.replace('-', '')}-{self.batch['batch_num']:06}.txt"
        self.batch |= {"is_open": False, "processing_status_id": SETTLED, "batch_close_ts": ms // 1000}
        self.batch["settlement_file_name"] = name
        for row in self.open_rows:
            row |= {"status_id": Status.SETTLED.value, "settle_date": day, "modified_ts": ms // 1000}
        self.open_rows.clear()


def till_of(week: Week, place: Place, made_ts: int) -> Till:
    """This shop's till, its merchant account planted."""
    merchant_id = f"demo-week-cards-{place.account_number}"
    columns = {"title": "Card payments", "payment_method": "cc", "location_id": place.id}
    week.add(ProductTransaction, id=merchant_id, created_ts=made_ts, modified_ts=made_ts, **columns)
    return Till(week, place, merchant_id)
