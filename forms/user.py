"""The forms of users. They keep what was typed; the schemas judge it. Passwords are never shown again."""

from wtforms import PasswordField, StringField

from forms.record_form import RecordForm
from models import User


class ProfileForm(RecordForm):
    """What everybody may change of themself."""

    first_name = StringField("First name")
    last_name = StringField("Last name")
    email = StringField("Email")
    timezone = StringField("Home time zone")

    def wire(self) -> dict[str, object]:
        """What was sent, as the fields of the API; an emptied field is null."""
        names = [field.name for field in self if field.name != "csrf_token" and field.type != "PasswordField"]
        return {name: self[name].data or None for name in names if self[name].data is not None}


class UserForm(ProfileForm):
    username = StringField("Username")
    primary_location_id = StringField("Primary location")


class NewUserForm(UserForm):
    password = PasswordField("Password")

    def wire(self) -> dict[str, object]:
        """An empty password is none."""
        return super().wire() | ({"password": self.password.data} if self.password.data else {})


class PasswordForm(RecordForm):
    password = PasswordField("New password")


class OwnPasswordForm(PasswordForm):
    current_password = PasswordField("Current password")


def stored_user(user: User) -> dict[str, object]:
    """A stored user as the form shows it."""
    return {name: getattr(user, name) for name in ("username", "primary_location_id", *OWN_FIELDS)}


OWN_FIELDS = ("first_name", "last_name", "email", "timezone")
