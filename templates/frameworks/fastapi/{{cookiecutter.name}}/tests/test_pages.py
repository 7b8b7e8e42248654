import pytest
from fastapi.testclient import TestClient

from app.main import create_app


def test_home_greets_by_the_title(client: TestClient) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert "<h1>Hello from a test!</h1>" in response.text


def test_title_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_TITLE", "Tea & cake")

    page = TestClient(create_app(), base_url="http://localhost").get("/").text

    assert "<h1>Hello from Tea &amp; cake!</h1>" in page


def test_other_hosts_are_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
