from fastapi.testclient import TestClient


def test_each_request_counts(client: TestClient) -> None:
    first, second = (client.get("/hits").json()["hits"] for _ in range(2))

    assert second > first
