"""Notes in the database."""

import json
import re

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from app.models import Note

# PostgreSQL keeps no NUL, and half of a surrogate pair is no text.
TEXT = re.compile(r"[^\0\ud800-\udfff]{1,200}")
# No JSON, or lists within lists without end.
UNREADABLE = (ValueError, RecursionError)


# No cookie says who asks, so there is nothing that another site could borrow.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest) -> HttpResponseBase:
    if request.method == "GET":
        found = Note.objects.order_by("-id")[:100]
        return JsonResponse([as_json(note) for note in found], safe=False)
    text = text_of(request.body)
    if text is None:
        return HttpResponseBadRequest("text has to be a string of 1 to 200 characters")
    return JsonResponse(as_json(Note.objects.create(text=text)), status=201)


def text_of(body: bytes) -> str | None:
    try:
        note = json.loads(body)
    except UNREADABLE:
        return None
    text = note.get("text") if isinstance(note, dict) else None
    return text if isinstance(text, str) and TEXT.fullmatch(text) else None


def as_json(note: Note) -> dict[str, object]:
    return {"id": note.pk, "text": note.text}
