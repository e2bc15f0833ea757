"""The form that adds or changes a postback config.

Its page also answers the form's own questions while one types: htmx asks for the page again with the two numbers in
the query and takes the computed line from it.
"""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.postback_config import PLAIN_FIELDS, PostbackConfigForm, stored_values
from models import Location, PostbackConfig
from resources import config_health
from resources import postback_configs as verbs
from resources.access import require
from resources.locations import get_location
from schemas.expands import EXPANDS
from schemas.refusals import Invalid
from ui.fresh_secret import remember_secret
from ui.postback_configs import located, postback_configs, to_list
from ui.session import current_actor

__all__ = ["postback_configs"]


@postback_configs.get("/new")
def new(location_id: str) -> str:
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), "v2.postbackconfigs.post", location.id)
    like = request.args.get("like")
    start = stored_values(located(location_id, like)[1]) if like else {}
    return _page(location, PostbackConfigForm(formdata=None, data=start | _typed()))


@postback_configs.post("/new")
def create(location_id: str) -> str | Response | tuple[str, int]:
    location = get_location(current_actor(), location_id)
    form = PostbackConfigForm()
    try:
        fields = form.wire(has_credentials=False) | {"location_id": location.id}
        config, secret = verbs.create_postback_config(current_actor(), fields)
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _page(location, form), 422
    remember_secret(config.id, secret)
    return redirect(url_for(".secret", location_id=location.id, config_id=config.id), 303)


@postback_configs.get("/<config_id>/edit")
def edit(location_id: str, config_id: str) -> str:
    location, config = located(location_id, config_id)
    require(db.session(), current_actor(), "v2.postbackconfigs.put", location.id)
    return _page(location, PostbackConfigForm(formdata=None, data=stored_values(config) | _typed()), config)


@postback_configs.post("/<config_id>/edit")
def update(location_id: str, config_id: str) -> str | Response | tuple[str, int]:
    location, config = located(location_id, config_id)
    form = PostbackConfigForm()
    try:
        fields = form.wire(has_credentials=config.basic_auth_username is not None)
        verbs.update_postback_config(current_actor(), config.id, fields)
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _page(location, form, config), 422
    flash("The postback is saved.", "success")
    return to_list(location.id)


def _page(location: Location, form: PostbackConfigForm, config: PostbackConfig | None = None) -> str:
    form.offer(settings().custom_resources)
    return render_template(
        "postback_configs/form.html",
        location=location,
        form=form,
        config=config,
        failing=config_health.failing(config) if config and config.is_active else None,
        rules=settings(),
        expands=EXPANDS,
    )


def _typed() -> dict[str, str]:
    """What the address already says of the form's plain fields."""
    return {name: request.args[name] for name in PLAIN_FIELDS if name in request.args}
