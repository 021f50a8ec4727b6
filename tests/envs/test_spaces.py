import copy
import json
import pickle
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_space_limit
from gymnasium.utils.passive_env_checker import check_action_space, check_observation_space
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from hypothesis import given
from hypothesis import strategies as st

from inftool.agents.message import Malformed, Message, ToolCall
from inftool.envs.actions import to_action
from inftool.envs.spaces import DialogueSpace, FreeSpace, MessageSpace, TextSpace

SPACES: list[type[FreeSpace[Any]]] = [TextSpace, MessageSpace, DialogueSpace]
any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("kind", SPACES)
def test_samples_are_members_and_depend_on_the_seed_alone(kind: type[FreeSpace[Any]]) -> None:
    one, other = kind(seed=3), kind()
    other.seed(3)
    drawn = [one.sample() for _ in range(50)]
    assert drawn == [other.sample() for _ in range(50)]
    assert all(one.contains(element) and element in one for element in drawn)
    assert len({json.dumps(element) for element in drawn}) > 20
    assert kind(seed=np.random.default_rng(5)).sample() == kind(seed=np.random.default_rng(5)).sample()


@pytest.mark.parametrize("kind", SPACES)
def test_copies_are_equal_and_go_on_alike(kind: type[FreeSpace[Any]]) -> None:
    space = kind(seed=1)
    space.sample()
    copies = [pickle.loads(pickle.dumps(space)), copy.deepcopy(space)]
    following = space.sample()
    assert all(twin == space and twin.sample() == following for twin in copies)
    assert space != TextSpace() or kind is TextSpace
    assert repr(space) == f"{kind.__name__}()"
    assert (space.shape, space.dtype, space.is_np_flattenable) == (None, None, False)


@pytest.mark.parametrize("kind", SPACES)
def test_jsonable_both_ways(kind: type[FreeSpace[Any]]) -> None:
    space = kind(seed=2)
    drawn = [space.sample() for _ in range(10)]
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable(drawn)))) == drawn


@pytest.mark.parametrize("kind", SPACES)
def test_batches_as_vector_environments_make_them(kind: type[FreeSpace[Any]]) -> None:
    space = kind(seed=0)
    batch = batch_space(space, 3)
    elements = batch.sample()
    assert elements in batch
    assert list(iterate(batch, elements)) == list(elements)
    assert concatenate(space, elements, create_empty_array(space, 3)) == elements
    assert elements == batch_space(kind(seed=0), 3).sample()


@pytest.mark.parametrize("kind", SPACES)
def test_gymnasium_checks_them(kind: type[FreeSpace[Any]], recwarn: pytest.WarningsRecorder) -> None:
    check_action_space(kind())
    check_observation_space(kind())
    check_space_limit(kind(), "action")
    assert not recwarn.list
    with pytest.raises(ValueError, match="no mask"):
        kind().sample(mask=())  # type: ignore[arg-type]


@given(any_text)
def test_every_text_is_in(text: str) -> None:
    assert text in TextSpace()
    assert text in MessageSpace()
    assert {"content": text, "tool_calls": []} in MessageSpace()
    assert {"name": text, "arguments": {text: text}} in MessageSpace()
    message = {"role": "user", "content": text}
    assert {"messages": (message,), "tools": ()} in DialogueSpace()


@given(st.integers(), st.floats())
def test_numbers_are_in_if_json_has_them(whole: int, real: float) -> None:
    assert {"name": "x", "arguments": {"a": whole, "b": 10**400}} in MessageSpace()
    assert ({"name": "x", "arguments": {"a": real}} in MessageSpace()) == bool(np.isfinite(real))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_a_turn_is_in_if_it_can_be_read(value: Any) -> None:
    assert (value in MessageSpace()) == (not isinstance(to_action(value), Malformed))


def test_messages_are_turns_and_parse_errors_are_none() -> None:
    message = Message(role="assistant", content="hi", tool_calls=(ToolCall(name="x", arguments={"a": (1,)}),))
    assert message in MessageSpace()
    assert MessageSpace().to_jsonable([message, "hi"]) == [
        {"content": "hi", "tool_calls": [{"name": "x", "arguments": {"a": [1]}}]},
        "hi",
    ]
    assert Malformed(text="", reason="") not in MessageSpace()
    with pytest.raises(ValueError, match="not a turn"):
        MessageSpace().to_jsonable([3])


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"messages": (), "tools": (), "more": 1},
        {"messages": [], "tools": ()},
        {"messages": ("hi",), "tools": ()},
        {"messages": ({"role": "nobody", "content": ""},), "tools": ()},
        {"messages": ({"role": "user", "content": None},), "tools": ()},
        {"messages": (), "tools": ({},)},
    ],
)
def test_what_is_no_dialogue(wrong: Any) -> None:
    assert wrong not in DialogueSpace()


def test_no_text_but_texts() -> None:
    assert not any(wrong in TextSpace() for wrong in (None, b"x", 3, ["x"]))
    assert gym.spaces.Tuple((TextSpace(), TextSpace())).contains(("", "🙂"))
