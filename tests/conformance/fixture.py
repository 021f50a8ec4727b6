"""The fixture that the conformance suite asks for by name, served by our own doors and kernel unchanged.

The tools are a specification that is compiled as any other; the resources are a further shelf of the offer, and the
prompts are prompts. ``python -m tests.conformance.fixture PORT`` serves it over HTTP,
``... stdio`` over stdin and stdout.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterable, Mapping, Sequence

from inftool.servers.compiler.compile import infer
from inftool.servers.doors.completion import choices
from inftool.servers.doors.http import build_app
from inftool.servers.doors.listening import listen, run
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.prompts import Prompt, PromptArgument, Turn, Written
from inftool.servers.doors.resources import Content, Listed, Template, UnknownResource
from inftool.servers.doors.stdio import serve_stdio
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session
from inftool.specs.loader import load_document

TEXT = "text/plain"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
_BASE64 = {"type": "string", "contentEncoding": "base64"}


def _get(name: str, media: str, schema: dict[str, object], parameters: Sequence[dict[str, object]] = ()) -> object:
    answer = {"description": "What is asked for.", "content": {media: {"schema": schema}}}
    return {"get": {"operationId": name, "summary": name, "parameters": list(parameters), "responses": {"200": answer}}}


def program() -> ServerProgram:
    """Return the compiled fixture."""
    file: dict[str, object] = {"type": "string", "format": "binary"}
    needed = {"name": "subject", "in": "query", "required": True, "schema": {"type": "string"}}
    mixed = {
        "type": "object",
        "required": ["note", "picture", "file"],
        "properties": {
            "note": {"type": "string"},
            "picture": {**_BASE64, "contentMediaType": "image/png"},
            "file": {"type": "string", "contentMediaType": "application/json"},
        },
    }
    pets = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    paths = {
        "/pets": {
            **_get("list_pets", "application/json", {"type": "array", "items": pets}),  # type: ignore[dict-item]
            "post": {
                "operationId": "add_pet",
                "requestBody": {"content": {"application/json": {"schema": pets}}},
                "responses": {"201": {"description": "Made.", "content": {"application/json": {"schema": pets}}}},
            },
        },
        "/text": _get("test_simple_text", "application/json", {"type": "string"}),
        "/image": _get("test_image_content", "image/png", file),
        "/audio": _get("test_audio_content", "audio/wav", file),
        "/file": _get("test_embedded_resource", "application/pdf", file),
        "/mixed": _get("test_multiple_content_types", "application/json", mixed),
        "/quiet": _get("test_logging_tool", "application/json", {"type": "string"}),
        "/plain": _get("test_streaming_elicitation", "application/json", {"type": "string"}),
        "/subjects": _get("test_error_handling", "application/json", {"type": "string"}, [needed]),
    }
    document = {"openapi": "3.1.0", "info": {"title": "Conformance", "version": "1"}, "paths": paths}
    return infer(load_document(document, "conformance"))


class Fixtures:
    """The resources with fixed addresses."""

    templates = (
        Template(
            "test://template/{id}/data", "template", "A template", "Data by id.", {}, mime_type="application/json"
        ),
    )
    _static = (
        Listed("test://static-text", "static-text", "A text", "A fixed text.", TEXT),
        Listed("test://static-binary", "static-binary", "A picture", "A fixed picture.", "image/png"),
    )

    def listed(self, session: Session) -> Iterable[Listed]:
        """Return both."""
        return self._static

    def owns(self, uri: str) -> bool:
        """Return whether the address is of the suite's scheme."""
        return uri.startswith("test://")

    def read(self, session: Session, uri: str) -> list[Content]:
        """Return what is at an address."""
        if uri == "test://static-text":
            return [Content(uri, TEXT, "This is the content of the static text resource.")]
        if uri == "test://static-binary":
            return [Content(uri, "image/png", "", PICTURE)]
        steps = uri.removeprefix("test://").split("/")
        if len(steps) == 3 and (steps[0], steps[2]) == ("template", "data"):
            return [Content(uri, "application/json", f'{{"id": "{steps[1]}", "data": "Data for ID: {steps[1]}"}}')]
        raise UnknownResource(f"there is nothing at {uri[:80]}")


def _prompts() -> tuple[Prompt, ...]:
    def simple(session: Session, arguments: Mapping[str, str]) -> Written:
        return Written((Turn("user", "This is a simple prompt for testing."),))

    def filled(session: Session, arguments: Mapping[str, str]) -> Written:
        text = f"Prompt with arguments: arg1='{arguments['arg1']}', arg2='{arguments['arg2']}'"
        return Written((Turn("user", text),))

    def embedded(session: Session, arguments: Mapping[str, str]) -> Written:
        held = Content(arguments["resourceUri"], TEXT, "Embedded resource content for testing.")
        return Written((Turn("user", held), Turn("user", "Please process the embedded resource above.")))

    def pictured(session: Session, arguments: Mapping[str, str]) -> Written:
        held = Content("test://static-binary", "image/png", "", PICTURE)
        return Written((Turn("user", held), Turn("user", "Please analyze the image above.")))

    two = tuple(
        PromptArgument(name, "A text.", required=True, complete=choices(("paris", "park", "party", "test")))
        for name in ("arg1", "arg2")
    )
    place = (PromptArgument("resourceUri", "Where it is.", required=True),)
    return (
        Prompt("test_simple_prompt", "Simple", "No arguments.", simple),
        Prompt("test_prompt_with_arguments", "Arguments", "Two arguments.", filled, two),
        Prompt("test_prompt_with_embedded_resource", "Resource", "One resource.", embedded, place),
        Prompt("test_prompt_with_image", "Picture", "One picture.", pictured),
    )


def offer() -> Offer:
    """Return everything that the suite asks for."""
    return Offer(Kernel(program()), prompts=_prompts(), further=(Fixtures(),))


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        serve_stdio([offer()])
    else:
        run(build_app([offer()]), listen("127.0.0.1", int(sys.argv[1])))
