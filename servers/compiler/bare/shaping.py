"""What a bare tool answers: each declared property from a field, an argument, a variable or a constant (rule B5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import Thing, World
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.shapes import Counter
from inftool.servers.compiler.words import normal, plural_phrase, singular_phrase, split, word_set
from inftool.servers.program import Part, RowRef, Shape
from inftool.specs.spec import JsonSchema

_SUCCESS = word_set("success ok succeeded successful done acknowledged completed")
_MESSAGES = word_set("message msg result confirmation note info response detail details description text outcome")
_REPORTS = word_set("message msg result confirmation")
"""Messages that a write answers, though its rows have a field of that name."""
_GOOD = word_set("success ok succeeded successful done completed")
_NEWLY = word_set("new remaining updated left final outstanding current resulting total previous latest")
_FORMER = word_set("old previous former prior original past")
_LEFT = word_set("left remaining now after")
_COUNTS = word_set("count total number num totalcount length size")
_QUOTED = re.compile(r"[\"'`]([^\"'`]{1,60})[\"'`]")
_WHOLES = word_set("history ledger feed timeline")
_TOTALS = word_set("total totalcount totalresults totalitems totalfound")


@dataclass
class Shaped:
    """A response, and the further rows that it shows."""

    shape: Shape
    rows: dict[str, RowRef] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """Declared properties of which nothing is known."""


class Shaping:
    """Shapes the answers of one world's tools."""

    def __init__(self, world: World) -> None:
        self._world = world

    def one(
        self, named: Named, answer: Answer, thing: Thing, only: list[str] | None = None, deleted: bool = False
    ) -> Shaped:
        """Shape the answer of an operation on one row.

        Args:
            named: the tool.
            answer: what it declares.
            thing: what the row is.
            only: the fields that are asked for; None for all.
            deleted: whether the row is removed.
        """
        if not answer.declared:
            return self._removed(named, thing) if deleted else self._undeclared(named, thing, only)
        if answer.kind and answer.kind not in ("object", "array"):
            return self._scalar(named, answer, thing, only)
        if answer.kind == "array":
            if answer.plain is not None and only:
                return Shaped(Shape(kind="value", fields=only[:1]))
            return Shaped(Shape(kind="rows" if answer.rows is not None else "row", fields=self._shown(thing)))
        inner = self._envelope(answer, thing)
        if inner is not None:
            shaped = Shaped(Shape(kind="row", path=[inner], fields=self._shown(thing)))
        else:
            shaped = Shaped(Shape(kind="empty"))
        for name, schema in answer.properties.items():
            if name == inner:
                continue
            part = self._part(name, schema, named, thing, shaped, only)
            if part is not None:
                shaped.shape.also[name] = part
            else:
                shaped.missing.append(name)
        told = [p for p in shaped.shape.also.values() if p.field is not None]
        if inner is None and not told and named.kind in ("read", "list", "search"):
            return self._undeclared(named, thing, only)
        if answer.said and named.kind in ("read", "list", "search") and inner is None and shaped.missing:
            shaped.shape.kind = "row"
            shaped.shape.fields = self._shown(thing)
        return shaped

    def many(self, named: Named, answer: Answer, thing: Thing) -> Shaped:
        """Shape the answer of a list of rows."""
        shown = self._shown(thing, keyed=True)
        if thing.whole:
            shown = None
        if not answer.declared or not (answer.properties or answer.kind == "array"):
            place = "_".join(plural_phrase(thing.noun[-1:]))
            if named.noun[-1:] == thing.noun[-1:] and thing.noun[-1] in _WHOLES:
                place = thing.noun[-1]
            if list(thing.fields) == [thing.key] and thing.named_only:
                return Shaped(Shape(kind="values", path=[place], fields=[thing.key]))
            counters: dict[str, Counter] = {"count": "count", "total": "total"}
            echoed = {a: Part(argument=a) for a in named.required if a not in (place, *counters)}
            return Shaped(Shape(kind="rows", path=[place], fields=shown, counters=counters, also=echoed))
        if answer.rows is None and answer.plain is not None:
            named_as = answer.plain[-1] if answer.plain else ""
            field_name = self._plain_field(named_as, thing)
            shaped = Shaped(Shape(kind="values", path=answer.plain, fields=[field_name]))
        elif answer.rows is not None:
            shaped = Shaped(
                Shape(kind="rows", path=answer.rows, inner=answer.inner, fields=self._row_fields(answer, thing, shown))
            )
        else:
            return self.one(named, answer, thing)
        top = (answer.rows or answer.plain or [""])[0]
        for name, schema in answer.properties.items():
            if name == top:
                continue
            words = split(name)
            if schema.get("type") in ("integer", "number") and set(words) & _COUNTS:
                meaning: Counter = "total" if normal(name) in _TOTALS else "count"
                shaped.shape.counters[name] = meaning
                continue
            part = self._part(name, schema, named, None, shaped, None)
            if part is not None:
                shaped.shape.also[name] = part
            else:
                shaped.missing.append(name)
        return shaped

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _part(
        self, name: str, schema: JsonSchema, named: Named, thing: Thing | None, shaped: Shaped, only: list[str] | None
    ) -> Part | None:
        """Find where a property comes from."""
        plain, words = normal(name), split(name)
        kind = schema.get("type")
        exact = next((f for f in thing.fields if normal(f) == plain), None) if thing is not None else None
        if kind == "boolean" and plain in _SUCCESS and exact is None:
            return Part(value=True)
        told = plain in _REPORTS and named.kind not in ("read", "list", "search")
        if thing is not None and exact is not None and not told:
            return Part(field=exact)
        argument = next((held for held in named.arguments if normal(held) == plain), None)
        if argument is not None:
            return Part(argument=argument)
        if thing is not None and words[:1] and words[0] in _FORMER and named.kind not in ("read", "list", "search"):
            former = thing.field("_".join(words[1:])) if len(words) > 1 else thing.field("_".join(named.noun))
            if former is not None:
                return Part(field=former, before=True)
        texts = kind in ("string", None) and named.kind not in ("read", "list", "search")
        if texts and (plain in _MESSAGES or plain == "status"):
            return Part(value=self._text(schema, named, thing, plain == "status"))
        if kind == "boolean" and words and self._affirms(words, named):
            return Part(value=True)
        found = self._field_part(name, words, named, thing, only)
        writes = named.kind not in ("read", "list", "search")
        told = writes and len(words) > 1 and words[-1] in ("status", "result") and kind in ("string", None)
        if told and (found is None or split(found.field or "")[-1:] != words[-1:]):
            return Part(value=self._text(schema, named, thing, True))
        if found is not None:
            return found
        found = self._elsewhere(words, thing, shaped)
        if found is not None:
            return found
        if kind == "boolean" and named.kind not in ("read", "list", "search"):
            return Part(value=True)
        return None

    def _field_part(
        self, name: str, words: tuple[str, ...], named: Named, thing: Thing | None, only: list[str] | None
    ) -> Part | None:
        if thing is not None:
            close = thing.field(name)
            if close is not None:
                return Part(field=close)
            if normal(name) == "id" and not thing.singleton:
                return Part(field=thing.key)
            if len(words) > 1 and words[0] in _NEWLY and (close := thing.field("_".join(words[1:]))) is not None:
                return Part(field=close)
            if len(words) > 1 and words[-1] in _LEFT and (close := thing.field("_".join(words[:-1]))) is not None:
                return Part(field=close)
            if only and (len(only) == 1 or words[-1:] == split(only[0])[-1:]):
                return Part(field=only[0])
        for argument in named.arguments:
            held = split(argument)
            if (held[:1] and held[0] in _NEWLY and held[1:] == words) or (words[:1] == ("new",) and words[1:] == held):
                return Part(argument=argument)
        return None

    def _elsewhere(self, words: tuple[str, ...], thing: Thing | None, shaped: Shaped) -> Part | None:
        """Find a property in a row that the own row refers to, or among the variables."""
        if thing is not None:
            for reference, target in thing.references.items():
                for noun in (target.noun, target.noun[-1:]):
                    if words[: len(noun)] == noun and len(words) > len(noun):
                        found = target.field("_".join(words[len(noun) :]), noun=False)
                        if found is not None:
                            row = "_".join(target.noun)
                            shaped.rows[row] = RowRef(entity=target.name, through=reference, optional=True)
                            return Part(row=row, field=found)
        tries = [words, words[1:]] if words[:1] and words[0] in _NEWLY and len(words) > 1 else [words]
        for attempt in tries:
            single = self._world.variable(attempt)
            if single is not None and single[0] is not thing and normal(single[1]) == "".join(attempt):
                return Part(row=self.row_of(single[0], shaped.rows), field=single[1])
        return None

    def row_of(self, single: Thing, rows: dict[str, RowRef]) -> str:
        """Return the name of a single object's row in an operation; it is added to ``rows`` where it is not there."""
        if not single.noun:
            return "session"
        name = "_".join(single.noun)
        rows.setdefault(name, RowRef(entity=single.name, optional=True))
        return name

    def _affirms(self, words: tuple[str, ...], named: Named) -> bool:
        """Whether a boolean says that the verb was done: ``removed``, ``order_cancelled``, ``sent_status``."""
        if named.kind in ("read", "list", "search"):
            return False
        done = {*forms((named.verb,)).done, *_SUCCESS} if named.verb else _SUCCESS
        return bool(set(words) & done)

    def _text(self, schema: JsonSchema, named: Named, thing: Thing | None, status: bool) -> str:
        """Return what a property that reports success says."""
        options: list[str] = [option for option in schema.get("enum") or () if isinstance(option, str)]
        done = forms((named.verb,)).done if named.verb else ()
        quoted: list[str] = _QUOTED.findall(str(schema.get("description") or ""))
        for told in (*options, *quoted):
            if normal(told) in _GOOD or normal(told) in done or any(word in done for word in split(told)):
                return told
        if options:
            return options[0]
        if quoted and status:
            return quoted[0]
        if status:
            return "success"
        what = thing.label if thing is not None and thing.label else " ".join(named.single) or "request"
        return f"The {what} was {done[0] if done else 'updated'}."

    def _scalar(self, named: Named, answer: Answer, thing: Thing, only: list[str] | None) -> Shaped:
        if only:
            return Shaped(Shape(kind="value", fields=only[:1]))
        if answer.kind in ("string", "integer"):
            return Shaped(Shape(kind="key") if not thing.singleton else Shape(kind="value", fields=[*thing.fields][:1]))
        return Shaped(Shape(kind="empty"))

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _undeclared(self, named: Named, thing: Thing, only: list[str] | None) -> Shaped:
        if only is not None:
            shape = Shape(kind="row", fields=only if thing.singleton else [thing.key, *only])
            shape.also = {a: Part(argument=a) for a in named.required if a not in thing.fields}
            return Shaped(shape)
        if named.kind == "auth":
            told = {"success": Part(value=True), "status": Part(value=True), "message": Part(value="Done.")}
            return Shaped(Shape(kind="empty", also=told))
        shape = Shape(kind="row", fields=self._shown(thing))
        if named.kind not in ("read", "list", "search"):
            held = {split(name)[-1] for name in thing.fields if split(name)}
            reports = {"success": True, "message": self._text({}, named, thing, False)}
            reports |= {} if held & {"status", "state"} else {"status": "success"}
            shape.also = {name: Part(value=value) for name, value in reports.items() if name not in held}
        return Shaped(shape)

    def _removed(self, named: Named, thing: Thing) -> Shaped:
        """Return what a delete answers that declares nothing: that it is done, and the key of what is gone."""
        done = {word: Part(value=True) for word in ("success", *forms((named.verb,)).done[:1])}
        message = Part(value=self._text({}, named, thing, False))
        shaped = Shaped(Shape(kind="empty", also={**done, "message": message}))
        if not thing.singleton:
            shaped.shape.also[thing.key] = Part(field=thing.key)
        return shaped

    def _shown(self, thing: Thing, keyed: bool = False) -> list[str] | None:
        """Return the fields that answers show; None for all."""
        hidden = set(thing.hidden) - ({thing.key} if keyed and isinstance(_first(thing), str) else set())
        return [name for name in thing.fields if name not in hidden] if hidden else None

    def _row_fields(self, answer: Answer, thing: Thing, shown: list[str] | None) -> list[str] | None:
        """Return the fields of listed rows: those declared, where most of the declared are fields."""
        declared = [name for name in answer.row if name in thing.fields]
        return declared if declared and len(declared) * 2 >= len(answer.row) else shown

    def _envelope(self, answer: Answer, thing: Thing) -> str | None:
        """Return the property that holds the whole row, where one does."""
        for name, schema in answer.properties.items():
            held = schema.get("properties")
            if isinstance(held, dict) and held:
                known = sum(part in thing.fields for part in held)
                if known * 2 >= len(held) and not any(normal(field) == normal(name) for field in thing.fields):
                    return name
            elif schema.get("type") == "object" and not held:
                noun = singular_phrase(split(name))
                same = any(normal(field) == normal(name) for field in thing.fields)
                if noun and noun in (thing.noun, thing.noun[-1:]) and not same:
                    return name
        return None

    def _plain_field(self, name: str, thing: Thing) -> str:
        found = thing.field("_".join(singular_phrase(split(name))), noun=False)
        if thing.whole:
            return "value"
        return found or thing.key


def _first(thing: Thing) -> object:
    return thing.rows[0].get(thing.key) if thing.rows else None
