"""The syntax around a cue: what it rejects, what it holds, whether it stands between commas."""

from __future__ import annotations

from spacy.tokens import Token

from app.extract.frames import Cue, Frames, lemma
from app.extract.lost_subjects import (
    inverted,
    issuers,
    opening,
    second_subject,
    spoke_before,
    summoner,
    told_with,
)
from app.extract.nouns import (
    antecedent,
    bounds_of,
    conjuncts,
    continued,
    has_subject,
    is_paper,
    is_passive,
    pobj,
    subject,
)
from app.extract.words import word_list
from app.model import EventType, Span

# What "call X false" says: who calls it so.
CALLS = Cue("call", (), "verb", "say", "subject", (), frozenset(), None, None)
_CLAUSAL = frozenset({"ccomp", "xcomp", "pcomp", "parataxis", "dep", "acl", "ROOT"})
_OBJECT = frozenset({"dobj", "nsubjpass", "oprd", "attr", "appos"})
_LABELS = word_list("attribution_labels")
_VERIFIES = frozenset({"confirm", "verify", "establish", "corroborate", "substantiate", "determine", "find"})
OCCURRENCES = word_list("attribution_occurrences")
_TOLD = word_list("echoes_taken_up")
_KEEPS = frozenset({"call", "observe"})
_TELLS = frozenset({"tell", "inform", "brief"})
_SPEAKS = word_list("attribution_speaks")
# What of a judgement's content hangs on its copula, and how.
_JUDGED = {"ccomp": "clause", "xcomp": "clause", "advcl": "clause", "csubj": "clause", "nsubj": "subject"}
_AVOIDS = frozenset({"refrain", "abstain", "shy", "stop"})
_OWED = frozenset({"should", "must", "ought"})
_REJECTING = word_list("attribution_rejecting")


def rejecting(verb: Token) -> Token | None:
    """The word by which a copula says that its subject is not so."""
    rest = _rest_of(verb)
    if rest is not None:
        return rejecting(rest)
    if verb.lemma_ != "be" and lemma(verb) not in ("seem", "appear", *_LABELS):
        return None
    for child in verb.children:
        if child.dep_ in ("acomp", "attr", "oprd") and (_rejects(child) or _is_staging(child, verb)):
            return child
        if child.dep_ == "prep" and child.lower_ == "as" and lemma(verb) in _LABELS:
            for inner in child.children:
                if inner.dep_ in ("pobj", "amod", "pcomp", "acomp", "prep") and _rejects(inner):
                    return inner
                if inner.dep_ == "pobj" and lemma(inner) in _TOLD:  # "dismissed as false recent claims that"
                    return next((c for c in inner.lefts if _rejects(c)), None)
    return _label_at_end(verb)


def is_verdict(word: Token) -> bool:
    """ "Called the reports fabricated": a word that says of an account that it is false, and tells of no forging."""
    for up in word.ancestors:
        if lemma(up) in _LABELS:
            said = rejecting(up)
            told = (c for c in up.children if c.dep_ in ("dobj", "nsubjpass"))
            return said is not None and word.i in (said.i, said.head.i) and any(lemma(c) in _TOLD for c in told)
    return False


def _rest_of(verb: Token) -> Token | None:
    """ "Said reports that troops shelled it were false": a copula whose subject the parser took for an object."""
    told = next((c for c in verb.children if c.dep_ == "dobj" and lemma(c) in _TOLD), None)
    if told is None or lemma(verb) not in _SPEAKS:
        return None
    rest = (c for c in verb.children if c.dep_ == "ccomp" and c.lemma_ == "be" and c.i > told.i)
    return next((c for c in rest if not any(g.dep_ in ("nsubj", "expl") for g in c.children)), None)


def _label_at_end(verb: Token) -> Token | None:
    """ "Called the allegations that it bombed the town “a fabrication”": a label hung on the noun before it."""
    told = next((c for c in verb.children if c.dep_ == "dobj" and lemma(c) in _TOLD), None)
    if told is None or lemma(verb) not in _LABELS:
        return None
    words = [t for t in told.subtree if not t.is_punct]
    hung = bool(words) and words[-1].dep_ in ("appos", "acomp", "oprd", "amod", "advcl", "acl", "conj", "npadvmod")
    as_what = bool(words) and words[-1].dep_ == "pobj" and words[-1].head.lower_ == "as"
    return words[-1] if (hung or as_what) and _rejects(words[-1]) else None


