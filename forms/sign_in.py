"""The sign-in form. It judges nothing: what is missing or too long is answered like what is wrong."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField


class SignInForm(FlaskForm):  # type: ignore[misc]
    username = StringField("Username")
    password = PasswordField("Password")
