"""The schemas of our format, as others fetch them."""

import json

from django.test import Client
from jsonschema import Draft202012Validator


def test_every_schema_is_published_and_is_one(client: Client) -> None:
    listed = client.get("/content/schemas/").json()["schemas"]
    assert {"course", "lesson", "items", "concepts"} <= {one["name"] for one in listed}
    for one in listed:
        answer = client.get(one["href"])
        assert answer.status_code == 200 and answer["Content-Type"] == "application/schema+json"
        Draft202012Validator.check_schema(json.loads(answer.content))


def test_no_other_file_is_reached(db: None, client: Client) -> None:
    for name in ("nothing", "..", "ITEMS", "x-y"):
        assert client.get(f"/content/schemas/{name}.schema.json").status_code == 404