def _rejects(word: Token) -> bool:
    return any(lemma(t) in _REJECTING or t.lower_ in _REJECTING for t in (word, *word.conjuncts))


def _is_staging(word: Token, verb: Token) -> bool:
    """ "The claims of a massacre are a provocation": an account, and no event, is called one."""
    told = (c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "dobj") and c.i < word.i)
    return lemma(word) == "provocation" and any(lemma(c) in _TOLD for c in told)


def is_bare(verb: Token) -> bool:
    """Whether a cue has a subject and nothing to say of its own, and a comma or an end beside it."""
    turned = inverted(verb)
    quoted = lemma(verb) in ("quote", "cite") and has_word(verb, "as")
    if turned is None and not any(c.dep_ == "nsubj" or (quoted and c.dep_ == "nsubjpass") for c in verb.children):
        return False
    for child in verb.children:
        if child is turned or (child.dep_ == "dobj" and lemma(verb) in _TELLS):
            continue
        if child.dep_ in ("ccomp", "xcomp", "dobj", "advcl", "acomp", "attr", "oprd") and child.i > verb.i:
            return False
        if child.dep_ in ("mark", "relcl") or child.tag_ in ("WDT", "WP", "WRB"):
            return False
    if verb.dep_ == "relcl":
        return False
    start, end = verb.left_edge.i, verb.right_edge.i
    doc = verb.doc
    before = (start > 0 and doc[start - 1].is_punct) or doc[start].is_punct
    after = (end + 1 < len(doc) and doc[end + 1].is_punct) or doc[end].is_punct
    return before or after


def is_that(child: Token) -> bool:
    return any(c.dep_ == "mark" or c.lower_ == "that" for c in child.children) or child.tag_ in ("VBG", "VB")


def has_of(verb: Token) -> bool:
    return any(c.dep_ == "prep" and c.lower_ in ("of", "for") for c in verb.children)


def has_word(verb: Token, word: str) -> bool:
    return any(c.dep_ == "prep" and c.lower_ == word for c in verb.children)


def is_parenthetical(up: Token, child: Token) -> bool:
    """A clause before its "X said" that the parser took for an adverbial: no conjunction marks it."""
    return (
        not any(c.dep_ == "mark" for c in child.children)
        and any(c.dep_ == "nsubj" for c in child.children)
        and up.dep_ == "ROOT"
    )


def for_which(noun: Token) -> list[Token]:
    """The verbs of "…, for which X claimed responsibility" after a noun: the parser hangs them on any word between."""
    found: list[Token] = []
    for token in noun.doc[noun.i + 1 : bounds_of(noun)[1]]:
        if token.dep_ == "relcl" and has_word(token, "for") and token.head.i >= noun.i:
            found.append(token)
        elif token.tag_ in ("VBD", "VBZ", "VBP") and token.pos_ == "VERB":
            break
    return found


def is_undeniable(verb: Token) -> bool:
    """ "It is impossible to deny that", "nobody can dispute that": what cannot be denied is affirmed."""
    if any(
        c.lower_ in ("nobody", "none") or (c.lower_ == "one" and c.i > 0 and c.nbor(-1).lower_ == "no")
        for c in verb.children
        if c.dep_ == "nsubj"
    ):
        return True
    if verb.dep_ == "xcomp" and lemma(verb.head) in ("be", "impossible", "hard", "difficult"):
        return any(t.lower_ in ("impossible", "hard", "difficult") for t in (verb.head, *verb.head.children))
    return is_negated(verb) and any(c.dep_ == "aux" and c.lower_ in ("can", "could", "ca") for c in verb.children)


def is_negated(verb: Token) -> bool:
    """Whether a verb is negated, or nobody is its subject: "no one was accused of"."""
    return any(c.dep_ == "neg" or (c.dep_ in ("nsubj", "nsubjpass") and is_nobody(c)) for c in verb.children)


def is_nobody(noun: Token) -> bool:
    """ "Nobody", "no one", "neither side"."""
    return noun.lower_ in ("nobody", "none", "neither") or any(c.lower_ in ("no", "neither") for c in noun.lefts)


