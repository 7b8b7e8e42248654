"""A number in the cache."""

from flask import Blueprint

from app.cache import client

blueprint = Blueprint("hits", __name__)


@blueprint.get("/hits")
def hits() -> dict[str, int]:
    return {"hits": client.incr("hits")}
