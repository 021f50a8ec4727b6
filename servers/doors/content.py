"""What is neither JSON nor text, as MCP carries it: pictures, sounds and files, beside or in the place of the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import mcp_types as types

from inftool.servers.doors.resources import SCHEME, Content
from inftool.servers.runtime.results import ToolResult
from inftool.specs.spec import JsonSchema

_ENCODINGS = ("", "base64")


def answer_blocks(result: ToolResult, schema: JsonSchema | None, program: str, tool: str) -> list[types.ContentBlock]:
    """Return an answer as blocks: the text, then the media in it; an answer that is one file is that file alone.

    Args:
        result: of a call.
        schema: of the answer; its ``contentMediaType`` tells of media, ``contentEncoding`` of base64.
        program: its name, for the addresses of files.
        tool: likewise.
    """
    found = [] if result.is_error or schema is None else list(_media(result.content, schema, program, tool))
    if found and isinstance(result.content, str):
        return found
    return [types.TextContent(text=result.text), *found]


def _media(content: Any, schema: JsonSchema, program: str, tool: str) -> Iterator[types.ContentBlock]:
    """Yield the media of an answer: the whole of it, or properties of it."""
    properties = schema.get("properties") if isinstance(content, dict) else None
    parts = [(name, content.get(name), part) for name, part in (properties or {}).items()] or [("", content, schema)]
    for name, value, part in parts:
        media = part.get("contentMediaType") if isinstance(part, dict) else None
        encoding = part.get("contentEncoding", "") if media else None
        if not isinstance(media, str) or "/" not in media or not isinstance(value, str) or encoding not in _ENCODINGS:
            continue
        steps = "/".join(quote(step, safe="") for step in ("answers", tool, name) if step)
        uri = f"{SCHEME}://{quote(program, safe='')}/{steps}"
        yield content_block(Content(uri, media, "", value) if encoding else Content(uri, media, value))


def content_block(content: Content) -> types.ContentBlock:
    """Return what is at an address as a block of its own: a picture, a sound, or an embedded resource."""
    if content.blob is not None and content.mime_type.startswith("image/"):
        return types.ImageContent(data=content.blob, mime_type=content.mime_type)
    if content.blob is not None and content.mime_type.startswith("audio/"):
        return types.AudioContent(data=content.blob, mime_type=content.mime_type)
    return types.EmbeddedResource(resource=resource_contents(content))


def resource_contents(content: Content) -> types.TextResourceContents | types.BlobResourceContents:
    """Return what is at an address as ``resources/read`` answers."""
    if content.blob is not None:
        return types.BlobResourceContents(uri=content.uri, mime_type=content.mime_type, blob=content.blob)
    return types.TextResourceContents(uri=content.uri, mime_type=content.mime_type, text=content.text)
