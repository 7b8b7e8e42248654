from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.database import Session, engine


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    with engine.connect() as connection, connection.begin() as transaction:
        Session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield
        transaction.rollback()
    Session.configure(bind=engine)


def test_a_note_is_kept(client: TestClient) -> None:
    response = client.post("/notes", json={"text": "buy tea"})

    assert response.status_code == 201
    assert client.get("/notes").json()[0] == response.json()
    assert response.json()["text"] == "buy tea"


@pytest.mark.parametrize("body", [{}, [], {"text": ""}, {"text": 1}, {"text": "x" * 201}])
def test_what_is_no_note_is_refused(client: TestClient, body: object) -> None:
    assert client.post("/notes", json=body).status_code == 422


@pytest.mark.parametrize(
    "body",
    ['{"text": "a\\u0000b"}', '{"text": "\\ud800"}', '{"other": "\\ud800"}', "[" * 100_000],
    ids=["NUL", "surrogate", "surrogate elsewhere", "deep"],
)
def test_what_the_database_cannot_keep_is_refused(client: TestClient, body: str) -> None:
    response = client.post("/notes", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code in (400, 422)
