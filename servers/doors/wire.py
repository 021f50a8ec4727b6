"""Programs as an MCP server, on the low-level server of the official SDK, which speaks both protocol eras.

Modern clients (2026-07-28) carry everything in each request; older ones shake hands first. State hangs on neither: the
door that accepts a request says which of our sessions it belongs to.

Tools declare no ``outputSchema``. Clients drop a result that breaks it, whatever the result says; and declared schemas
are cut where they are deep or refer to themselves, wrong in many specifications, and would make the list of tools three
times as long. An answer that is an object comes as ``structuredContent`` all the same, and every answer as text.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from inftool.servers.doors.completion import Complete
from inftool.servers.doors.content import answer_blocks, content_block, resource_contents
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.prompts import Prompt, PromptError, Turn
from inftool.servers.doors.resources import UnknownResource
from inftool.servers.doors.sessions import TooManySessions
from inftool.servers.runtime.kernel import Kernel, UnknownTool
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Session

logger = logging.getLogger("inftool.servers")

MAX_INSTRUCTIONS = 2000
"""Characters of what a client is told of a server at the start."""

STATUS = "inftool/status"
"""Name in a result's ``_meta`` of the HTTP status that the answer would have; from 500 on it is the server's fault."""

SessionFor = Callable[[ServerRequestContext[Any]], Session]
"""Finds the session that a request belongs to."""
Context = ServerRequestContext[Any]
_Params = TypeVar("_Params")
_Result = TypeVar("_Result")
_Handler = Callable[[Context, _Params], Awaitable[_Result]]


def build_server(offer: Offer | Kernel, session_for: SessionFor) -> Server[Any]:
    """Return an MCP server of one program: tools, resources, prompts and completion.

    An unknown tool, prompt or resource is protocol error -32602; every other failure of a call is a result with
    ``isError``.
    """
    whole = Offer(offer) if isinstance(offer, Kernel) else offer
    program = whole.program
    return _server([(whole, session_for)], program.name, program.title or None, program.description)


def build_joint_server(offers: Sequence[tuple[Offer, SessionFor]]) -> Server[Any]:
    """Return one MCP server of several programs, whose offers have prefixes that differ."""
    told = [f"{offer.prefix}_*: {offer.program.title or offer.program.name}" for offer, _ in offers]
    return _server(offers, "inftool", "InfTool", "\n".join(["The tools of several APIs:", *told]))


def _server(offers: Sequence[tuple[Offer, SessionFor]], name: str, title: str | None, about: str) -> Server[Any]:
    handlers = _Handlers(offers)
    return Server(
        name,
        version=_version(),
        title=title,
        instructions=about[:MAX_INSTRUCTIONS] or None,
        get_tool_input_schema=handlers.schemas.get,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=_shielded(handlers.list_resources),
        on_list_resource_templates=_shielded(handlers.list_templates),
        on_read_resource=_shielded(handlers.read_resource),
        on_list_prompts=_shielded(handlers.list_prompts),
        on_get_prompt=_shielded(handlers.get_prompt),
        on_completion=_shielded(handlers.complete),
    )


def answer_call(kernel: Kernel, find: Callable[[], Session], tool: str, arguments: Any) -> types.CallToolResult:
    """Call a tool; a fault of ours is logged, and answered with a 500.

    Args:
        kernel: runs the tool.
        find: finds the session, or raises ``TooManySessions``, which is answered with a 503.
        tool: its name in the program.
        arguments: as they came.

    Raises:
        UnknownTool: the program has no such tool.
    """
    began = time.perf_counter()
    try:
        result = kernel.call(find(), tool, arguments)
    except TooManySessions as full:
        result = ToolResult(True, 503, {"error": {"code": "unavailable", "message": str(full)}})
    except UnknownTool:
        raise
    except Exception as error:
        _log_failure(f"a call of {tool}", error)
        result = ToolResult(True, 500, {"error": {"code": "internal", "message": "internal server error"}})
    logger.info("%s: %s in %.1f ms", tool, result.status, 1000 * (time.perf_counter() - began))
    return types.CallToolResult(
        content=answer_blocks(result, kernel.answer_schema(tool), kernel.program.name, tool),
        structured_content=result.content if isinstance(result.content, dict) else None,
        is_error=result.is_error,
        meta={STATUS: result.status},
    )


class _Handlers:
    """What a server answers; one method a request."""

    def __init__(self, offers: Sequence[tuple[Offer, SessionFor]]) -> None:
        self._offers = offers
        self._tools = {
            shown: (offer, own, session_for) for offer, session_for in offers for shown, own in offer.tools.items()
        }
        self._prompts = {
            shown: (prompt, session_for) for offer, session_for in offers for shown, prompt in offer.all_prompts.items()
        }
        listed = [
            _tool(shown, tool)
            for offer, _ in offers
            for shown, tool in zip(offer.tools, offer.kernel.tools(), strict=True)
        ]
        self._listed = types.ListToolsResult(tools=listed)
        self.schemas = {tool.name: tool.input_schema for tool in listed}
        self._templates = {
            template.uri: (template, session_for)
            for offer, session_for in offers
            for shelf in offer.shelves
            for template in shelf.templates
        }

    async def list_tools(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        _only_page(params)
        return self._listed

    async def call_tool(self, ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        found = self._tools.get(params.name)
        if found is None:
            logger.info("an unknown tool was called")
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name[:80]!r}; tools/list names them all")
        offer, own, session_for = found
        try:
            return answer_call(offer.kernel, lambda: session_for(ctx), own, params.arguments)
        except UnknownTool as unknown:
            raise MCPError(types.INVALID_PARAMS, str(unknown)) from None

    async def list_resources(
        self, ctx: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        _only_page(params)
        found = [
            types.Resource(
                uri=entry.uri,
                name=entry.name,
                title=self._heading(offer, entry.title),
                description=entry.description,
                mime_type=entry.mime_type,
            )
            for offer, session_for in self._offers
            for shelf in offer.shelves
            for entry in shelf.listed(session_for(ctx))
        ]
        return types.ListResourcesResult(resources=found)

    async def list_templates(
        self, ctx: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        _only_page(params)
        found = [
            types.ResourceTemplate(
                uri_template=template.uri,
                name=template.name,
                title=self._heading(offer, template.title),
                description=template.description,
                mime_type=template.mime_type,
            )
            for offer, _ in self._offers
            for shelf in offer.shelves
            for template in shelf.templates
        ]
        return types.ListResourceTemplatesResult(resource_templates=found)

    async def read_resource(self, ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        for offer, session_for in self._offers:
            for shelf in offer.shelves:
                if shelf.owns(params.uri):
                    contents = [resource_contents(part) for part in shelf.read(session_for(ctx), params.uri)]
                    return types.ReadResourceResult(contents=contents)
        raise UnknownResource(f"nothing is at {params.uri[:200]!r}; resources/list tells what there is")

    async def list_prompts(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        _only_page(params)
        return types.ListPromptsResult(prompts=[_prompt(shown, prompt) for shown, (prompt, _) in self._prompts.items()])

    async def get_prompt(self, ctx: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        prompt, session_for = self._prompt(params.name)
        given = params.arguments or {}
        names = [argument.name for argument in prompt.arguments]
        for name in given:
            if name not in names:
                raise PromptError(f"{params.name} has no argument {name[:80]!r}; it has {', '.join(names) or 'none'}")
        for argument in prompt.arguments:
            if argument.required and not given.get(argument.name):
                raise PromptError(f"{params.name} needs the argument {argument.name!r}")
        session = session_for(ctx)
        written = (
            await anyio.to_thread.run_sync(prompt.write, session, given)
            if prompt.apart
            else prompt.write(session, given)
        )
        messages = [types.PromptMessage(role=turn.role, content=_turn_block(turn)) for turn in written.turns]
        return types.GetPromptResult(description=written.description or prompt.description, messages=messages)

    async def complete(self, ctx: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        ref, argument = params.ref, params.argument
        complete: Complete | None = None
        if isinstance(ref, types.PromptReference):
            prompt, session_for = self._prompt(ref.name)
            complete = next((own.complete for own in prompt.arguments if own.name == argument.name), None)
        else:
            found = self._templates.get(ref.uri)
            if found is None:
                raise UnknownResource(f"there is no template {ref.uri[:200]!r}; resources/templates/list names them")
            template, session_for = found
            complete = template.complete.get(argument.name)
        if complete is None:
            return types.CompleteResult(completion=types.Completion(values=[], total=0, has_more=False))
        settled = (params.context.arguments if params.context else None) or {}
        values, total = complete(session_for(ctx), argument.value, settled)
        more = total > len(values)
        return types.CompleteResult(completion=types.Completion(values=values, total=total, has_more=more))

    def _prompt(self, name: str) -> tuple[Prompt, SessionFor]:
        found = self._prompts.get(name)
        if found is None:
            raise PromptError(f"there is no prompt {name[:80]!r}; prompts/list names them all")
        return found

    def _heading(self, offer: Offer, title: str) -> str:
        return f"{offer.program.title or offer.program.name}: {title}" if len(self._offers) > 1 else title


def _shielded(handler: _Handler[_Params, _Result]) -> _Handler[_Params, _Result]:
    """Turn what a handler raises into protocol errors; what is our fault is logged and not told."""

    @wraps(handler)
    async def shielded(ctx: Context, params: _Params) -> _Result:
        try:
            return await handler(ctx, params)
        except MCPError:
            raise
        except (UnknownResource, PromptError) as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None
        except TooManySessions as full:
            raise MCPError(types.INTERNAL_ERROR, str(full)) from None
        except Exception as error:
            _log_failure(ctx.method, error)
            raise MCPError(types.INTERNAL_ERROR, "internal server error") from None

    return shielded


def _log_failure(what: str, error: Exception) -> None:
    """Log a fault of ours: where it happened; what the values were only at level DEBUG."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in last)
    logger.error("%s failed inside the server: %s%s", what, type(error).__name__, place)
    logger.debug("%s failed", what, exc_info=error)


def _only_page(params: types.PaginatedRequestParams | None) -> None:
    """Refuse a cursor, since every list is whole."""
    if params is not None and params.cursor is not None:
        raise MCPError(types.INVALID_PARAMS, "there is no such page; the list is whole, ask without a cursor")


def _version() -> str:
    try:
        return version("inftool")
    except PackageNotFoundError:
        return "0"


def _tool(name: str, tool: dict[str, Any]) -> types.Tool:
    return types.Tool(
        name=name,
        title=tool["title"] or None,
        description=tool["description"] or tool["title"] or None,
        input_schema={"type": "object", **tool["input_schema"]},
        annotations=types.ToolAnnotations.model_validate(tool["annotations"]),
    )


def _prompt(name: str, prompt: Prompt) -> types.Prompt:
    arguments = [
        types.PromptArgument(name=argument.name, description=argument.description, required=argument.required)
        for argument in prompt.arguments
    ]
    return types.Prompt(name=name, title=prompt.title, description=prompt.description, arguments=arguments)


def _turn_block(turn: Turn) -> types.ContentBlock:
    return types.TextContent(text=turn.content) if isinstance(turn.content, str) else content_block(turn.content)
