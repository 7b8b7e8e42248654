"""Notes in the database."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from app.database import Session
from app.models import Note

router = APIRouter()


class NewNote(BaseModel):
    # PostgreSQL keeps no NUL.
    text: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")


class SavedNote(NewNote):
    model_config = ConfigDict(from_attributes=True)

    id: int


# Without `async`: it waits for the database in a thread, and the event loop goes on.
@router.get("/notes")
def notes() -> list[SavedNote]:
    with Session() as session:
        found = session.scalars(select(Note).order_by(Note.id.desc()).limit(100))
        return [SavedNote.model_validate(note) for note in found]


@router.post("/notes", status_code=201)
def add(new: NewNote) -> SavedNote:
    with Session.begin() as session:
        note = Note(text=new.text)
        session.add(note)
        session.flush()
        return SavedNote.model_validate(note)
