import pytest
from fastapi.testclient import TestClient

from app import health

ANY_HOST = {"Host": "10.1.2.3"}


def test_alive(client: TestClient) -> None:
    assert client.get("{{ cookiecutter.app.liveness }}", headers=ANY_HOST).status_code == 200


@pytest.mark.parametrize("path", ["/", "{{ cookiecutter.app.liveness }}", "{{ cookiecutter.app.readiness }}"])
def test_a_monitor_may_ask_with_head(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(health, "READINESS_CHECKS", {})

    assert client.head(path).status_code == 200


def test_ready_when_every_check_passes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READINESS_CHECKS", {"storage": lambda: None})

    assert client.get("{{ cookiecutter.app.readiness }}", headers=ANY_HOST).status_code == 200


def test_not_ready_when_a_check_fails(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError("no answer")

    monkeypatch.setattr(health, "READINESS_CHECKS", {"storage": unreachable})

    response = client.get("{{ cookiecutter.app.readiness }}", headers=ANY_HOST)

    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "failed": ["storage"]}
