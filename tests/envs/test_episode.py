import pytest

from inftool.agents.assistant import AssistantUnavailable
from inftool.agents.message import Action, Malformed, Message, ToolCall
from inftool.agents.scripted import RandomAssistant, ScriptAssistant
from inftool.agents.user import SimulatorFault
from inftool.envs.episode import MAX_CALLS, MAX_FRUITLESS, MAX_TURNS, Episode, play
from inftool.envs.reward import GATES, STAGES
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import Kind, Task


def first(synthesizer: Synthesizer, kind: Kind, operation: str = "") -> Task:
    for task in synthesizer.tasks(400):
        if task.kind == kind and operation in ("", task.operation):
            return task
    raise AssertionError(f"no {kind} task")


def episode(synthesizer: Synthesizer, task: Task, **options: int) -> Episode:
    return Episode(task, synthesizer.world_of(task).seats, **options)


def gates(synthesizer: Synthesizer, task: Task, *script: Action) -> dict[str, bool]:
    verdict = play(episode(synthesizer, task), ScriptAssistant(script)).verdict
    return {gate.name: gate.open for gate in verdict.gates}


def shut(synthesizer: Synthesizer, task: Task, *script: Action) -> str:
    """Return the first gate that a script leaves shut."""
    return next((name for name, is_open in gates(synthesizer, task, *script).items() if not is_open), "")


def say(text: str) -> Message:
    return Message(role="assistant", content=text)


def call(name: str, **arguments: object) -> Message:
    return Message(role="assistant", tool_calls=(ToolCall(name=name, arguments=arguments),))


def test_stages_sum_to_one() -> None:
    assert list(STAGES) == list(GATES)
    assert sum(STAGES.values()) == pytest.approx(1)


def test_each_fault_shuts_its_gate(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    [gold] = task.gold_calls
    assert shut(petstore, task, *task.gold) == ""
    assert shut(petstore, task, *[Malformed(text="[x(", reason="expected a value")] * MAX_TURNS) == "format"
    assert shut(petstore, task, say("Done.")) == "tool"
    assert shut(petstore, task, call("not_a_tool"), say("Done.")) == "tool"
    assert shut(petstore, task, call(gold.name, **{name: {} for name in gold.arguments}), say("Done.")) == "arguments"
    assert shut(petstore, task, call(gold.name, **dict.fromkeys(gold.arguments, 987654)), say("Done.")) in (
        "execution",
        "arguments",
    )


def test_a_made_up_id_is_not_rewarded(petstore: Synthesizer) -> None:
    task = first(petstore, "missing_parameter", "delete")
    assert shut(petstore, task, *task.gold[1:]) == "arguments"


def test_mended_faults_cost_nothing(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    [gold] = task.gold_calls
    broken = Malformed(text="[x(", reason="expected a value")
    wrong = call(gold.name, **{name: {} for name in gold.arguments})
    assert shut(petstore, task, broken, call("not_a_tool"), *task.gold) == ""
    assert shut(petstore, task, wrong, *task.gold) == ""


def test_an_assistant_that_gets_nowhere_is_truncated(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    running = episode(petstore, task)
    for _ in range(MAX_FRUITLESS):
        running.step(Malformed(text="[x(", reason="expected a value"))
    assert running.done
    assert running.verdict().outcome == "truncated"


def test_a_fact_needs_a_lookup(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "read")
    [fact] = task.goal.facts
    assert shut(petstore, task, say(f"It is {fact.value}.")) == "tool"
    assert shut(petstore, task, task.gold[0], say("I looked it up.")) == "communication"
    assert shut(petstore, task, task.gold[0], say(f"That would be {fact.value}!")) == ""


def test_refusing_is_right_only_where_nothing_fits(petstore: Synthesizer) -> None:
    refusal = say("Sorry, I can't do that.")
    assert shut(petstore, first(petstore, "irrelevant"), refusal) == ""
    assert shut(petstore, first(petstore, "irrelevant"), say("Okay.")) == "communication"
    for kind in ("simple", "multiple", "sequential", "missing_parameter"):
        assert shut(petstore, first(petstore, kind), refusal)


def test_endless_episodes_are_truncated(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    running = episode(petstore, task, max_turns=3)
    for _ in range(3):
        running.step(call("not_a_tool"))
    assert running.done
    assert running.verdict().outcome == "truncated"
    with pytest.raises(RuntimeError, match="over"):
        running.step(say("hello"))


def test_too_many_calls_in_one_message_are_refused(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    running = episode(petstore, task)
    running.step(Message(role="assistant", tool_calls=tuple(ToolCall(name="x") for _ in range(MAX_CALLS + 2))))
    assert sum("at most" in message.content for message in running.messages) == 2


def test_faults_of_others_are_not_scored(petstore: Synthesizer) -> None:
    class Down:
        def act(self, messages: object, tools: object) -> Action:
            raise AssistantUnavailable("http://127.0.0.1:9: connection refused")

    class Broken:
        def open(self) -> str:
            return "hello"

        def reply(self, message: Message) -> str | None:
            raise SimulatorFault("invented a fact")

    task = first(petstore, "simple", "delete")
    verdict = play(episode(petstore, task), Down()).verdict
    assert (verdict.outcome, verdict.strict, verdict.staged) == ("infrastructure", None, None)
    assert "connection refused" in verdict.note
    verdict = play(Episode(task, petstore.world_of(task).seats, Broken()), ScriptAssistant()).verdict
    assert (verdict.outcome, verdict.strict) == ("simulator", None)


def test_episodes_do_not_see_each_other(petstore: Synthesizer) -> None:
    task = first(petstore, "simple", "delete")
    one, two = episode(petstore, task), episode(petstore, task)
    for action in task.gold:
        one.step(action)
    two.step(say("Okay."))
    assert one.verdict().outcome == "solved"
    assert two.verdict().changes == ()


def test_noise_never_solves(petstore: Synthesizer) -> None:
    solved = 0
    for number, task in enumerate(petstore.tasks(60)):
        if task.kind != "irrelevant":
            solved += play(episode(petstore, task), RandomAssistant(number)).verdict.outcome == "solved"
    assert solved <= 2
