"""TRL's environments, by TRL's own rules of looking at a class; the slow test trains with its GRPOTrainer."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from transformers.utils import get_json_schema

from inftool.envs.adapters.trl import (
    REPLY,
    TrlEnvironment,
    answer_reward,
    environment_class,
    environment_name,
    environments,
    fits,
    train_dataset,
    words_count,
)
from inftool.envs.episode import offered
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS, Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram
from inftool.servers.seat import ServerLost


@pytest.fixture(scope="module")
def program() -> ServerProgram:
    return open_program("petstore")


@pytest.fixture(scope="module")
def tasks(program: ServerProgram) -> list[Task]:
    return list(Synthesizer([program]).tasks(40))


def tool_functions(environment: TrlEnvironment) -> dict[str, Callable[..., Any]]:
    """Find the tools as GRPOTrainer does."""
    found = {}
    for name, _ in inspect.getmembers(type(environment), predicate=inspect.isfunction):
        if name not in ("reset", "get_reward") and not name.startswith("_"):
            method = getattr(environment, name)
            found[method.__name__] = method
    return found


def play(environment: TrlEnvironment, task: Task, gold: bool = True) -> float | None:
    """Do what GRPOTrainer does in a rollout and after it; the sum is what it sums up."""
    tools = tool_functions(environment)
    completion: list[dict[str, Any]] = []
    for message in task.gold if gold else task.gold[-1:]:
        for call in message.tool_calls:
            completion.append({"role": "assistant", "tool_calls": [{"function": {"name": call.name}}]})
            shown = get_json_schema(tools[call.name])["function"]["parameters"]["properties"]
            assert call.arguments.keys() <= shown.keys()
            completion.append({"role": "tool", "content": tools[call.name](**call.arguments)})
        if not message.tool_calls:
            if REPLY in tools:
                completion.append({"role": "tool", "content": tools[REPLY](message=message.content)})
            completion.append({"role": "assistant", "content": message.content})
    rewards = [*answer_reward([completion], [environment]), environment.get_reward()]
    known = [reward for reward in rewards if reward is not None]
    assert len(known) <= 1
    return known[0] if known else None


@pytest.mark.parametrize("reply_tool", [False, True])
def test_gold_scores_1_and_inaction_0(program: ServerProgram, tasks: list[Task], reply_tool: bool) -> None:
    classes = environments([program], tasks, reply_tool=reply_tool)
    rows = train_dataset(tasks, reply_tool=reply_tool)
    by_id = {task.id: task for task in tasks}
    places = {name: made() for name, made in classes.items()}
    kinds = set()
    for row in rows:
        task = by_id[row["task_id"]]
        kinds.add(task.kind)
        assert row["prompt"] == [{"role": "user", "content": task.agenda.request}]
        place = places[row["environment"]]
        assert set(tool_functions(place)) - {REPLY} == set(task.tools)
        place.reset(**{key: value for key, value in row.items() if key != "environment"})
        assert play(place, task) == 1.0
        place.reset(task=task.id)
        if not task.goal.refuse:
            assert play(place, task, gold=False) == 0.0
    assert kinds == set(KINDS) - (set() if reply_tool else {"missing_parameter"})


def test_what_fits(program: ServerProgram, tasks: list[Task]) -> None:
    asked = next(task for task in tasks if task.agenda.slots)
    told = next(task for task in tasks if words_count(task) and not task.agenda.slots)
    done = next(task for task in tasks if not words_count(task) and not task.agenda.slots)
    assert [fits(task) for task in (asked, told, done)] == [False, True, True]
    assert [fits(task, answers=False) for task in (asked, told, done)] == [False, False, True]
    assert [fits(task, reply_tool=True) for task in (asked, told, done)] == [True, True, True]
    assert train_dataset([asked, told, done], answers=False)["task_id"] == [done.id]
    with pytest.raises(ValueError, match="reply_tool"):
        train_dataset([asked])


def test_one_class_with_all_tools(program: ServerProgram, tasks: list[Task]) -> None:
    made = environment_class(program)
    assert made.__name__ == "petstore"
    place = made()
    assert len(tool_functions(place)) == len(program.operations)
    task = next(task for task in tasks if task.kind == "sequential")
    place.reset(task=task)
    assert play(place, task) == 1.0
    with pytest.raises(ValueError, match="one class a menu"):
        place.reset(task=next(task for task in tasks if task.goal.refuse))
    with pytest.raises(ValueError, match="reply_tool=True"):
        place.reset(task=next(task for task in tasks if task.agenda.slots))


def test_faults_of_the_caller_are_answers(program: ServerProgram, tasks: list[Task]) -> None:
    place = environment_class(program, max_turns=2)()
    task = next(task for task in tasks if task.kind == "simple")
    place.reset(task=task)
    call = next(iter(tool_functions(place).values()))
    assert isinstance(call(made_up=float("nan")), str)
    assert isinstance(call(deep="\ud800"), str)
    assert call() == "The conversation is over."
    assert place.episode.verdict().outcome == "truncated"
    assert answer_reward([[{"role": "assistant", "content": "x"}]], [place]) in ([0.0], [None])


def test_rows_that_are_no_tasks(program: ServerProgram, tasks: list[Task]) -> None:
    place = environment_class(program)()
    with pytest.raises(RuntimeError, match="reset"):
        place.get_reward()
    for wrong in (None, "unknown", 3):
        with pytest.raises(ValueError, match="train_dataset"):
            place.reset(task=wrong)
    with pytest.raises(ValueError, match="changed"):
        place.reset(task=tasks[0].model_copy(update={"seed": 99}).model_dump_json())
    with pytest.raises(ValueError, match="another program"):
        environment_class(open_program("conduit"))().reset(task=tasks[0])
    with pytest.raises(ValueError, match="no tool"):
        environment_class(program, ["nothing"])


def test_a_lost_server_is_nobodys_0(program: ServerProgram, tasks: list[Task]) -> None:
    class Nowhere:
        def __init__(self, program: ServerProgram, seed: int) -> None:
            self.program, self.seed = program, seed

        def open(self) -> Any:
            raise ServerLost("the machine is gone")

    for task in (task for task in tasks if fits(task)):
        place = environment_class(program, task.tools, seats=Nowhere)()
        place.reset(task=task)
        assert play(place, task) is None
        assert place.episode.verdict().outcome == "infrastructure"


def test_names_are_the_same_everywhere(tasks: list[Task]) -> None:
    assert environment_name(tasks[0]) == environment_name(Task.model_validate_json(tasks[0].model_dump_json()))
    assert len({environment_name(task) for task in tasks}) == len({task.tools for task in tasks})


@pytest.mark.slow
def test_grpo_trains_on_live_episodes(program: ServerProgram, tasks: list[Task], tokenizer: Any, tmp_path: Any) -> None:
    """A tiny Qwen that knows one dialogue by heart plays it in GRPOTrainer, beside a task that it cannot do."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM
    from trl import GRPOConfig, GRPOTrainer
    from trl.chat_template_utils import add_response_schema, qwen2_5_chat_template

    def shown(task: Task) -> int:
        return sum(len(tool.model_dump_json()) for tool in offered(program, task.tools))

    tokenizer.chat_template = qwen2_5_chat_template
    add_response_schema(tokenizer)
    told = min((task for task in tasks if task.goal.facts and len(task.gold_calls) == 1 and fits(task)), key=shown)
    done = min((task for task in tasks if task.goal.changes and not words_count(task) and fits(task)), key=shown)
    classes = environments([program], [told, done])
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=8192,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    place = classes[environment_name(told)]()
    learn_by_heart(model, dialogue_rows(tokenizer, place, told))
    arguments = GRPOConfig(
        output_dir=str(tmp_path),
        max_steps=2,
        per_device_train_batch_size=4,
        num_generations=2,
        max_completion_length=400,
        temperature=0.01,
        learning_rate=1e-6,
        logging_steps=1,
        bf16=False,
        use_cpu=True,
        gradient_checkpointing=False,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        args=arguments,
        train_dataset=train_dataset([told, done]),
        environment_factory=classes,
        reward_funcs=[answer_reward],
    )
    trainer.train()
    steps = [entry for entry in trainer.state.log_history if "reward" in entry]
    assert len(steps) == 2
    for entry in steps:
        assert entry["rewards/answer_reward/mean"] == 1.0, "the dialogue known by heart is solved, words and all"
        assert entry[f"rewards/{environment_name(done)}/mean"] == 0.0, "the other one is not"
        assert entry["reward"] == 0.5
        assert entry["tools/call_frequency"] > 0
        assert entry["tools/failure_frequency"] == 0


