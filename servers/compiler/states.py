"""Which field of an entity tells that something was done to a row: a state, a boolean or a time (rules A1 to A3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inftool.servers.compiler.aims import Wanted
from inftool.servers.compiler.inflection import Forms
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import EntityField
from inftool.specs.spec import JsonSchema

STATE_WORDS = word_set("status state phase stage lifecycle condition")
_STATE_TAILS = word_set("code name type value current")
_FLAG_HEADS = word_set("is has was been be are currently already")
_FLAG_TAILS = word_set("state status")
_TIME_TAILS = word_set("at on date time datetime timestamp ts utc")
_DATED = word_set(
    "cancel close terminate delete uninstall install approve reject revoke suspend resolve confirm acknowledge "
    "complete merge activate deactivate verify accept decline archive lock disable submit"
)
"""Verbs whose date in the infinitive, ``cancel_date``, is no plan."""
_PLANNED = word_set("delivery expiration extension renewal start shipment sale")
"""Nouns of acts whose date is as likely a plan as a record."""
_LISTED = re.compile(
    r"(?:one of|possible values?|allowed values?|valid values?|accepted values?|values?(?: are| is)?|can be|either|"
    r"may be|options?(?: are)?|such as|e\.g\.|status(?:es)?|states?)\s*(?:are|is|include)?\s*[:=(\[]?\s*"
    r"((?:[`'\"]?[A-Za-z][A-Za-z_-]{1,30}[`'\"]?\s*(?:,\s*or\s+|,\s*and\s+|,|\||/|;|\s+or\s+|\s+and\s+)\s*){1,20}"
    r"[`'\"]?[A-Za-z][A-Za-z_-]{1,30}[`'\"]?)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[`'\"]([A-Za-z][A-Za-z_-]{1,30})[`'\"]")
_BETWEEN = re.compile(r"[`'\"]|,|\||/|;|\s+(?:or|and)\s+|\s+")
_MAX_TEXT = 600


_BY_HAND = word_set("manually manual user requested admin")
_SWITCHING = {"enable": True, "disable": False, "allow": True, "disallow": False}
"""Verbs that set a boolean called after what they are done to: ``enable backups``."""
_UNDER_WAY = ("complete", "completed", "done", "requested", "request", "pending", "inprogress", "started")
"""What stands beside a verb in the value of a state that follows it in steps, the likeliest first."""
_ENDING = word_set("stop cancel terminate close end suspend revoke retire expire archive decommission ban block")
_ANEW = word_set("reboot restart reset rerun retry resend")
"""Verbs that leave a row in the state that it had, as far as is told."""
_CLEARING = word_set("enable activate show open")
"""Verbs that clear the time of their opposite, though it is not them that are taken back."""
_WAITING = word_set("pending awaiting awaits waiting needs requires requested")
_NO_WAY_ON = word_set(
    "reject rejected cancel canceled cancelled decline declined deny denied refuse refused fail failed return returned "
    "expire expired reverse reversed stop stopped void voided error delete deleted attention unknown abandoned"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CONDITION = re.compile(r"\b(?:only|must|unless|can ?not|if|failed?|error|before|was|previous(?:ly)?)\b", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:status|state|phase)\b[^.;]{0,60}?\b(?:to(?: be)?|as|becomes?|into)\s+(?:the\s+)?"
    r"[`'\"*]*([A-Za-z][A-Za-z_-]+)|"
    r"\b(?:to|into|as)\s+(?:the\s+|an?\s+)?[`'\"*]*([A-Za-z][A-Za-z_-]+)[`'\"*]*\s+(?:status|state|phase)\b"
)
"""``Sets the status of the order to CLOSED``, ``moves it to the completed state``."""
_LASTING = word_set("play run resume unpause continue record stream broadcast follow watch")
"""Verbs whose doing goes on after the call: ``is_playing``."""
_NESTS = word_set("status state metadata attributes properties lifecycle data details info")


def flat_fields(fields: Mapping[str, EntityField], deeds: Collection[str] = ()) -> dict[str, EntityField]:
    """Return the fields with those one level below that speak of the row itself: ``status.phase``.

    Args:
        fields: of the row.
        deeds: further names of objects that speak of it, without separators: ``cancellation`` of ``cancel``.
    """
    found = dict(fields)
    for name, row_field in fields.items():
        inner = row_field.schema_.get("properties")
        nests = split(name)[-1:] != () and (split(name)[-1] in _NESTS or normal(name) in deeds)
        if row_field.role == "data" and isinstance(inner, dict) and nests:
            for key, schema in inner.items():
                if isinstance(schema, dict) and "." not in key and f"{name}.{key}" not in found:
                    found[f"{name}.{key}"] = EntityField(schema_=schema)
    return found


@dataclass(frozen=True)
class Match:
    """One field that a verb changes."""

    field: str
    value: Any
    """What it is set to; for times True sets the clock and False clears it."""
    sure: bool
    """Whether the names agree, and no table was asked."""


def known_values(name: str, schema: JsonSchema, hints: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the values that a text field is known to take: by its enum, its description, or arguments of its name."""
    kinds = schema.get("type")
    if kinds not in (None, "string") and not (isinstance(kinds, list) and "string" in kinds):
        return ()
    listed = schema.get("enum")
    if isinstance(listed, list):
        return tuple(value for value in listed if isinstance(value, str))
    if isinstance(schema.get("const"), str):
        return (schema["const"],)
    if hinted := tuple(hints.get(normal(name), ())):
        return hinted
    return listed_values(str(schema.get("description") or ""))


