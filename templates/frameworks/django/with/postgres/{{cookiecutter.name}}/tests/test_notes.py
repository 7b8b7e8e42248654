import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_note_is_kept(client: Client) -> None:
    response = client.post("/notes", {"text": "buy tea"}, content_type="application/json")

    assert response.status_code == 201
    assert client.get("/notes").json()[0] == response.json()
    assert response.json()["text"] == "buy tea"


@pytest.mark.parametrize("body", [{}, [], {"text": ""}, {"text": 1}, {"text": "x" * 201}])
def test_what_is_no_note_is_refused(client: Client, body: object) -> None:
    assert client.post("/notes", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "body",
    ['{"text": "a\\u0000b"}', '{"text": "\\ud800"}', '{"other": "\\ud800"}', "[" * 100_000],
    ids=["NUL", "surrogate", "surrogate elsewhere", "deep"],
)
def test_what_the_database_cannot_keep_is_refused(client: Client, body: str) -> None:
    response = client.post("/notes", body, content_type="application/json")

    assert response.status_code == 400


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run")


def test_admin_asks_who_is_there(client: Client) -> None:
    response = client.get("/admin/", follow=True)

    assert response.status_code == 200
    assert response.redirect_chain == [("/admin/login/?next=/admin/", 302)]
