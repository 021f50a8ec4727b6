"""What the words of an action make of a row: what is so afterwards, and what no longer (rules A1 to A3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inftool.servers.compiler.inflection import Forms, forms, participles
from inftool.servers.compiler.words import normal, verb_kind, word_set


def _table(text: str) -> dict[str, str]:
    """Read a table of words as it is written here: ``verb: value value; verb: value``."""
    entries = (entry.partition(":") for entry in text.split(";"))
    return {verb.strip(): values.strip() for verb, _, values in entries}


_MARKING = word_set("mark set make flag move change transition put turn switch power go toggle label update")
_LINKING = word_set("as to into status state is be being a an the")
_PARTICLES = word_set("in out on off up down back away over")
_MANNERS = word_set("force soft hard full incremental manual manually auto quick safe instant immediate async graceful")
"""Words before a verb that say how it is done."""
_FILLERS = word_set("a an the this that my current all now request action operation")
_SWITCHES = {"on": "enable", "off": "disable", "online": "connect", "offline": "disconnect", "live": "publish"}
_BEGINNING = word_set("start begin enter")
_IRREVERSIBLE = word_set("merge pay ship refund send submit deliver capture execute")
"""Verbs of which a DELETE takes back a plan and not the deed."""
_GOING_ON = word_set("resume unpause continue play")
_UN = re.compile(r"^un(?=[a-z]{3})")
_NOT_UN = word_set("unit unite union under undo unify unique unveil until")
_DE = word_set("activate list select allocate register provision authorize authorise escalate commission")
_DIS = word_set("connect approve allow like engage associate continue arm favor")
_NOUN_VERBS = {
    "subscription": "subscribe", "membership": "join", "bookmark": "bookmark", "favorites": "favorite", "follower":
    "follow", "following": "follow", "activation": "activate", "deactivation": "deactivate", "approval": "approve",
    "cancellation": "cancel", "confirmation": "confirm", "suspension": "suspend", "publication": "publish",
    "verification": "verify", "completion": "complete", "rejection": "reject", "checkin": "check in",
    "checkout": "check out", "signoff": "sign off", "shutdown": "shut down", "startup": "start", "ack": "acknowledge",
    "unsubscription": "unsubscribe", "termination": "terminate", "unpublication": "unpublish", "onhold": "hold",
    "poweron": "power on", "poweroff": "power off", "switchon": "switch on", "switchoff": "switch off", "rollback":
    "roll back", "signout": "sign out", "pickup": "pick up",
    "dropoff": "drop off", "clockin": "clock in", "clockout": "clock out", "reservation": "reserve",
}  # fmt: skip
_REVERSED = {
    "reopen": "close resolve complete finish solve archive cancel", "resume": "pause suspend hold stop",
    "restore": "delete archive trash remove deactivate suspend", "recover": "delete trash archive",
    "reinstate": "suspend ban block delete", "allow": "block ban", "release": "hold lock reserve",
    "reactivate": "deactivate suspend disable archive", "reenable": "disable", "untrash": "trash delete",
    "undelete": "delete", "continue": "pause", "uncomplete": "complete finish", "republish": "unpublish archive",
}  # fmt: skip
"""What a verb takes back, with the times that tell of it."""
_OPPOSED = {
    "open": "close lock", "close": "open", "enable": "disable block suspend deactivate", "disable": "enable activate",
    "show": "hide", "hide": "show", "stop": "start run play", "start": "stop pause",
    "activate": "deactivate suspend disable",
    "deactivate": "activate enable", "disconnect": "connect", "connect": "disconnect", "detach": "attach",
    "suspend": "activate", "pause": "run start play", "lock": "unlock", "unlock": "lock", "draft": "publish",
    "privatize": "publish", "publish": "draft hide unpublish private", "leave": "join", "private": "public",
    "public": "private", "invalidate": "validate",
}  # fmt: skip
"""What is no longer so after a verb, though it was not taken back."""
_LIKELY = _table(
    "start: running started active in_progress ongoing online on up; begin: in_progress started running active; run: "
    "running executing in_progress; execute: executed running completed; launch: launched live running active; stop: "
    "stopped exited inactive terminated offline off; pause: paused suspended on_hold; resume: active running resumed "
    "in_progress open; unpause: running active resumed; restart: running active; reboot: running active; ship: "
    "shipped in_transit sent; dispatch: dispatched in_transit shipped sent; deliver: delivered completed; finalize: "
    "finalized open final; capture: captured succeeded paid; charge: charged paid succeeded; pay: paid settled "
    "succeeded completed; approve: approved accepted; accept: accepted approved confirmed; reject: rejected declined "
    "denied refused; decline: declined rejected denied refused; deny: denied rejected declined refused; refuse: "
    "refused rejected declined; cancel: cancelled canceled voided void aborted revoked; abort: aborted cancelled "
    "canceled stopped; terminate: terminated cancelled canceled ended stopped; kill: killed stopped terminated "
    "exited; end: ended completed finished closed inactive; complete: completed complete done finished closed "
    "succeeded; finish: finished completed complete done; close: closed resolved done; resolve: resolved closed "
    "solved fixed done; solve: solved resolved fixed closed; reopen: reopened open opened active in_progress new; "
    "open: open opened active; activate: active activated enabled live; reactivate: active reactivated enabled; "
    "deactivate: inactive deactivated disabled; enable: enabled active on; disable: disabled inactive off; suspend: "
    "suspended inactive paused blocked; unsuspend: active enabled; ban: banned blocked suspended; unban: active "
    "enabled; block: blocked banned; unblock: active enabled unblocked open; archive: archived inactive; unarchive: "
    "active open published draft; restore: restored active available open; reinstate: reinstated active; publish: "
    "published live public; unpublish: unpublished draft hidden private; submit: submitted pending pending_review "
    "under_review in_review pending_approval; assign: assigned; unassign: unassigned open; claim: claimed assigned; "
    "acknowledge: acknowledged acked; confirm: confirmed; verify: verified confirmed; unlock: unlocked open active; "
    "hold: on_hold held hold; unhold: active open processing; release: released available; schedule: scheduled; book: "
    "booked reserved; reserve: reserved booked; return: returned available; borrow: borrowed rented on_loan; rent: "
    "rented borrowed; fulfill: fulfilled completed shipped; fulfil: fulfilled completed shipped; retry: pending "
    "queued running; rerun: queued pending running; enqueue: queued pending; queue: queued pending; delete: deleted "
    "removed trashed; trash: trashed deleted removed; remove: removed deleted; send: sent open delivered; renew: "
    "renewed active; review: reviewed under_review in_review; merge: merged closed; connect: connected online; "
    "disconnect: disconnected offline; expire: expired; revoke: revoked inactive; void: void voided; refund: "
    "refunded; lock: locked; withdraw: withdrawn; escalate: escalated; dismiss: dismissed closed; mute: muted; "
    "process: processed processing; fail: failed; settle: settled paid; sign: signed; undelete: active; freeze: "
    "frozen; unfreeze: active; flag: flagged; abandon: abandoned; check in: checked_in; check out: checked_out; sign "
    "off: signed_off approved; roll back: rolled_back; on: running started active enabled online; off: stopped "
    "inactive disabled offline; shut down: stopped shutdown off; deploy: deployed active live; quarantine: "
    "quarantined; promote: promoted; dispute: disputed; ignore: ignored; snooze: snoozed; waive: waived; transfer: "
    "transferred; evict: evicted; discharge: discharged; admit: admitted; enroll: enrolled active; graduate: "
    "graduated; recover: active recovered; reset: pending"
)
"""For a verb that no value is the participle of: values that stand for it, the likeliest first."""


@dataclass(frozen=True)
class Wanted:
    """What a verb makes of a row, in the forms that names have it in."""

    words: tuple[str, ...]
    """The verb with its particle; the adjective where the name has it: ``mark as read``."""
    verb: str
    """The verb itself, or the one that the adjective or noun belongs to."""
    is_now: Forms
    not_now: tuple[Forms, ...] = ()
    """What is no longer so."""
    taken_back: bool = False
    """Whether the times that tell of :attr:`not_now` are cleared."""
    about: tuple[str, ...] = ()
    """What it is done to, where that is not the row itself: ``verify email``."""
    toggles: bool = False
    adjective: str = ""
    """The state itself, where the name has it: ``read`` of ``mark as read``."""

    @property
    def likely(self) -> tuple[str, ...]:
        """Values of a state that may stand for it, where the verb alone is known."""
        if self.adjective:
            return ()
        again = self.verb.removeprefix("re") if self.verb.startswith("re") else ""
        said = " ".join(self.words)
        listed = _LIKELY.get(said) or (_LIKELY.get(self.verb) if len(self.words) == 1 else None)
        if listed is None and verb_kind(again) is not None and len(self.words) == 1:
            listed = " ".join((*forms((again,)).done, _LIKELY.get(again, "")))
        return tuple((listed or "").split())

    @property
    def is_lifecycle(self) -> bool:
        """Whether the words are known to change states."""
        if self.adjective:
            return self.verb in _LIKELY and normal(self.adjective) in participles(self.verb)
        return " ".join(self.words) in _LIKELY or (self.verb in _LIKELY and len(self.words) == 1)


def wanted(words: Sequence[str], noun: Sequence[str], undo: bool = False) -> Wanted | None:
    """Take the words of an action apart.

    Args:
        words: of the path's last segment or the tool's name: ``cancel order``, ``mark as read``, ``un star``.
        noun: words of the entity's names.
        undo: whether the opposite is meant: ``DELETE /things/{id}/lock``.

    Returns:
        None where they say nothing.
    """
    rest = [word for index, word in enumerate(words) if index == 0 or word not in _FILLERS]
    rest = rest[:1] + [word for word in rest[1:] if word not in noun]
    if not rest:
        return None
    if len(rest) > 1 and rest[0] in _MANNERS:
        rest = rest[1:]
    if len(rest) == 1 and rest[0] in _NOUN_VERBS:
        rest = _NOUN_VERBS[rest[0]].split()
    if rest[0] in ("un", "de", "dis") and len(rest) > 1:
        rest = [rest[0] + rest[1], *rest[2:]]
    if len(rest) > 1 and verb_kind(rest[0]) is None and rest[0] not in _MARKING and rest[-1] in _LIKELY:
        rest = [rest[-1], *rest[:-1]]
    toggles = rest[0] == "toggle"
    if rest[0] in _BEGINNING and len(rest) == 2 and rest[1].endswith("ing") and len(rest[1]) > 5:
        return _underway(rest[0], rest[1])
    if rest[0] in _MARKING and len(rest) > 1:
        found = _marked(rest, toggles)
        if found is not None:
            return found
    if rest[0] in _MARKING:
        return Wanted((rest[0],), rest[0], Forms(rest[0], (), (), ()), toggles=toggles)
    phrase = tuple(rest[:1])
    about = tuple(rest[1:])
    if about and about[0] in _PARTICLES:
        phrase, about = (rest[0], about[0]), about[1:]
    negative = undone_by(phrase[0])
    if undo and phrase[0] in _IRREVERSIBLE:
        return None
    if undo:
        opposite = tuple(f"un{w}" if i == 0 else w for i, w in enumerate(phrase))
        return Wanted(opposite, opposite[0], forms(opposite), (forms(phrase),), True, about)
    back = negative or tuple(_REVERSED.get(phrase[0], "").split())
    shape = forms(phrase)
    if phrase[0] in _GOING_ON:
        shape = replace(shape, doing=("playing", "running", *shape.doing))
    opposed = tuple(_OPPOSED.get(phrase[0], "").split()) if not back else ()
    lost = [forms((v,)) for v in back or opposed]
    if not back:
        lost.append(forms((f"un{phrase[0]}", *phrase[1:])))
    return Wanted(phrase, phrase[0], shape, tuple(lost), bool(back), about)


def _marked(rest: list[str], toggles: bool) -> Wanted | None:
    """Read ``mark as read``, ``set inactive``, ``put on hold``, ``turn off``: the state comes after the verb."""
    state = list(rest[1:])
    while len(state) > 1 and state[0] in _LINKING:
        state.pop(0)
    if len(state) == 1 and state[0] in _SWITCHES and rest[0] in ("turn", "switch", "power", "go", "set"):
        return _switched(rest[0], state[0])
    if state in (["status"], ["state"], ["phase"], ["stage"], ["condition"]):
        return None
    negated = state[0] in ("not", "non") and len(state) > 1
    state = state[1:] if negated else state
    joined = "".join(state)
    if joined in ("onhold", "hold"):
        return wanted(("hold",), ())
    short = "".join(state[1:]) if state[0] in ("in", "on", "out") else ""
    verb = verb_of(joined) or joined
    said = "_".join(state)
    if negated:
        gone = Forms(joined, (joined,), (), ())
        return Wanted(tuple(state), verb, Forms("un" + joined, (), (), ()), (gone,), True, adjective="un" + said)
    done = (joined, *((short,) if short else ()), *forms((verb,)).done)
    shape = Forms(joined, tuple(dict.fromkeys(done)), (), forms((verb,)).deed)
    back = undone_by(verb) or tuple(v for v in (_un_adjective(joined),) if v)
    opposed = back or tuple(_OPPOSED.get(verb, "").split())
    lost = tuple(Forms(v, tuple(dict.fromkeys((v, *forms((v,)).done))), (), ()) for v in opposed)
    if not back:
        lost += (Forms(f"un{joined}", (f"un{joined}",), (), ()),)
    return Wanted(tuple(state), verb, shape, lost, bool(back), toggles=toggles, adjective=said)


def _underway(verb: str, gerund: str) -> Wanted:
    """Read ``start handling``: the state is what goes on from then on."""
    stem = gerund.removesuffix("ing")
    doer = next((v for v in (stem, stem + "e", stem[:-1]) if verb_kind(v) is not None or v in _LIKELY), stem)
    shape = Forms(gerund, (gerund,), (gerund,), (gerund,))
    return Wanted((verb, gerund), doer, shape, adjective=gerund)


def _switched(verb: str, side: str) -> Wanted | None:
    """Read ``turn on`` and ``power off``."""
    aim = wanted((_SWITCHES[side],), ())
    if aim is None or side not in ("on", "off"):
        return aim
    done = (side, f"{participles(verb)[0]}{side}", *aim.is_now.done)
    other = "off" if side == "on" else "on"
    lost = Forms(other, (other, f"{participles(verb)[0]}{other}"), (), ())
    return replace(aim, words=(side,), verb=side, is_now=Forms(side, done, (), ()), not_now=(lost, *aim.not_now))


def _un_adjective(word: str) -> str | None:
    for prefix in ("un", "in"):
        tail = word.removeprefix(prefix)
        if tail != word and tail in ("read", "active", "complete", "visible", "available", "paid", "seen", "verified"):
            return tail
    return None


def verb_of(participle: str) -> str | None:
    """Return the verb of the lexicon that a participle or adjective belongs to: ``cancelled`` → ``cancel``."""
    tries = [participle, participle.removesuffix("d"), participle.removesuffix("ed")]
    tries += [participle.removesuffix("ied") + "y", participle[:-3]]
    for verb in (*tries, *_LIKELY):
        known = verb in _LIKELY or verb_kind(verb) is not None
        if known and participle in forms((verb,)).done:
            return verb
    return None


def is_act(word: str) -> bool:
    """Whether a word is known to say what is done to a row, in or out of the lexicon."""
    return word in _LIKELY or word in _REVERSED or word in _NOUN_VERBS or bool(undone_by(word))


def undone_by(verb: str) -> tuple[str, ...]:
    """Return the verb that ``un-``, ``de-`` or ``dis-`` takes back: ``unarchive`` → ``archive``."""
    if verb in _REVERSED:
        return tuple(_REVERSED[verb].split())
    if verb not in _NOT_UN and _UN.match(verb):
        return (verb[2:],)
    if verb.startswith("de") and verb[2:] in _DE:
        return (verb[2:],)
    if verb.startswith("dis") and verb[3:] in _DIS:
        return (verb[3:],)
    return ()
