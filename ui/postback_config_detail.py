"""One postback config: how it is doing, its signing secret, and a test that is sent to it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from extensions import db
from models import PostbackConfig, now_ts
from postbacks.encryption import UnreadableSecretError
from resources import config_health, secret_reveal, test_sends
from resources import postback_configs as verbs
from resources.access import require
from resources.hours import hours_of_config
from resources.sign_in import SignInRefused, SignInThrottled
from schemas.refusals import Busy, Refusal, TooMany
from ui.charts import latency_chart, outcome_chart
from ui.delivery_rows import row_of_delivery
from ui.fresh_secret import remember_secret, take_secret
from ui.postback_configs import located, may_edit, postback_configs
from ui.session import current_actor
from ui.trial import trial_of
from ui.verification import snippets

__all__ = ["postback_configs"]

RECENT = 8


@postback_configs.get("/<config_id>")
def show(location_id: str, config_id: str) -> str:
    location, config = located(location_id, config_id)
    hours, seen = hours_of_config(config.id), may_edit(location.id)
    trouble = config_health.failing(current_actor(), config)
    return render_template(
        "postback_configs/show.html",
        location=location,
        config=config,
        failing=trouble,
        next_step=config_health.next_step(trouble) if trouble else None,
        rate=config_health.failure_rates([config]).get(config.id),
        waiting=config_health.count_waiting(config.id),
        most=config_health.MOST_WAITING,
        rows=[row_of_delivery(one, seen=seen) for one in config_health.recent_deliveries(config.id, RECENT)],
        outcomes=outcome_chart(hours),
        latency=latency_chart(hours),
        hint=_hint(config),
        rotating=(config.previous_secret_until_ts or 0) > now_ts(),
        snippets=snippets(),
        may_edit=seen,
        replay_url=_replay_url(config),
    )


@postback_configs.get("/<config_id>/secret")
def secret(location_id: str, config_id: str) -> str | Response:
    """The one page that shows a secret that was just made."""
    _, config = located(location_id, config_id)
    shown = take_secret(config.id)
    if shown is None:
        flash("The signing secret was shown once. To see it again, reveal it with your password.", "info")
        return _to(config)
    rotated = (config.previous_secret_until_ts or 0) > now_ts()
    return _secret_page(config, shown, "rotated" if rotated else "added")


@postback_configs.get("/<config_id>/secret/rotate")
def confirm_rotate(location_id: str, config_id: str) -> str:
    location, config = located(location_id, config_id)
    require(db.session(), current_actor(), "v2.postbackconfigs.put", location.id)
    return render_template("postback_configs/rotate.html", location=location, config=config)


@postback_configs.post("/<config_id>/secret/rotate")
def rotate(location_id: str, config_id: str) -> Response:
    location, config = located(location_id, config_id)
    _, made = verbs.rotate_secret(current_actor(), config.id)
    remember_secret(config.id, made)
    return redirect(url_for(".secret", location_id=location.id, config_id=config.id), 303)


@postback_configs.get("/<config_id>/secret/reveal")
def ask_password(location_id: str, config_id: str) -> str:
    location, config = located(location_id, config_id)
    require(db.session(), current_actor(), "v2.postbackconfigs.put", location.id)
    return render_template("postback_configs/reveal.html", location=location, config=config, refusal=None)


@postback_configs.post("/<config_id>/secret/reveal")
def reveal(location_id: str, config_id: str) -> str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Shown in the answer itself: reloading it sends the password once more, so it asks again."""
    location, config = located(location_id, config_id)
    password, address = request.form.get("password", ""), request.remote_addr or ""
    try:
        shown = secret_reveal.reveal_secret(current_actor(), config.id, password, address)
    except (SignInRefused, SignInThrottled) as refusal:
        page = render_template("postback_configs/reveal.html", location=location, config=config, refusal=refusal)
        wait = {"Retry-After": str(refusal.wait_seconds)} if isinstance(refusal, SignInThrottled) else {}
        return page, 429 if wait else 422, wait
    return _secret_page(config, shown, "revealed")


@postback_configs.post("/<config_id>/test")
def test(location_id: str, config_id: str) -> str | tuple[str, int]:
    """One sample postback, sent at once; what came of it is this page."""
    location, config = located(location_id, config_id)
    refusal: Refusal | None = None
    trial = None
    try:
        trial = trial_of(test_sends.send_test(current_actor(), config.id))
    except (TooMany, Busy) as told:
        refusal = told
    page = render_template("postback_configs/test.html", location=location, config=config, trial=trial, refusal=refusal)
    return page, refusal.status if refusal else 200


def _secret_page(config: PostbackConfig, shown: str, why: str) -> str:
    location, _ = located(config.location_id, config.id)
    return render_template(
        "postback_configs/secret.html",
        location=location,
        config=config,
        secret=shown,
        why=why,
        snippets=snippets(),
    )


def _hint(config: PostbackConfig) -> str | None:
    """The secret's end; None where it was stored under an encryption key that is gone."""
    try:
        return verbs.signing_secret_hint(config)
    except UnreadableSecretError:
        return None


def _replay_url(config: PostbackConfig) -> str | None:
    """Where a replay for this config is begun; None where there is no such screen."""
    if "replays.new" not in current_app.view_functions:
        return None
    return url_for("replays.new", location_id=config.location_id, postback_config_id=config.id)


def _to(config: PostbackConfig) -> Response:
    return redirect(url_for(".show", location_id=config.location_id, config_id=config.id), 303)