def dialogue_rows(tokenizer: Any, place: TrlEnvironment, task: Task) -> list[tuple[list[int], int]]:
    """Return what the model reads and says at each turn of the gold: the tokens, and where its own begin."""
    tools = tool_functions(place)
    place.reset(task=task)
    messages: list[dict[str, Any]] = [{"role": "user", "content": task.agenda.request}]
    rows = []
    for message in task.gold:
        said: dict[str, Any] = {"role": "assistant", "content": message.content}
        if message.tool_calls:
            said["tool_calls"] = [
                {"type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.tool_calls
            ]
        shown = list(tools.values())
        head = tokenizer.apply_chat_template(messages, tools=shown, add_generation_prompt=True, return_dict=False)
        whole = tokenizer.apply_chat_template([*messages, said], tools=shown, return_dict=False)
        rows.append((whole, len(head)))
        messages.append(said)
        for call in message.tool_calls:
            messages.append({"role": "tool", "name": call.name, "content": tools[call.name](**call.arguments)})
    return rows


def learn_by_heart(model: Any, rows: list[tuple[list[int], int]]) -> None:
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(400):
        total = 0.0
        for tokens, begin in rows:
            ids = torch.tensor([tokens])
            labels = ids.clone()
            labels[:, :begin] = -100
            loss = model(input_ids=ids, labels=labels).loss
            loss.backward()
            total += float(loss)
        optimizer.step()
        optimizer.zero_grad()
        if total < 0.02:
            return
    raise AssertionError(f"not learnt: {total}")
