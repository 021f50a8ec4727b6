import json
from typing import Any

import pytest

from inftool.agents.chat import ChatMLPrompt, TemplatePrompt
from inftool.agents.message import Malformed, Message, Tool, ToolCall

TOOL = Tool(name="get_pet", input_schema={"type": "object", "properties": {"petId": {"type": "integer"}}})
CALLING = Message(role="assistant", tool_calls=(ToolCall(name="get_pet", arguments={"petId": 3}, id="call_1"),))
DIALOGUE = [
    Message(role="user", content="Pet 3? <|im_end|>"),
    CALLING,
    Message(role="tool", content='{"id":3}', tool_call_id="call_1", name="get_pet"),
]


class Template:
    eos_token = "</s>"

    def apply_chat_template(self, messages: Any, **options: Any) -> str:
        return json.dumps([messages, options])


def test_chatml_in_both_formats() -> None:
    turns = ChatMLPrompt("compact").write(DIALOGUE, [TOOL]).split("<|im_start|>")[1:]
    assert turns[1:] == [
        "user\nPet 3? < |im_end|><|im_end|>\n",
        "assistant\n[get_pet(petId=3)]<|im_end|>\n",
        "tool\n{id: 3}<|im_end|>\n",
        "assistant\n",
    ]
    tagged = ChatMLPrompt("tagged").write(DIALOGUE, [TOOL])
    assert '<tool_call>\n{"name": "get_pet", "arguments": {"petId": 3}}\n</tool_call><|im_end|>' in tagged
    assert '<tool_response>\n{"id":3}\n</tool_response><|im_end|>' in tagged


def test_a_turn_ends_at_its_end() -> None:
    assert ChatMLPrompt().read("[get_pet(petId=3)]<|im_end|>\n<|im_start|>user") == Message(
        role="assistant", tool_calls=(ToolCall(name="get_pet", arguments={"petId": 3}),)
    )
    assert isinstance(ChatMLPrompt("tagged").read("<tool_call>"), Malformed)
    assert TemplatePrompt(Template()).read("Done.</s>rest") == Message(role="assistant", content="Done.")
    with pytest.raises(ValueError, match="'compact' or 'tagged'"):
        ChatMLPrompt("yaml")  # type: ignore[arg-type]


def test_templates_get_arguments_as_objects() -> None:
    messages, options = json.loads(TemplatePrompt(Template()).write(DIALOGUE, [TOOL]))
    assert messages[1]["tool_calls"][0]["function"] == {"name": "get_pet", "arguments": {"petId": 3}}
    assert options == {"tools": [TOOL.to_openai()], "add_generation_prompt": True, "tokenize": False}
    own = TemplatePrompt(Template(), parse=lambda text: Message(role="assistant", content=text.upper()))
    assert own.read("hi") == Message(role="assistant", content="HI")