def listed_values(text: str) -> tuple[str, ...]:
    """Return the values that a description lists: ``One of: draft, open, paid``."""
    text = text[:_MAX_TEXT]
    quoted = tuple(dict.fromkeys(_QUOTED.findall(text)))
    if len(quoted) > 1:
        return quoted
    for found in _LISTED.finditer(text):
        words = [word for word in _BETWEEN.split(found.group(1)) if word and word not in ("or", "and")]
        if len(words) > 1:
            return tuple(dict.fromkeys(words))
    return ()


def state_fields(fields: Mapping[str, EntityField], noun: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the fields that hold a state, with the words each is narrowed by: ``payment`` of ``payment_status``."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, row_field in fields.items():
        words = [word for word in split(name) if word not in _STATE_TAILS]
        if row_field.role == "data" and words and (words[-1] in STATE_WORDS or _shows(words[-1], row_field.schema_)):
            known = (*noun, *STATE_WORDS, *_NESTS, "visibility", "availability")
            found.append((name, tuple(w for w in words[:-1] if w not in known and not _ends_noun(w, noun))))
    return sorted(found, key=lambda item: len(item[1]))


def _shows(word: str, schema: JsonSchema) -> bool:
    """Whether a field holds one of some values that tell who sees or gets the row."""
    return word in ("visibility", "availability") and isinstance(schema.get("enum"), list)


def _ends_noun(word: str, noun: Sequence[str]) -> bool:
    """Whether a word is the end of one written together: ``job`` of ``streamingjob``."""
    return len(word) > 2 and any(other.endswith(word) for other in noun)


def match_value(values: Sequence[str], aim: Wanted, noun: Sequence[str]) -> tuple[str, bool] | None:
    """Find the value of a state that a verb leads to, and whether their names agree (rule A1)."""
    plain: dict[str, str] = {}
    for value in values:
        plain.setdefault(normal(value), value)
    stripped: dict[str, list[str]] = {}
    for value in values:
        words = [w for w in split(value) if w not in noun and w not in STATE_WORDS]
        stripped.setdefault("".join(words), []).append(value)
    for form in (*aim.is_now.done, aim.is_now.verb):
        if form in plain:
            return plain[form], True
        if len(stripped.get(form, ())) == 1:
            return stripped[form][0], True
    for form in aim.is_now.done:
        by_hand = [v for v in values if split(v)[:1] == (form,) and set(split(v)[1:]) & _BY_HAND]
        if len(by_hand) == 1:
            return by_hand[0], True
    for word in aim.likely:
        for found in (plain.get(normal(word)), *stripped.get(normal(word), ())[:1]):
            if found is not None:
                return found, False
    for form in aim.is_now.doing if aim.verb in _LASTING | {"process"} else ():
        if form in plain:
            return plain[form], False
    if (inside := next((plain[p + aim.verb] for p in ("in", "on") if p + aim.verb in plain), None)) is not None:
        return inside, False
    if (step := _step_towards(values, aim)) is not None:
        return step, False
    gone = {form for lost in aim.not_now for form in lost.done} & set(plain)
    if aim.taken_back and len(plain) == 2 and len(gone) == 1:
        return next(value for key, value in plain.items() if key not in gone), False
    return None


def _step_towards(values: Sequence[str], aim: Wanted) -> str | None:
    """Find the value that a verb leads to by steps: ``CANCEL_REQUESTED``, ``stopping``, what follows an approval."""
    if not aim.is_lifecycle:
        return None
    shape = aim.is_now
    own = {*shape.any, *(noun.replace("ll", "l") for noun in shape.deed)}
    found: dict[str, str] = {}
    for value in values:
        words = split(value)
        for parts in ((words[:1], words[1:]), (words[-1:], words[:-1])):
            if len(words) > 1 and parts[0][0] in own:
                found.setdefault("".join(parts[1]), value)
    for step in _UNDER_WAY:
        waiting = step in ("requested", "request", "pending") and shape.deed
        if step in found and not (waiting and split(found[step])[0] in _WAITING):
            return found[step]
    meanwhile = [value for value in values if normal(value) in shape.doing]
    if meanwhile:
        return meanwhile[0]
    return after_waiting(values, aim)


def after_waiting(values: Sequence[str], aim: Wanted) -> str | None:
    """Find the value that follows the one that waits for the act: what comes after ``pending_approval``."""
    waits = next((v for v in values if waits_for(v, aim)), None)
    if waits is None:
        return None
    later = [v for v in values[list(values).index(waits) + 1 :] if not set(split(v)) & _NO_WAY_ON]
    return later[0] if later else None


def waits_for(value: str, aim: Wanted) -> bool:
    """Whether the value of a state says that it waits for the act: ``pending_approval`` of ``approve``."""
    words = split(value)
    return len(words) == 2 and words[0] in _WAITING and words[1] in (*aim.is_now.deed, *aim.is_now.doing)


def told_value(values: Sequence[str], text: str) -> str | None:
    """Return the value of a state that a description says the row gets; None where it names none, or several."""
    known = {normal(value): value for value in values}
    told = (sentence for sentence in _SENTENCE.split(text[:_MAX_TEXT]) if not _CONDITION.search(sentence))
    named = {normal(word) for sentence in told for found in _TOLD.findall(sentence) for word in found} & known.keys()
    return known[named.pop()] if len(named) == 1 else None


def invented_value(aim: Wanted, text: str) -> str:
    """Return a value for a state of which no values are known: the form that the description uses, else the usual."""
    if aim.adjective:
        return aim.adjective
    told = " ".join(split(text[:_MAX_TEXT]))
    shaped = [*aim.likely, *aim.is_now.done]
    for form in dict.fromkeys(shaped):
        if f" {' '.join(split(form))} " in f" {told} ":
            return form
    return shaped[0]


def matching_states(
    fields: Mapping[str, EntityField], aim: Wanted, noun: Sequence[str], hints: Mapping[str, Sequence[str]], text: str
) -> list[Match]:
    """Find the states that a verb changes, with their values; those whose names agree win over guesses (rule A1)."""
    found: list[tuple[tuple[str, ...], Match]] = []
    open_ended: list[str] = []
    told_of = re.search(r"\b(?:status|state|phase)\b", text[:_MAX_TEXT].lower()) is not None
    for name, narrowed in state_fields(fields, noun):
        values = known_values(name, fields[name].schema_, hints)
        related = any(word in aim.is_now.any or word in aim.about for word in narrowed)
        if aim.about and not related:
            continue
        if not values:
            kinds = fields[name].schema_.get("type")
            deep = "." in name and split(name)[0] in ("metadata", "info")
            vague = narrowed or deep or split(name)[-1] in ("type", "code", "stage", "condition")
            if (kinds == "string" or (isinstance(kinds, list) and "string" in kinds)) and not vague:
                open_ended.append(name)
            continue
        best = match_value(values, aim, noun)
        if (best is None or not best[1]) and not narrowed and (told := told_value(values, text)) is not None:
            best = told, True
        if best is not None and (best[1] or not narrowed or related):
            found.append((narrowed if not related else ("",), Match(name, best[0], best[1])))
    sure = [match for narrowed, match in found if match.sure and not narrowed]
    kin = [match for narrowed, match in found if match.sure and narrowed == ("",)]
    rest = [match for _, match in found if match.sure] or [match for _, match in found]
    chosen = [*sure[:1], *kin] or rest[:1]
    lasts = bool(aim.adjective) and told_of and aim.adjective in split(text[:_MAX_TEXT])
    if not chosen and open_ended and (aim.is_lifecycle or lasts) and not aim.about and aim.verb not in _ANEW:
        chosen = [Match(open_ended[0], invented_value(aim, text), False)]
    return chosen


def matching_flags(
    fields: Mapping[str, EntityField], aim: Wanted, noun: Sequence[str], guess: bool = False
) -> list[Match]:
    """Find the booleans that a verb sets or clears (rule A2).

    Args:
        fields: of the row.
        aim: the verb.
        noun: words of the entity's names.
        guess: whether names that may stand for the verb will do: ``completed`` for ``finish``.
    """
    likely = (Forms(aim.verb, tuple(normal(word) for word in aim.likely), (), ()),) if guess else ()
    found: list[Match] = []
    cleared: dict[int, list[Match]] = {}
    for name, row_field in fields.items():
        if row_field.role != "data" or not _is(row_field.schema_, "boolean"):
            continue
        plain = _bare(name.rpartition(".")[2], _FLAG_HEADS, _FLAG_TAILS, noun)
        if not guess and aim.about and aim.verb in _SWITCHING and plain == "".join(aim.about):
            found.append(Match(name, _SWITCHING[aim.verb], True))
            continue
        if guess and aim.verb in _ENDING and not aim.about and plain == "active":
            found.append(Match(name, False, False))
            continue
        if any(plain in _about(aim, _standing(shape)) for shape in likely or (aim.is_now,)):
            found.append(Match(name, True, not guess))
            continue
        gone = (n for n, shape in enumerate(aim.not_now) if not guess and plain in _about(aim, _standing(shape)))
        if (rank := next(gone, None)) is not None:
            cleared.setdefault(rank, []).append(Match(name, False, True))
    return found[:1] if guess else [*found, *_likeliest(cleared)]


def _likeliest(cleared: Mapping[int, list[Match]]) -> list[Match]:
    """Of what a verb may take back, what it takes back first: ``deleted`` and not ``archived`` of ``restore``."""
    return cleared[min(cleared)] if cleared else []


def flags_of_value(fields: Mapping[str, EntityField], value: str, noun: Sequence[str]) -> list[Match]:
    """Return the booleans that are true while a state has a value: ``running`` beside ``status: running``."""
    return [
        Match(name, True, True)
        for name, row_field in fields.items()
        if row_field.role == "data" and _is(row_field.schema_, "boolean")
        if _bare(name.rpartition(".")[2], _FLAG_HEADS, (), noun) == normal(value)
    ]


def _standing(shape: Forms) -> tuple[str, ...]:
    """The forms of a verb that a boolean is called by; what it does for a moment only is not among them."""
    lasting = shape.doing if shape.verb in _LASTING else ()
    return (*shape.done, shape.verb, *lasting)


def matching_times(
    fields: Mapping[str, EntityField], aim: Wanted, noun: Sequence[str], guess: bool = False
) -> list[Match]:
    """Find the times that a verb sets to the clock or clears (rule A3); the arguments are those of the booleans."""
    likely = tuple(normal(word) for word in aim.likely if word.endswith("ed")) if guess else ()
    found: list[Match] = []
    cleared: dict[int, list[Match]] = {}
    for name, row_field in fields.items():
        if row_field.role != "data":
            continue
        words = split(name)
        schema = row_field.schema_
        timed = len(words) > 1 and (words[-1] in _TIME_TAILS or words[0] in ("date", "time"))
        timed = timed and _is(schema, "string", "integer", "number")
        if not timed and schema.get("format") not in ("date-time", "date"):
            continue
        plain = _bare(name.rpartition(".")[2], word_set("date time last"), _TIME_TAILS, noun)
        plainly = words[0] == "last" or (words[-1] in ("date", "at", "on") and aim.verb in _DATED)
        latest = plainly and not guess and not aim.about and plain == aim.is_now.verb
        if latest or plain in _about(aim, likely if guess else _recorded(aim.is_now, aim.words)):
            found.append(Match(name, True, not guess))
            continue
        gone = (n for n, lost in enumerate(aim.not_now) if plain in _about(aim, _recorded(lost, ())))
        back = aim.taken_back or aim.verb in _CLEARING
        if not guess and back and "last" not in words and (rank := next(gone, None)) is not None:
            cleared.setdefault(0 if aim.verb == "reopen" else rank, []).append(Match(name, False, True))
    return found[:1] if guess else [*found, *_likeliest(cleared)]


def reason_field(fields: Mapping[str, EntityField], aim: Wanted, noun: Sequence[str], word: str) -> str | None:
    """Find the field that keeps why it was done: ``cancellation_reason`` for an argument called ``reason``."""
    for name, row_field in fields.items():
        words = split(name)
        if row_field.role == "data" and len(words) > 1 and words[-1] == word:
            lead = "".join(w for w in words[:-1] if w not in noun)
            if lead in aim.is_now.any:
                return name
    return None


def _recorded(shape: Forms, words: Sequence[str]) -> tuple[str, ...]:
    """The forms that a time is called by when it tells of something that happened."""
    past = [form for form in shape.done if form.endswith(("ed", "d", "n", "t")) or form in ("read", "run", "done")]
    nouns = [form for form in shape.deed if form != shape.verb and form not in _PLANNED]
    nouns += [form + step for form in shape.deed for step in ("started", "requested", "triggered")]
    return (*past, *nouns, *("".join(words[:1]) for _ in (1,) if len(words) == 1 and words[0].endswith("ed")))


def _about(aim: Wanted, shapes: Iterable[str]) -> frozenset[str]:
    """What a field is called that tells of the act: the form itself, after the object where there is one."""
    lead = "".join(aim.about)
    return frozenset(shape + lead for shape in shapes) | frozenset(lead + shape for shape in shapes)


def _bare(name: str, heads: frozenset[str], tails: Iterable[str], noun: Sequence[str]) -> str:
    """A field's name without what stands around the word that matters."""
    words = list(split(name))
    while len(words) > 1 and words[-1] in (*tails, "flag"):
        words.pop()
    while len(words) > 1 and (words[0] in heads or words[0] in noun):
        words.pop(0)
    return "".join(words)


def _is(schema: JsonSchema, *wanted_kinds: str) -> bool:
    kinds = schema.get("type")
    held = kinds if isinstance(kinds, list) else [kinds]
    return any(kind in wanted_kinds for kind in held)
