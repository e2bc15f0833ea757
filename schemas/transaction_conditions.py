"""What the rules of a transaction say of several fields together, as JSON Schema.

Two things are left to the rules: what only the stored records tell, such as a vault's payment method, and comparisons
of amounts with each other.
"""

from schemas.patterns import BLANK, JsonSchema
from schemas.rules import ID, TextRule
from schemas.transaction_input import OF_A_CARD, OF_AN_ACCOUNT

EXP_DATE: JsonSchema = {"type": "string", "pattern": "^(?:0[1-9]|1[0-2])[0-9]{2}$"}
ROUTING: JsonSchema = {"type": "string", "pattern": "^[0-9]{9}$"}
AUTH_CODE: JsonSchema = {"type": "string", "pattern": "^[A-Za-z0-9]{1,6}$"}
SOME_AMOUNT: JsonSchema = {
    "anyOf": [
        {"type": "string", "pattern": r"^0{0,2}[1-9][0-9]{0,6}(\.[0-9]{1,2})?$"},
        {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    ]
}


def transaction_conditions() -> JsonSchema:
    """Of a new transaction: one source of the money, and the amount that its action takes."""
    return {"allOf": [{"anyOf": [_card(), _bank_account(), _vault(), _earlier()]}, {"anyOf": _amounts()}]}


def _source(required: list[str], **properties: JsonSchema) -> JsonSchema:
    sources = dict.fromkeys(("account_number", "account_vault_id", "previous_transaction_id"), BLANK)
    return {"required": required, "properties": {**sources, **properties}}


def _card() -> JsonSchema:
    return _source(
        ["account_number", "payment_method", "exp_date"],
        payment_method={"const": "cc"},
        account_number={"type": "string", "pattern": "^[0-9]{13,19}$"},
        exp_date=EXP_DATE,
        action={"enum": [action for action in OF_A_CARD if action != "refund"]},
    )


def _bank_account() -> JsonSchema:
    return _source(
        ["account_number", "payment_method", "routing", "account_type", "account_holder_name"],
        payment_method={"const": "ach"},
        account_number={"type": "string", "pattern": "^[0-9]{4,17}$"},
        routing=ROUTING,
        account_type={"enum": ["checking", "savings"]},
        account_holder_name=TextRule(64).json_schema(),
        action={"enum": [action for action in OF_AN_ACCOUNT if action != "refund"]},
    )


def _vault() -> JsonSchema:
    return _source(["account_vault_id"], account_vault_id=ID.json_schema())


def _earlier() -> JsonSchema:
    return _source(["previous_transaction_id"], previous_transaction_id=ID.json_schema(), action={"const": "refund"})


def _amounts() -> list[JsonSchema]:
    paying = [action for action in dict.fromkeys((*OF_A_CARD, *OF_AN_ACCOUNT)) if action not in {"avsonly", "force"}]
    amount = {"transaction_amount": SOME_AMOUNT}
    return [
        {"properties": {"action": {"const": "avsonly"}, "auth_code": BLANK}},
        {"required": ["transaction_amount"], "properties": {"action": {"enum": paying}, "auth_code": BLANK, **amount}},
        {
            "required": ["transaction_amount", "auth_code"],
            "properties": {"action": {"const": "force"}, "auth_code": AUTH_CODE, **amount},
        },
    ]


def change_conditions() -> JsonSchema:
    """Of a change: which actions take an amount, and which need one."""
    either = {"anyOf": [*SOME_AMOUNT["anyOf"], BLANK]}
    return {
        "anyOf": [
            {"properties": {"action": {"enum": ["void", "edit"]}, "transaction_amount": BLANK}},
            {
                "required": ["action"],
                "properties": {"action": {"enum": ["authcomplete", "refund"]}, "transaction_amount": either},
            },
            {
                "required": ["action", "transaction_amount"],
                "properties": {
                    "action": {"enum": ["authincrement", "partialreversal"]},
                    "transaction_amount": SOME_AMOUNT,
                },
            },
        ]
    }