def judging(verb: Token, child: Token, frames: Frames) -> list[tuple[Cue, Token]]:
    """The cues by which a copula judges what hangs on it: "it is vital that they keep the truce", "the truce is a
    positive step"."""
    part = _JUDGED.get(child.dep_)
    if part is None or verb.lemma_ != "be" or (part == "subject" and is_negated(verb)):
        return []
    words = [c for c in verb.children if c.dep_ in ("acomp", "attr")]
    if part == "subject":
        words += [c for w in words if w.dep_ == "attr" for c in w.children if c.dep_ == "amod"]
    found = [(frames.cue(w), w) for w in words]
    return [(cue, w) for cue, w in found if cue is not None and cue.claimant == "none" and part in cue.content]


def fails_to(cue: Cue, verb: Token) -> bool:
    """Whether a body is said to have failed at finding out, which is a finding too: "failed to establish who"."""
    if cue.act == "claim":  # "phoned the agency to claim responsibility"
        return lemma(verb.head) in ("phone", "telephone", "call", "contact", "issue", "write", "use", "appear")
    if cue.act in ("condemn", "call", "endorse") and summoner(verb) is not None:
        return True
    if cue.act == "find" and lemma(verb.head) in ("allow", "enable", "permit") and is_negated(verb.head):
        return True
    return cue.act in ("find", "assess") and lemma(verb.head) in ("fail", "unable", "able", "struggle", "manage")


def leaves_open(verb: Token) -> bool:
    """Whether a verb of verifying is negated: "could not confirm the reports of", "was unable to verify claims of"."""
    if lemma(verb) not in _VERIFIES:
        return False
    negated = any(c.dep_ == "neg" for c in verb.children)
    return negated or (verb.dep_ == "xcomp" and lemma(verb.head) in ("fail", "unable", "decline", "refuse", "able"))


def is_unsaid(verb: Token) -> bool:
    """Whether a cue is not an act of its subject: governed as an infinitive ("refused to condemn"), or owed ("Moscow
    should admit"). A verb joined to such a one by "and" shares its lot."""
    if verb.pos_ != "VERB":
        return False
    first = verb
    while first.dep_ == "conj" and first.tag_ == "VB" and not has_subject(first) and first.head.pos_ == "VERB":
        first = first.head
    if any(c.dep_ == "aux" and c.lower_ in _OWED for c in first.children):
        return not any(c.dep_ == "nsubj" and c.lower_ in ("i", "we") for c in first.children)
    if first.dep_ == "pcomp":  # "without blaming them", "stopped short of blaming them", "refrained from blaming them"
        above = first.head.head
        return first.head.lower_ == "without" or above.lower_ == "short" or lemma(above) in _AVOIDS
    if first.dep_ == "xcomp" and lemma(first.head) == "avoid":
        return True
    if first.dep_ not in ("xcomp", "advcl", "acl", "ccomp"):
        return False
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in first.children)
    return infinitive and not any(c.dep_ == "aux" and c.lemma_ == "have" for c in first.children)


def is_no_act(cue: Cue, word: Token) -> bool:
    """ "Neither confirmed nor denied", "no reports of": nothing is said by it."""
    if cue.kind == "noun":
        return any(c.dep_ == "det" and c.lower_ == "no" for c in word.children)
    first = word.head if word.dep_ == "conj" and word.head.pos_ == "VERB" else word
    pair = {first.lemma_, *(c.lemma_ for c in first.children if c.dep_ == "conj")}
    marks = {c.lower_ for c in first.children if c.dep_ in ("preconj", "neg", "cc", "advmod")}
    return {"confirm", "deny"} <= pair and bool(marks & {"neither", "nor", "not", "n't", "never"})


def is_told_beside(token: Token, denying: Token) -> bool:
    """ "Denies backing the rebels, who attacked the town": a clause of "who" or "which" is told, and not denied; what
    "anything they hit" or "a statement that accused" holds is."""
    for up in (token, *token.ancestors):
        if up.i == denying.i:
            return False
        about = [c for c in up.children if c.dep_ in ("nsubj", "nsubjpass") and c.tag_ in ("WP", "WDT")]
        if up.dep_ == "relcl" and about and about[0].lower_ != "that" and about[0].i > 0:
            return about[0].nbor(-1).text == "," or lemma(up.head) not in _TOLD
    return False


