"""Paths that name what is done: noun and verb out of the words (rule E8)."""

from ..making import TEXT, obj, ref, rows, web
from .serving import Served

POLICY = obj(name=TEXT, arn=TEXT)


def test_verb_and_noun_in_the_path() -> None:
    served = Served(
        web("post", "/createPolicy", ref("Policy"), body={"name": TEXT}, required=("name",)),
        web("get", "/getPolicy", ref("Policy"), query={"name": TEXT}, required=("name",)),
        web("get", "/listPolicies", rows("Policy")),
        web("post", "/deletePolicy", body={"name": TEXT}, required=("name",)),
        Policy=POLICY,
    )
    served("post /createPolicy", name="night")
    assert served("get /getPolicy", name="night")["name"] == "night"
    assert "night" in [row["name"] for row in served("get /listPolicies")]
    served("post /deletePolicy", name="night")
    assert served.status("get /getPolicy", name="night") == 404


def test_words_that_the_path_joins_are_taken_from_the_name() -> None:
    served = Served(
        web("post", "/v1/createpolicy", ref("Policy"), body={"name": TEXT}, required=("name",), name="CreatePolicy"),
        web("post", "/v1/getpolicy", ref("Policy"), body={"name": TEXT}, required=("name",), name="GetPolicy"),
        web("post", "/v1/deletepolicy", body={"name": TEXT}, required=("name",), name="DeletePolicy"),
        Policy=POLICY,
    )
    assert [served.kind(name)[:2] for name in ("CreatePolicy", "GetPolicy", "DeletePolicy")] == [
        ("create", "Policy"), ("read", "Policy"), ("delete", "Policy"),
    ]  # fmt: skip
