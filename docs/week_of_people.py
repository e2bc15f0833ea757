"""The shops of the demo's week and the people they know. All invented."""

from dataclasses import dataclass, field
from random import Random
from typing import Any
from unicodedata import normalize

FIRST_NAMES = (
    "Ada", "Jonas", "Mei", "Sofia", "Noah", "Amara", "Elif", "Mateo", "Ingrid", "Kofi", "Priya", "Tomasz", "Leila",
    "Hugo", "Yuki", "Freya", "Omar", "Clara", "Dmitri", "Nia", "Aoife", "Ravi", "Lucía", "Anton",
)  # fmt: skip
LAST_NAMES = (
    "Okafor", "Lindqvist", "Tanaka", "Marchetti", "Bergmann", "Adeyemi", "Yildirim", "Fernández", "Solberg", "Mensah",
    "Raman", "Kowalski", "Haddad", "Laurent", "Sato", "Nilsen", "Farouk", "Weiss", "Petrov", "Kamau", "Byrne", "Iyer",
    "Ortega", "Lang",
)  # fmt: skip
TRADES = ("Ceramics", "Cycles", "Teas", "Books", "Flowers", "Optics", "Bakery", "Records", "Tools", "Interiors")
CITIES = (("Portland", "ME"), ("Albany", "NY"), ("Boston", "MA"), ("Providence", "RI"), ("Hartford", "CT"))
STATES = dict(CITIES)
KNOWN = 70
"""People a shop with the largest share knows."""


@dataclass(frozen=True, slots=True)
class Place:
    """A shop, and which share of the week's events are its own."""

    id: str
    name: str
    account_number: str
    city: str
    state: str
    share: int

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "account_number": self.account_number,
            "city": self.city,
            "state": self.state,
            "address1": f"{int(self.account_number) % 89 + 1} Main Street",
        }


@dataclass
class Person:
    """Somebody a shop knows; without an id it has not saved them yet."""

    first_name: str
    last_name: str
    company: str | None
    city: str
    email: str
    account_number: str | None
    id: str | None = None
    created_ts: int = 0
    row: dict[str, Any] | None = field(default=None, repr=False)

    def move(self, random: Random) -> None:
        """Something about them changes."""
        if random.random() < 0.5:  # noqa: PLR2004
            self.city = random.choice([city for city, _ in CITIES if city != self.city])
        else:
            self.email = _email(f"{self.first_name[0]}.{self.last_name}{random.randrange(90) + 10}")


def places(first_location_id: str) -> list[Place]:
    """The demo's first shop and its neighbours, the busiest first."""
    return [
        Place(first_location_id, "Harbor Street Store", "10001", "Portland", "ME", 12),
        Place("demo-week-market", "Market Hall", "10003", "Boston", "MA", 8),
        Place("demo-week-canal", "Canal Walk", "10004", "Providence", "RI", 5),
        Place("demo-week-mill", "Old Mill Outlet", "10005", "Hartford", "CT", 3),
        Place("demo-week-airport", "Airport Kiosk", "10006", "Boston", "MA", 2),
        Place("demo-week-lighthouse", "Lighthouse Gift Shop", "10007", "Portland", "ME", 1),
    ]


def people(random: Random, place: Place) -> list[Person]:
    """Whom this shop will come to know in the week."""
    return [_person(random) for _ in range(KNOWN * place.share // 12 + 5)]


def _person(random: Random) -> Person:
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    company = f"{last} {random.choice(TRADES)}" if random.random() < 0.6 else None  # noqa: PLR2004
    number = f"A-{random.randrange(9000) + 1000}" if company else None
    return Person(first, last, company, random.choice(CITIES)[0], _email(f"{first}.{last}"), number)


def _email(name: str) -> str:
    plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{plain}@example.com"


def contact_row(person: Person, location_id: str) -> dict[str, Any]:
    """The contact as it is first saved."""
    return {
        "id": person.id,
        "location_id": location_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company_name": person.company,
        "email": person.email,
        "account_number": person.account_number,
        "city": person.city,
        "state": STATES[person.city],
        "email_trx_receipt": False,
        "header_message_type_id": 0,
        "created_ts": person.created_ts,
        "modified_ts": person.created_ts,
    }