def judged_by_it(clause: Token) -> bool:
    """ "It is false that troops bombed it": a clause that "it" stands for."""
    it = any(c.dep_ in ("nsubj", "expl") and c.lower_ == "it" for c in clause.head.children)
    told = any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)
    return it and told and clause.head.lemma_ == "be" and clause.dep_ in ("ccomp", "csubj")


def is_lie(noun: Token, clause: Token) -> bool:
    """ "It was a lie that the militia killed them": a noun that says of its clause that it is not so."""
    marked = any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)
    told = noun.dep_ == "attr" and noun.head.lemma_ == "be" and clause.dep_ in ("acl", "relcl")
    return marked and told and _rejects(noun)


def claimant_heads(cue: Cue, token: Token) -> list[Token] | None:
    """The heads of the claimant; None where nobody is named."""
    if cue.kind == "preposition":
        return [t for t in token.subtree if t.dep_ == "pobj" and t.i <= token.i + 12][:1]
    if cue.kind == "noun":
        by = [*pobj(token, "by", "from"), *(c for c in token.children if c.dep_ == "poss")]
        if not by and cue.act in ("condemn", "endorse"):  # "stands with its partners in condemnation of"
            above = next((t for t in token.ancestors if t.pos_ == "VERB"), None)
            by = subject(above) if above is not None and not is_passive(above) else []
        by = by or issuers(cue, token)
        by += [
            c
            for c in token.children
            if c.dep_ in ("compound", "nmod", "amod") and c.ent_type_ in ("ORG", "GPE", "NORP")
        ]
        return by
    if cue.kind == "adjective":
        owner = [c for c in token.head.children if c.dep_ == "nsubj"] if token.head.pos_ in ("AUX", "VERB") else []
        return [t for t in owner if t.lower_ not in ("it", "that", "this", "what")] if cue.claimant != "none" else []
    if cue.claimant == "none":
        return None
    if is_passive(token) and cue.word in ("quote", "cite") and has_word(token, "as"):
        return subject(token) or None
    if is_passive(token):
        agents = pobj(token, "by")
        return agents or None
    if cue.claimant in ("to", "of", "from", "by"):
        return pobj(token, cue.claimant)
    if cue.word in ("quote", "cite") and has_word(token, "as"):  # "the agency quoted the mayor as saying"
        return [c for c in token.children if c.dep_ == "dobj"]
    turned = inverted(token)
    if turned is not None:
        return [turned]
    second = second_subject(token)
    if second is not None:
        return [second]
    asked = summoner(token)
    if asked is not None:
        return [antecedent(c) for c in asked.children if c.dep_ == "nsubj"]
    told = told_with(token)
    if told is not None:
        return [t for t in subject(told) if t.i != token.i]
    spoke = spoke_before(token)
    if spoke is not None:
        return [antecedent(t) for t in spoke.children if t.dep_ in ("nsubj", "nsubjpass")]
    named = [t for t in subject(token) if t.i != token.i]
    if not named or (named[0].tag_ == "VB" and named[0].head.i == token.i):
        return opening(token) or named
    after = [t for t in named if t.i > token.i] if cue.act == "say" else []
    return after or named  # "the army, said the minister, had not used"


def _is_asked(verb: Token) -> bool:
    """ "Whether an inquiry is needed": an open question asks for nothing."""
    return any(c.dep_ in ("mark", "advmod") and c.lower_ in ("whether", "if") for c in verb.children)


