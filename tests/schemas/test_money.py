import pytest
from pydantic_core import PydanticCustomError

from schemas.money import cents, money, optional_cents


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("10", 1000),
        ("10.5", 1050),
        ("10.50", 1050),
        ("0", 0),
        ("0.01", 1),
        ("999999999.99", 99_999_999_999),
        (10, 1000),
        (10.0, 1000),
        (5.1, 510),
        (0.29, 29),
        (1e2, 10000),
    ],
)
def test_an_amount_is_read_to_the_cent(written: object, amount: int) -> None:
    assert cents(written) == amount


@pytest.mark.parametrize(
    "written",
    [
        "-1",
        "1.001",
        "1,00",
        "1e2",
        ".5",
        "1.",
        "\u0661",
        "1\n",
        "1000000000",
        1.001,
        1e-7,
        1e300,
        -1,
        True,
        [],
        {},
        "ten",
    ],
)
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(PydanticCustomError, match="must be an amount like"):
        cents(written)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_is_not_zero(blank: object) -> None:
    assert optional_cents(blank) is None
    with pytest.raises(PydanticCustomError, match="cannot be blank"):
        cents(blank)


@pytest.mark.parametrize(("amount", "answered"), [(0, "0.00"), (1, "0.01"), (1050, "10.50"), (None, None)])
def test_it_is_answered_with_two_decimals(amount: int | None, answered: str | None) -> None:
    assert money(amount) == answered
