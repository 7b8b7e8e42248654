"""A number in the cache."""

from fastapi import APIRouter

from app.cache import client

router = APIRouter()


# Without `async`: it waits for the cache in a thread, and the event loop goes on.
@router.get("/hits")
def hits() -> dict[str, int]:
    return {"hits": client.incr("hits")}
