"""The form that adds or changes a postback config.

Its page also answers the form's own questions while one types: htmx asks for the page again with the two numbers in
the query and takes the computed line from it; what the form would send, and whether its URL may be called, are
fragments of the page. Without scripts the same is asked by buttons.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from extensions import db, settings
from forms.postback_config import PLAIN_FIELDS, PostbackConfigForm, stored_values
from models import Location, PostbackConfig
from resources import config_health
from resources import postback_configs as verbs
from resources.access import require
from resources.locations import get_location
from resources.previews import preview
from resources.test_sends import send_test_of
from schemas.expands import EXPANDS
from schemas.refusals import Busy, Invalid, TooMany
from ui.fragments import render_block
from ui.fresh_secret import remember_secret
from ui.postback_config_detail import postback_configs
from ui.postback_configs import located
from ui.postback_preview import preview_view
from ui.session import current_actor
from ui.trial import trial_of

__all__ = ["postback_configs"]

TEMPLATE = "postback_configs/form.html"
SHOW_IT = {"HX-Reswap": "innerHTML"}
"""A part of a page shows no answer of an error, unless that asks for it."""


@postback_configs.get("/new")
def new(location_id: str) -> str:
    location = _editable(location_id)
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
    return redirect(url_for(".show", location_id=location.id, config_id=config.id), 303)


@postback_configs.get("/preview")
def live_preview(location_id: str) -> str:
    """What the fields in the query would send; no password is among them."""
    location = _editable(location_id)
    form = PostbackConfigForm(formdata=request.args, meta={"csrf": False})
    return render_block(TEMPLATE, "preview", preview=_preview(location, form, _config_at_hand(location_id)))


@postback_configs.post("/preview")
def preview_page(location_id: str) -> str:
    """The form as it was sent, with its preview: for browsers without scripts."""
    return _page(_editable(location_id), PostbackConfigForm(), _config_at_hand(location_id))


@postback_configs.get("/check-url")
def check_url(location_id: str) -> str:
    """Whether the URL in the query may be called, by the rules that saving it applies."""
    _editable(location_id)
    url = request.args.get("url", "")
    config = _config_at_hand(location_id)
    refusals = [] if config and config.url == url else verbs.url_refusals(url)
    form = PostbackConfigForm(formdata=None, data={"url": url})
    form.show_refusal({"url": refusals} if refusals else {})
    return render_template("postback_configs/url_verdict.html", form=form, url_checked=bool(url.strip()))


@postback_configs.post("/try")
def try_out(location_id: str) -> str | tuple[str, int, dict[str, str]]:
    """Send a sample as the form has it, and show the form again with what came of it. Nothing is saved."""
    location, config, form = _editable(location_id), _config_at_hand(location_id), PostbackConfigForm()
    kept = config is not None and config.basic_auth_username is not None
    try:
        fields = form.wire(has_credentials=kept) | {"location_id": location.id}
        trial = trial_of(send_test_of(current_actor(), fields))
    except Invalid as refusal:
        form.show_refusal(refusal.errors)
        return _page(location, form, config, trying=True), 422, SHOW_IT
    except (TooMany, Busy) as refusal:
        return _page(location, form, config, trying=True, trial_refusal=refusal.message), refusal.status, SHOW_IT
    without_stored = kept and "basic_auth_username" not in fields
    return _page(location, form, config, trying=True, trial=trial, without_stored=without_stored)


def _page(location: Location, form: PostbackConfigForm, config: PostbackConfig | None = None, **trial: Any) -> str:
    form.offer(settings().custom_resources)
    return render_template(
        TEMPLATE,
        location=location,
        form=form,
        config=config,
        failing=config_health.failing(current_actor(), config) if config else None,
        rules=settings(),
        expands=EXPANDS,
        accounts=verbs.product_transactions_offered(location.id),
        preview=_preview(location, form, config),
        **trial,
    )


def _preview(location: Location, form: PostbackConfigForm, config: PostbackConfig | None) -> object:
    stored = config.basic_auth_username if config else None
    fields = form.wire(has_credentials=stored is not None)
    return preview_view(preview(current_actor(), location.id, {"basic_auth_username": stored, **fields}))


def _editable(location_id: str) -> Location:
    """The location, where configs may be added to it. Raises NotFound, Forbidden."""
    location = get_location(current_actor(), location_id)
    require(db.session(), current_actor(), "v2.postbackconfigs.post", location.id)
    return location


def _config_at_hand(location_id: str) -> PostbackConfig | None:
    """The config that the form is changing; None where it adds one."""
    config_id = request.values.get("config_id")
    return located(location_id, config_id)[1] if config_id else None


def _typed() -> dict[str, str]:
    """What the address already says of the form's plain fields."""
    return {name: request.args[name] for name in PLAIN_FIELDS if name in request.args}
