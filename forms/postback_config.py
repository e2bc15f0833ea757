"""The postback config's form. It keeps what was typed; the schema judges it and names the fields at fault."""

from collections.abc import Sequence

from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField

from forms.record_form import RecordForm
from models import PostbackConfig
from schemas.expands import EXPANDS
from schemas.postback_config import FLAGS, OF_NO_PRODUCT_TRANSACTION, RESOURCES

PLAIN_FIELDS = ("resource", "url", "number_of_attempts", "attempt_interval", "format", "product_transaction_id")
KEEP, REPLACE, CLEAR = "keep", "replace", "clear"


class PostbackConfigForm(RecordForm):
    resource = SelectField("Resource", validate_choice=False)
    url = StringField("URL")
    on_create = BooleanField("Create", default=True)
    on_update = BooleanField("Update", default=True)
    on_delete = BooleanField("Delete", default=True)
    number_of_attempts = StringField("Number of attempts", default="5")
    attempt_interval = StringField("Attempt interval, in seconds", default="300")
    is_active = BooleanField("Active", default=True)
    format = SelectField("Format", choices=["api-default"], validate_choice=False)
    product_transaction_id = StringField("Product transaction id")
    expands = SelectMultipleField("Embed", validate_choice=False)
    """Values are `<resource>:<name>`, so that each resource's offers keep to themselves."""
    basic_auth = RadioField("Basic auth", default=KEEP, validate_choice=False)
    basic_auth_username = StringField("Username")
    basic_auth_password = PasswordField("Password")

    def offer(self, custom_resources: Sequence[str]) -> None:
        """Fill in what there is to choose from."""
        self.resource.choices = [*RESOURCES, *custom_resources]
        self.expands.choices = [(f"{resource}:{name}", name) for resource in EXPANDS for name in EXPANDS[resource]]
        self.basic_auth.choices = [(KEEP, "Keep"), (REPLACE, "Replace"), (CLEAR, "Clear")]

    def wire(self, *, has_credentials: bool) -> dict[str, object]:
        """What was typed, as the fields of the API; credentials that are to be kept are left out."""
        fields: dict[str, object] = {name: self[name].data for name in PLAIN_FIELDS}
        fields |= {flag: "1" if self[flag].data else "0" for flag in FLAGS}
        fields["expands"] = self._chosen_expands()
        if self.resource.data in OF_NO_PRODUCT_TRANSACTION:
            fields["product_transaction_id"] = None  # typed for another resource, and out of sight since
        return fields | (self._credentials() if has_credentials else self._typed_credentials())

    def _chosen_expands(self) -> str:
        prefix = f"{self.resource.data}:"
        chosen: list[str] = self.expands.data or []
        return ",".join(value.removeprefix(prefix) for value in chosen if value.startswith(prefix))

    def _credentials(self) -> dict[str, object]:
        if self.basic_auth.data == REPLACE:
            return self._typed_credentials()
        return {"basic_auth_username": None, "basic_auth_password": None} if self.basic_auth.data == CLEAR else {}

    def _typed_credentials(self) -> dict[str, object]:
        return {name: self[name].data for name in ("basic_auth_username", "basic_auth_password")}


def stored_values(config: PostbackConfig) -> dict[str, object]:
    """A stored config as the form shows it: everything but its credentials."""
    names = [name for name in config.expands.split(",") if name]
    return {
        **{name: getattr(config, name) for name in (*PLAIN_FIELDS, *FLAGS)},
        "expands": [f"{config.resource}:{name}" for name in names],
        "basic_auth": KEEP,
    }
