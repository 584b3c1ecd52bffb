"""Which event of a sentence a calendar expression dates: own words first, and what goes on since then by "since"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from app.extract.frames import Frames, lemma
from app.extract.mention import Mention
from app.extract.near_tree import clause_owner, nearness
from app.extract.times import since_then, starting_day
from app.model import EventType, TimeExpression

NEAR_TIMES_VERSION = "near_times.v1"
_SPEECH = frozenset({"say", "accuse", "deny", "find", "assess", "call", "condemn", "endorse", "claim"})
# Who announces a truce makes it by that.
_MAKES = frozenset({"announce", "declare", "proclaim"})
_SPEAKS = EventType.INVESTIGATION
# The hour tells when something happened, and hardly ever when somebody spoke.
_HOUR = re.compile(r"(?i)\d\s?[ap]\.?m\b|\d[:.]\d\d|\b(?:dawn|noon|midnight|midday|daybreak|o['’]clock)\b")
_ITS_OWN, _SHARED, _UNDATED = 1, 4, 5


def dated(
    mentions: Sequence[Mention],
    times: Sequence[tuple[TimeExpression, Token]],
    frames: Frames,
    published: str | None,
) -> dict[int, list[TimeExpression]]:
    """Return the times of each mention by its position, the one that is most its own first."""
    ranked: dict[int, list[tuple[int, TimeExpression]]] = {n: [] for n in range(len(mentions))}
    for time, head in times:
        if is_speech_time(head, mentions, frames) and not _HOUR.search(time.text):
            continue
        for n, rank, given in _takers(time, head, mentions, frames, published):
            ranked[n].append((rank + _UNDATED * (given.earliest is None and given.latest is None), given))
    return {n: [t for _, t in sorted(found, key=lambda pair: pair[0])] for n, found in ranked.items()}


def _takers(
    time: TimeExpression, head: Token, mentions: Sequence[Mention], frames: Frames, published: str | None
) -> Iterator[tuple[int, int, TimeExpression]]:
    """Yield whom a time dates, how near it stands to each, and the time as it is meant there."""
    chosen = clause_owner(head, mentions, frames)
    lasting = _going_on(head, mentions)
    if chosen is not None and chosen == lasting:
        yield chosen, 1, since_then(time, published)
    elif chosen is not None:
        rank = nearness(head, mentions[chosen])
        if mentions[chosen].type is not EventType.INVESTIGATION or rank <= _ITS_OWN:
            yield chosen, rank, _as_meant(time, head, mentions[chosen])
        for n, other in enumerate(mentions):
            after = head.i > max(other.token.i, mentions[chosen].token.i) or is_part(other, mentions[chosen])
            if n != chosen and after and coordinated(other, mentions[chosen]):
                yield n, _SHARED, time
    if lasting is not None and lasting != chosen:
        yield lasting, _SHARED, since_then(time, published)


def _as_meant(time: TimeExpression, head: Token, mention: Mention) -> TimeExpression:
    """ "Since 24 September, when gunmen stormed the village": what happened then has that day, and no open end."""
    if not time.text.lower().startswith(("since", "ever since")):
        return time
    inside = {head.i, *(t.i for t in head.subtree)}
    told = any(up.dep_ == "relcl" and up.head.i in inside for up in (mention.anchor, *mention.anchor.ancestors))
    return starting_day(time) if told else time


def _going_on(head: Token, mentions: Sequence[Mention]) -> int | None:
    """The event that goes on since what a date tells of: "killed since the war began in March"."""
    owner = {p.i: n for n, m in reversed(list(enumerate(mentions))) for p in (m.anchor, *m.parts)}
    up, since = head, None
    for _ in range(30):
        opens = up.dep_ == "advcl" and any(c.dep_ == "mark" and c.lower_ == "since" for c in up.children)
        if opens or (up.lower_ == "since" and up.dep_ == "prep" and up.i != head.i):
            since = up.head
            break
        if up.head.i == up.i:
            return None
        up = up.head
    if since is None or head.head.lower_ == "since" or head.lower_ == "since":
        return None
    return owner.get(since.i)


def is_speech_time(head: Token, mentions: Sequence[Mention], frames: Frames) -> bool:
    """Whether a time says when someone spoke: it hangs on a cue, outside its content."""
    parts = {p.i for m in mentions for p in (*m.parts, m.anchor)}
    verb = head
    while verb.head.i != verb.i:
        verb = verb.head
        if verb.i in parts:
            return False
        if verb.pos_ in ("VERB", "AUX"):
            break
    cue = frames.cue(verb) if verb.pos_ == "VERB" else None
    if cue is None or cue.act not in _SPEECH:
        return False
    if any(c.dep_ == "nsubjpass" and c.lower_ == "it" for c in verb.children):
        return False
    if any(m.anchor.head.i == verb.i and m.anchor.dep_ == "nsubj" and m.type is not _SPEAKS for m in mentions):
        return False  # "the truce held on Friday": an event says nothing
    if any(lemma(t) == "life" for c in verb.children if c.dep_ == "dobj" for t in c.subtree):
        return False  # "which claimed the lives of nine on Friday"
    if lemma(verb) in _MAKES and any(m.type is EventType.TRUCE and m.anchor.head.i == verb.i for m in mentions):
        return False
    first = min((m.token.i for m in mentions), default=0)
    if head.i < first or head.i < verb.i:
        return True
    last = max(m.token.i for m in mentions if m.token.i < head.i)
    return verb.i > last or (cue.act in ("say", "deny") and head.i - verb.i <= 3)


def coordinated(one: Mention, two: Mention) -> bool:
    """Whether two events are told in one breath: "shelling and air strikes"."""
    return one.anchor in two.anchor.conjuncts or is_part(one, two)


def is_part(one: Mention, two: Mention) -> bool:
    """Whether an event is one of several: "attacks in the country, including one in the capital"."""
    word = one.anchor.head
    return one.anchor.dep_ == "pobj" and word.lower_ == "including" and one.anchor in two.anchor.subtree
