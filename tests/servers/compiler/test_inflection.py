"""Forms of verbs by rule."""

import pytest

from inftool.servers.compiler.inflection import forms, participles


@pytest.mark.parametrize(
    ("verb", "wanted"),
    [
        ("archive", "archived"), ("publish", "published"), ("ship", "shipped"), ("apply", "applied"),
        ("deploy", "deployed"), ("star", "starred"), ("pay", "paid"), ("send", "sent"), ("resend", "resent"),
        ("begin", "begun"), ("freeze", "frozen"), ("unfreeze", "unfrozen"), ("withdraw", "withdrawn"),
        ("complete", "completed"), ("open", "opened"), ("stop", "stopped"), ("deny", "denied"),
    ],
)  # fmt: skip
def test_participles(verb: str, wanted: str) -> None:
    assert participles(verb)[0] == wanted


def test_both_spellings() -> None:
    assert {"cancelled", "canceled"} <= set(forms(("cancel",)).done)


def test_adjectives_nouns_and_particles() -> None:
    assert "active" in forms(("activate",)).done
    assert "cancellation" in forms(("cancel",)).deed
    assert "approval" in forms(("approve",)).deed
    assert "activation" in forms(("activate",)).deed
    assert "checkedin" in forms(("check", "in")).done
    assert forms(()).any == ("",)
