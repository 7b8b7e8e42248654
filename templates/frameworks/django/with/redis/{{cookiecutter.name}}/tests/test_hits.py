from django.test import Client


def test_each_request_counts(client: Client) -> None:
    first, second = (client.get("/hits").json()["hits"] for _ in range(2))

    assert second > first
