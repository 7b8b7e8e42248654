"""Notes in the database."""

import re

from flask import Blueprint, abort, request
from sqlalchemy import select

from app.database import Session
from app.models import Note

blueprint = Blueprint("notes", __name__)

# PostgreSQL keeps no NUL, and half of a surrogate pair is no text.
TEXT = re.compile(r"[^\0\ud800-\udfff]{1,200}")


@blueprint.get("/notes")
def notes() -> list[dict[str, object]]:
    with Session() as session:
        found = session.scalars(select(Note).order_by(Note.id.desc()).limit(100))
        return [as_json(note) for note in found]


@blueprint.post("/notes")
def add() -> tuple[dict[str, object], int]:
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or not TEXT.fullmatch(text):
        abort(400, "text has to be a string of 1 to 200 characters")
    with Session.begin() as session:
        note = Note(text=text)
        session.add(note)
        session.flush()
        return as_json(note), 201


def as_json(note: Note) -> dict[str, object]:
    return {"id": note.id, "text": note.text}
