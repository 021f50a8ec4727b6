"""What each HTTP operation does, by method, path and response: which reader is asked (rules R, C, U, D, Q and E, I)."""

from __future__ import annotations

from collections.abc import Sequence

from inftool.servers.compiler.collecting import read_collection
from inftool.servers.compiler.drafts import Draft, Resource, answer
from inftool.servers.compiler.items import read_item
from inftool.servers.compiler.lone import read_lone
from inftool.servers.compiler.paths import segments
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.singletons import read_caller, read_signup
from inftool.servers.compiler.web import Call, Web
from inftool.servers.compiler.whole import read_whole
from inftool.servers.compiler.words import word_set
from inftool.specs.spec import ToolSpec

_AUTH = word_set(
    "login logout signin signout signup logon logoff authenticate oauth oauth2 authorize token tokens auth sso"
)


class PathReader:
    """Reads the operations of a REST specification into drafts, and collects the resources they speak of."""

    def __init__(self, tools: Sequence[ToolSpec], schemas: Schemas) -> None:
        self._web = Web(tools, schemas)

    @property
    def resources(self) -> dict[str, Resource]:
        """The resources found so far, by id."""
        return self._web.resources

    def read(self, tool: ToolSpec) -> Draft:
        """Classify one operation; what is not understood comes back as ``opaque``, with the reason."""
        assert tool.http is not None
        method = "get" if tool.http.method == "head" else tool.http.method
        call = Call(self._web, tool, segments(tool.http.path), tool.http, method)
        draft = self._classify(call)
        if draft.kind not in ("opaque", "compute"):
            self._owned(call, draft)
            if draft.resource in self.resources:
                self.resources[draft.resource].drafts.append(draft)
        return draft

    def _classify(self, call: Call) -> Draft:
        if call.method == "options":
            return answer(call.tool, "OPTIONS asks about the transport and not about rows.", confidence="medium")
        if all(part.prefix for part in call.parts):
            return answer(call.tool, "It works on the root path, which names no rows.")
        if call.last.param is not None:
            return read_item(call)
        if not call.words:
            return answer(call.tool, "The path's last segment has no letters, so it names no rows.")
        if _is_auth(call):
            return Draft(call.tool, "action", verb=call.words)
        if self._web.is_caller(call.parts):
            return read_caller(call)
        signup = read_signup(call)
        if signup is not None:
            return signup
        whole = read_whole(call)
        if whole is not None:
            return whole
        if call.verb == "search" and len(call.words) == 1 and call.method == "post":
            return read_lone(call)
        if call.node.has_item and not self._web.tree.nodes[(*call.node.key, "{}")].has_item:
            return read_collection(call)
        if call.node.has_item and self._web.is_item(self._web.tree.nodes[(*call.node.key, "{}")]):
            return read_collection(call)
        return read_lone(call)

    def _owned(self, call: Call, draft: Draft) -> None:
        """Mark what is about the caller's rows only (rule I4)."""
        for index, part in enumerate(call.parts[:-1]):
            if part.actor or self._web.is_caller(call.parts[: index + 1]):
                draft.own = True
                draft.rules.append("I4")
                return


def _is_auth(call: Call) -> bool:
    words = call.words
    if words[0] in _AUTH - {"token", "tokens", "auth"}:
        return not call.node.has_item
    return words in (("token",), ("auth",)) and not call.node.has_item and not call.after_item
