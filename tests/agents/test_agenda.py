import pytest

from inftool.agents.agenda import Agenda, AgendaUser, Slot
from inftool.agents.message import Message

AGENDA = Agenda(
    request="Change the status of a pet.",
    slots=(
        Slot(argument="petId", words=("pet", "id"), sentence="The pet ID is 3."),
        Slot(argument="status", words=("status",), sentence="Make it sold."),
    ),
)


def say(text: str) -> Message:
    return Message(role="assistant", content=text)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which pet do you mean?", "The pet ID is 3."),
        ("Please provide the new status.", "Make it sold."),
        ("What is the pet ID, and what should the status be?", "The pet ID is 3. Make it sold."),
        ("Could you give me more details?", "The pet ID is 3. Make it sold."),
    ],
)
def test_tells_what_is_asked_for(question: str, answer: str) -> None:
    assert AgendaUser(AGENDA).reply(say(question)) == answer


def test_tells_nothing_unasked() -> None:
    user = AgendaUser(AGENDA)
    assert "3" not in user.open()
    assert user.reply(say("Done.")) is None


def test_leaves_when_patience_runs_out() -> None:
    user = AgendaUser(AGENDA)
    answers = [user.reply(say("What colour is the sky?")) for _ in range(4)]
    assert answers[-1] is None
    assert all("3" not in (answer or "") and "sold" not in (answer or "") for answer in answers)


def test_same_dialogue_same_replies() -> None:
    questions = ["Which pet?", "Which pet?", "What status?", "Done."]
    first, second = ([user.reply(say(q)) for q in questions] for user in (AgendaUser(AGENDA), AgendaUser(AGENDA)))
    assert first == second