def holds(cue: Cue, up: Token, child: Token, preps: set[str], quote: Span | None, frames: Frames) -> bool:
    """Whether the content of a cue is where a child hangs."""
    dep, content = child.dep_, cue.content
    if cue.kind == "preposition" or (cue.claimant == "none" and _is_asked(up)):
        return False
    if cue.word in _KEEPS and dep in ("dobj", "nsubjpass") and _is_truce(child, frames):
        return False  # "called a truce", "observed the ceasefire": nobody says anything
    outside = quote is not None and quote.start <= child.idx < quote.end and not quote.start <= up.idx < quote.end
    if dep == "nsubj" and cue.kind == "verb" and second_subject(up) not in (None, child):
        return cue.act == "say" and "clause" in content
    if dep in ("nsubj", "csubj", "aux", "neg", "punct", "cc"):
        return outside and dep == "csubj"
    if cue.act == "accuse" and cue.kind == "verb" and dep not in ("dobj",) and preps & content:
        return True
    named = cue.act in ("accuse", "deny") and cue.kind == "verb"
    if named and "of" in preps & content and dep == "dobj" and not has_of(up):
        return True
    if cue.kind == "noun":
        return (dep in ("acl", "ccomp", "relcl") and "clause" in content and is_that(child)) or (
            dep == "prep" and child.lower_ in content and child.lower_ not in ("by", "in")
        )
    if dep == "prep" and "clause" in content and child.lower_ in ("in", "on", "via", "by", "through"):
        papers = [g for g in child.children if g.dep_ == "pobj" and is_paper(g)]
        if any(c.dep_ in ("acl", "relcl", "ccomp") and c.i > g.i for g in papers for c in g.children):
            return True  # "said in a message that the drone had hit a school"
    if dep in ("prep", "agent"):
        if cue.act == "accuse" and child.lower_ == "on" and "on" in cue.blamed:
            return False
        if cue.act == "accuse" and child.lower_ in ("in", "for", "of", "over", "after"):
            return True
        if (
            child.lower_ == "of"
            and "object" in content
            and any(c.dep_ == "dobj" and c.i < child.i for c in up.children)
        ):
            return True
        return bool(preps & content) or (outside and dep == "prep" and "clause" in content)
    if dep in _CLAUSAL:
        return "clause" in content
    if dep in _OBJECT or (dep == "dative" and "object" in content):
        return "object" in content and not (
            cue.act == "accuse" and "on" not in cue.blamed and dep == "dobj" and has_of(up)
        )
    if dep == "advcl" and cue.act == "call" and cue.rest and child.i > up.i:
        return any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children)
    if dep == "advcl" and "after" in content and child.i > up.i:
        return any(c.dep_ in ("mark", "prep") and c.lower_ in ("after", "when") for c in child.children)
    if dep == "advcl":
        if cue.act == "call" and child.i > up.i and any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children):
            return True  # "called on the army to stop the bombing"
        return outside or (cue.act == "accuse" and child.i > up.i) or (child.i < up.i and is_parenthetical(up, child))
    if dep == "conj":
        own = any(c.dep_ in ("nsubj", "nsubjpass", "expl") for c in child.children) or continued(child) is not None
        return cue.act == "say" and own and frames.cue(child) is None and child.i > up.i and up.pos_ == "VERB"
    return outside


def _first_objects(verb: Token) -> list[Token]:
    """ "Accused A of breaking the truce in B, the last stronghold": the object before "of", not one after it."""
    content = min((c.i for c in verb.children if c.dep_ == "prep" and c.lower_ in ("of", "for")), default=None)
    objects = [c for c in verb.children if c.dep_ == "dobj"]
    return [c for c in objects if content is None or c.i < content] or objects


def _is_truce(noun: Token, frames: Frames) -> bool:
    return any(f.type is EventType.TRUCE for f in frames.noun_events(noun))


def blamed_heads(cue: Cue, token: Token, frames: Frames) -> list[Token]:
    if cue.act != "accuse":
        return []
    words = [w for w in cue.blamed if w not in ("object", "subject")]
    found = [t for t in pobj(token, *words) if t.ent_type_ not in ("DATE", "TIME")] if words else []
    if not found and "on" in words and not has_word(token, "for"):
        found = [t for c in token.children if c.dep_ == "dobj" for t in pobj(c, "on")]
    if not found and "object" in cue.blamed and not ("on" in words and not has_word(token, "for")):
        if cue.kind == "noun":
            found = []
        elif is_passive(token):
            own = [t for t in subject(token) if t.pos_ != "VERB"]
            found = own or ([token.head] if token.dep_ in ("acl", "relcl") else [])
        else:
            found = _first_objects(token)
    if not found and "object" in cue.blamed and cue.kind == "verb" and not is_passive(token):
        found = [c for c in token.children if c.dep_ == "dobj" and not frames.noun_events(c)]
    if len(found) == 1 and "on" in words and (last := pobj(found[0], "on")):
        found = last  # "blamed the attack on the suburb on the rebels"
    if not found and "subject" in cue.blamed:
        found = subject(token)
    heads = conjuncts([antecedent(t) for t in found if t.ent_type_ not in ("DATE", "TIME")])
    return [t for t in heads if not (lemma(t) in _TOLD and any(c.dep_ == "relcl" for c in t.children))]
