"""The roles of an event: which words of the sentence name who did it, who or what was hit, who took part, with what."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Token

from app.extract.confidence import Way
from app.extract.frames import EventFrame, lemma, load_frames
from app.extract.mention import ACTING, JOINT, Mention
from app.extract.nouns import bounds_of, conjuncts, has_subject, is_passive, modifiers, pobj, sentence_of, subject
from app.extract.victims import is_firing
from app.extract.words import word_list
from app.model import EventType

ROLES_VERSION = "roles.v2"
LYING = "names of places alone"
_TARGET_WORDS = ("on", "against", "at", "upon", "targeting", "into", "toward", "towards")
_OF_TARGET = frozenset(
    {
        EventType.SHELLING, EventType.BOMBING, EventType.KILLING, EventType.ABDUCTION, EventType.AIR_RAID,
        EventType.SIEGE, EventType.DISPLACEMENT, EventType.ATTACK,
    }
)  # fmt: skip
_TAKES_PART = word_list("roles_takes_part")
_WRITINGS = word_list("cast_papers") | word_list("roles_writings")


@dataclass(slots=True)
class Roles:
    """The heads of the noun phrases in each role."""

    perpetrators: list[Token] = field(default_factory=list)
    targets: list[Token] = field(default_factory=list)
    participants: list[Token] = field(default_factory=list)
    instruments: list[Token] = field(default_factory=list)
    ways: dict[int, Way] = field(default_factory=dict)

    def give(self, role: str, tokens: list[Token], way: Way = Way.AGENT) -> None:
        """Put tokens under a role by its name in the frames; roles that name no slot are dropped.

        `way` is the construction, kept for the doers: it decides how sure their blame is.
        """
        if role == "perpetrator":
            for token in tokens:
                self.ways.setdefault(token.i, way)
        slot = {
            "perpetrator": self.perpetrators, "target": self.targets, "participant": self.participants,
            "instrument": self.instruments,
        }.get(role)  # fmt: skip
        if slot is not None:
            slot.extend(t for t in tokens if t not in slot)


def find_roles(mention: Mention) -> Roles:
    """Return the roles of a mention, each head once, with its coordinated heads."""
    roles = Roles()
    if mention.is_noun:
        _of_noun(mention, roles)
    hindering = _hindering(mention)
    if hindering is not None:
        roles.give("perpetrator", subject(hindering))
        roles.give("participant", [c for c in hindering.children if c.dep_ == "dobj"])
    for verb, frame in mention.verbs if hindering is None else ():
        if not _is_by_defenders(verb, mention):
            _of_verb(mention, verb, frame, roles)
    if mention.light is not None:
        _of_light(mention, mention.light, roles)
    _beside(mention, roles)
    if mention.is_noun and mention.type not in JOINT:
        asked = _told_to_stop(mention)
        if asked and all(t.pos_ == "PRON" for t in roles.perpetrators):
            roles.perpetrators = []
        if not roles.perpetrators:
            roles.give("perpetrator", [*_above(mention.anchor, "by"), *asked], Way.OWNER)
            roles.give("perpetrator", _signed(mention.anchor), Way.ACCUSED)
    if mention.type in JOINT:
        hinders = _hinders(mention)
        roles.give("participant", roles.targets if hinders else roles.perpetrators)
        if not hinders:
            roles.perpetrators = []
        roles.targets = []
    roles.targets = [t for t in roles.targets if not _is_blamed(t) and lemma(t) not in _OCCASIONS]
    if mention.type is EventType.TRUCE_BREACH:
        roles.targets = []
    for name in ("perpetrators", "targets", "participants"):
        heads = [t for t in conjuncts(getattr(roles, name)) if t.i not in {p.i for p in mention.parts}]
        heads = [e for t in heads for e in _explained(t)]
        if name == "perpetrators":
            for head in heads:
                roles.ways.setdefault(head.i, Way.LISTED)
        setattr(roles, name, heads)
    return roles


def _fighting(noun: Token) -> list[Token]:
    """Both sides: "fighting between A and B", "clashes were reported between A and B", "pitted A against B"."""
    found = pobj(noun, "between", "among")
    verb = noun.head
    if noun.dep_ in ("nsubj", "nsubjpass") and verb.pos_ == "VERB":
        found += pobj(verb, "between", "among")
        if lemma(verb) == "pit":
            found += [c for c in verb.children if c.dep_ == "dobj"] + pobj(verb, "against")
    return found


def _beside(mention: Mention, roles: Roles) -> None:
    """ "Troops, alongside militiamen, attacked": who is named beside the one who did it did it too."""
    verbs = [v for v, f in mention.verbs if f.subject == "perpetrator"]
    verbs += [mention.light] if mention.light is not None else []
    for verb in verbs if roles.perpetrators and mention.type not in JOINT else ():
        tops = [t for t in (verb, *subject(verb)) if t.i == verb.i or t in roles.perpetrators]
        roles.give("perpetrator", [t for top in tops for t in pobj(top, *_BESIDE)], Way.LISTED)


def _explained(token: Token) -> list[Token]:
    """ "Its backers, notably A and B": those who are named, where a noun only says what they are to another."""
    if lemma(token) not in _EXPLAINS:
        return [token]
    named = [c for c in token.children if c.dep_ == "appos" and c.pos_ == "PROPN"]
    after = token.doc[token.i + 1 : token.i + 3]
    if len(after) == 2 and after[0].text == "," and after[1].pos_ == "PROPN" and after[1].dep_ == "conj":
        return []  # "its backers, A and B", read as a list: A and B are in it
    return [t for n in named for t in (n, *n.conjuncts)] or [token]


_BESIDE = word_list("roles_beside")
_EXPLAINS = word_list("roles_explains")
_SIGNED = word_list("roles_signed")
_WORK = word_list("roles_work")
_BEARS = frozenset({"bear", "have", "carry", "show"})


def _signed(noun: Token) -> list[Token]:
    """ "The raid was the work of the group", "the ambush bore its hallmarks": whose deed the event is said to be."""
    verb = noun.head
    if noun.dep_ != "nsubj" or not (lemma(verb) == "be" or lemma(verb) in _BEARS):
        return []
    wanted = _WORK if lemma(verb) == "be" else _SIGNED
    told = [c for c in verb.children if c.dep_ in ("attr", "dobj") and lemma(c) in wanted]
    owners = [g for c in told for g in (*pobj(c, "of"), *(g for g in c.children if g.dep_ == "poss"))]
    return [t for t in owners if not load_frames().noun_events(t)]


def _above(noun: Token, *words: str) -> list[Token]:
    """ "The hallmarks of attacks by the regime": what follows an event noun, but hangs on the noun above it."""
    if noun.dep_ != "pobj" or noun.head.lower_ != "of" or noun.head.head.pos_ not in ("NOUN", "PROPN"):
        return []
    if load_frames().noun_events(noun.head.head):
        return []
    return [t for t in pobj(noun.head.head, *words) if t.i > noun.i and t.ent_type_ != "PERSON"]


def _told_to_stop(mention: Mention) -> list[Token]:
    """ "Called on the regime to stop the attacks", "must end its siege": who is asked to end what it does."""
    anchor = mention.anchor
    up = anchor.head if anchor.dep_ in ("dobj", "pobj") else None
    if up is not None and up.dep_ == "prep":
        up = up.head.head if up.head.lower_ == "end" and up.head.dep_ == "dobj" else up.head
    if up is None or up.pos_ != "VERB" or up.tag_ != "VB" or not (lemma(up) in _ENDS or lemma(up) == "put"):
        return []
    helpers = {c.lower_ for c in up.children if c.dep_ == "aux"}
    asked = up.dep_ != "ROOT" and helpers <= {"to"} and lemma(up.head) not in _VOWS
    return subject(up) if asked or helpers & {"must", "should"} else []


_ENDS = word_list("roles_ends")
_VOWS = word_list("roles_vows")


def _is_by_defenders(verb: Token, mention: Mention) -> bool:
    """ "Troops repelled an assault, killing ten": those who were attacked did it, and to the attackers."""
    light = mention.light
    if light is None or verb.i == light.i:
        return False
    defends = any(f.light and f.subject == "target" for f in load_frames().verb_events(light))
    return defends and bool({t.i for t in subject(verb)} & {t.i for t in subject(light)})


def _is_blamed(token: Token) -> bool:
    """ "Blamed the attack on the rebels": they are no target."""
    prep = token.head
    if prep.lower_ != "on" or prep.dep_ != "prep" or pobj(token, "on"):
        return False
    verb = prep.head if prep.head.pos_ == "VERB" else prep.head.head
    return lemma(verb) in ("blame", "pin") and not any(c.lower_ == "for" for c in verb.children)


_ARMS = word_list("roles_arms")


def _is_acronym(token: Token) -> bool:
    """ "US strikes", "NATO raids": capitals before an event noun name who did it."""
    return token.ent_type_ in ("GPE", "ORG") and token.text.replace(".", "").isupper() and len(token.text) > 1


def _hinders(mention: Mention) -> bool:
    """Whether the mention tells of an inquiry that is obstructed: who does so is to blame, the inquirers take part."""
    if any(f.subject == "perpetrator" and f.type is EventType.INVESTIGATION for _, f in mention.verbs):
        return True
    return mention.type is EventType.INVESTIGATION and _hindering(mention) is not None


def _hindering(mention: Mention) -> Token | None:
    """The verb of "blocked the watchdog from investigating"."""
    verb = mention.token
    if mention.is_noun or verb.dep_ != "pcomp" or verb.head.lower_ != "from":
        return None
    above = verb.head.head if verb.head.head.pos_ == "VERB" else verb.head.head.head
    return above if lemma(above) in _HINDERS else None


def _owner_before(owner: Token) -> Token:
    """ "The army's raids on A, as well as its siege of B": who owns the noun before, within a sentence."""
    if owner.lower_ not in ("its", "their"):
        return owner
    before = owner.doc[max(bounds_of(owner)[0], owner.i - 20) : owner.i]
    found = next((t for t in reversed(before) if t.dep_ == "poss" and t.pos_ in ("NOUN", "PROPN")), owner)
    clauses = [t for t in owner.doc[found.i : owner.i] if t.dep_ in ("nsubj", "nsubjpass") and t.i != found.head.i]
    return owner if clauses else found


def _is_heading(noun: Token) -> bool:
    """ "Joint statement on the attack on A by Ann Roe, Minister of B": who is named after "by" wrote the paper."""
    root = sentence_of(noun).root
    wrote = root.pos_ in ("NOUN", "PROPN") and lemma(root) in _WRITINGS
    return wrote and root.i < noun.i and not any(c.dep_ in ("nsubj", "relcl", "acl") for c in root.children)


def _of_noun(mention: Mention, roles: Roles) -> None:
    nouns = [mention.token, mention.anchor, *(p for p in mention.parts if p.pos_ in ("NOUN", "PROPN"))]
    if mention.token.dep_ == "compound" and mention.token.i == mention.anchor.i:  # "accused of bombing targets"
        roles.give("target", [mention.token.head])
    for base in {n.i: n for n in nouns}.values():
        if not _is_heading(base):
            roles.give("perpetrator", pobj(base, "by"), Way.BY)
        roles.give("target", pobj(base, *_TARGET_WORDS))
        owners = [c for c in base.children if c.dep_ == "poss" and c.ent_type_ not in ("DATE", "TIME")]
        roles.give("perpetrator", [_owner_before(c) for c in owners], Way.OWNER)
        if mention.type is EventType.ARMED_CLASH:
            roles.give("perpetrator", _fighting(base))
        else:
            roles.give("participant", pobj(base, "between", "among"))
        if mention.type in _OF_TARGET and base.i == mention.token.i and mention.frame.needs is None:
            roles.give("target", [t for t in pobj(base, "of") if t.ent_type_ not in ("DATE", "TIME", "CARDINAL")])
        if mention.type is EventType.DISPLACEMENT:
            roles.give("target", pobj(base, "of"))
        for child in base.children:
            if child.dep_ in ("acl", "relcl") and mention.type in JOINT:
                agents = [
                    *pobj(child, "by"),
                    *(g for c in child.children if c.dep_ == "prep" for g in pobj(c, "by")),
                ]
                roles.give("participant", agents)
    if mention.type in JOINT:
        _of_joint(mention, roles)
    else:
        roles.give("target", _above(mention.anchor, "against", "on"))
        near = {c.i: c for base in (mention.token, mention.anchor) for c in base.children}.values()
        bare = [c for c in near if c.dep_ in ("compound", "nmod", "amod")]
        acting = mention.token.doc.user_data.get(ACTING, frozenset())
        lying = mention.token.doc.user_data.get(LYING, frozenset())  # "the Idlib attack"
        doing = [
            c for c in bare if lemma(c) not in _ARMS
            if c.i in acting or (c.i not in lying and (c.ent_type_ in _ACTS or lemma(c) in _SIDES or _is_acronym(c)))
        ]  # fmt: skip
        roles.give("perpetrator", doing, Way.ADJECTIVE)
    for child in mention.anchor.children:
        if (
            child.dep_ == "relcl"
            and lemma(child) == "claim"
            and any(c.lower_ == "responsibility" for c in child.children)
        ):
            roles.give("perpetrator", [c for c in child.children if c.dep_ == "nsubj"], Way.CLAIMED)
        if child.dep_ in ("acl", "relcl") and lemma(child) in ("claim", "blame", "attribute") and is_passive(child):
            claimed = lemma(child) == "claim"
            named = pobj(child, "by") if claimed else pobj(child, "on", "to")
            roles.give("perpetrator", named, Way.CLAIMED if claimed else Way.ACCUSED)


_ACTS = ("NORP", "ORG")
_OCCASIONS = word_list("roles_occasions")
_HINDERS = word_list("roles_hinders")
_SIDES = word_list("roles_sides")


def _of_joint(mention: Mention, roles: Roles) -> None:
    """Who keeps, extends or brokers a truce, and who conducts an inquiry."""
    anchor = mention.anchor
    first = anchor
    while first.dep_ == "conj":
        first = first.head
    verb = first.head
    if first.dep_ == "dobj" and lemma(verb) in _KEEPS:
        roles.give("participant", [t for t in subject(verb) if t.pos_ != "PRON" or t.lower_ in ("they", "we", "it")])
    elif first.dep_ == "nsubjpass":
        roles.give("participant", pobj(verb, "by") if lemma(verb) in _TAKES_PART | _KEEPS else [])
    elif first.dep_ == "pobj" and lemma(first.head.head) in _KEEPS:
        roles.give("participant", subject(first.head.head))


_KEEPS = word_list("roles_keeps")


def _of_verb(mention: Mention, verb: Token, frame: EventFrame, roles: Roles) -> None:
    own = [t for t in _subject(verb) if t.i not in {p.i for p in (*mention.parts, mention.anchor)}]
    own = [owner for t in own for owner in _behind(t)]
    if mention.is_noun and _tells_of(verb):
        own = []
    direct = [c for c in verb.children if c.dep_ in ("dobj", "dative") and c.tag_ not in ("WDT", "WP")]
    direct = [
        t for c in direct for t in ((pobj(c, "of", "over") or pobj(verb, "of")) if lemma(c) == "control" else [c])
    ]
    if verb.dep_ == "amod":
        roles.give(frame.subject, own)
    elif (agents := _by_gerund(verb)) and not direct:
        roles.give(frame.subject, agents, Way.BY)
        suffers = any(f.light and f.subject == "target" for f in load_frames().verb_events(verb.head))
        roles.give(frame.object, own if suffers else [])
    elif is_passive(verb) or _is_done_to(verb):
        hit = own or ([verb.head] if verb.dep_ in ("acl", "relcl") and verb.head.i != mention.anchor.i else [])
        roles.give(frame.object, hit)
        agents = pobj(verb, "by")
        roles.give(frame.subject, [t for t in agents if t.i != mention.anchor.i], Way.PASSIVE)
    else:
        roles.give(frame.subject, own)
        if any(c.dep_ == "dobj" and c.tag_ in ("WDT", "WP") for c in verb.children) and verb.dep_ == "relcl":
            direct = [verb.head]
        roles.give(frame.object, [t for t in direct if t.i != mention.anchor.i])
    if frame.subject in ("none", "target"):
        return
    if frame.object in ("instrument", "event", "none") or not direct:
        means = pobj(verb, "as") if frame.object == "instrument" else []
        roles.give("target", [t for base in (verb, *direct, *means) for t in pobj(base, *_TARGET_WORDS)])
    elif mention.type not in JOINT:
        roles.give("target", pobj(verb, "against") if frame.type is not EventType.ABDUCTION else [])
    roles.give("instrument", pobj(verb, "with", "using"))
    if frame.type is EventType.ARMED_CLASH:
        roles.give("target", pobj(verb, "with", "against"))
    hands = [h for h in pobj(verb, "at") if h.lower_ in ("hand", "hands")]
    roles.give("perpetrator", [t for h in hands for t in pobj(h, "of")], Way.BY)
    if frame.object == "target":
        for one in direct:
            for child in one.children:
                if child.lower_ == "including":
                    inner = [g for c in child.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
                    roles.give("target", inner)


def _by_gerund(verb: Token) -> list[Token]:
    """ "Faced shelling by the army": a noun in "-ing" taken for a verb; who is named after "by" did it."""
    if verb.tag_ != "VBG" or verb.dep_ != "xcomp" or is_passive(verb):
        return []
    return [t for t in pobj(verb, "by") if t.ent_type_ not in ("DATE", "TIME") and lemma(t) not in _OCCASIONS]


def _is_done_to(verb: Token) -> bool:
    """ "Ten dead and fifty people abducted": a participle without its helper."""
    if lemma(verb) not in _DONE_TO or verb.tag_ not in ("VBN", "VBD") or verb.dep_ == "ROOT":
        return False
    return not any(c.dep_ in ("dobj", "aux", "prep") for c in verb.children)


_DONE_TO = frozenset({"abduct", "kidnap", "kill", "wound", "injure", "displace", "behead", "murder", "target"})


def _subject(verb: Token) -> list[Token]:
    """The subject of a verb; of "was hit by a shell, killing two" and of "filmed a staged death" who did it."""
    while verb.dep_ == "conj" and verb.head.tag_ == "VBG" and verb.tag_ == "VBG":  # "…, killing one and injuring two"
        verb = verb.head
    alone = not has_subject(verb)
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and alone and is_passive(verb.head):
        return pobj(verb.head, "by")
    if verb.dep_ == "amod" and verb.head.dep_ == "dobj" and verb.head.head.pos_ == "VERB":
        return subject(verb.head.head)
    return subject(verb)


def _behind(token: Token) -> list[Token]:
    """Who stands behind a weapon that is the subject: "rebel artillery hit", "the group's rockets killed"."""
    frames = load_frames()
    if not frames.is_of("weapon", token) and lemma(token) not in _VEHICLES:
        return [token]
    owners = [c for c in modifiers(token) if _is_side(c)]
    owners += [t for c in token.children if is_firing(c) for t in pobj(c, "by")]
    own = any(c.dep_ == "poss" for c in token.children)
    if lemma(token) in _VEHICLES and (owners or own or pobj(token, "of")):
        return [token]
    return owners


_VEHICLES = word_list("roles_vehicles")


def _is_side(token: Token) -> bool:
    acting = token.doc.user_data.get(ACTING, frozenset())
    return token.ent_type_ in (*_ACTS, "GPE") or lemma(token) in _SIDES or token.i in acting


def _tells_of(verb: Token) -> bool:
    """Whether a verb's subject is the relative pronoun of a clause after the event noun."""
    while verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ == "nsubj" for c in verb.children):
        verb = verb.head
    return verb.dep_ == "relcl" and any(
        c.dep_ in ("nsubj", "nsubjpass") and c.tag_ in ("WDT", "WP") for c in verb.children
    )


def _backed(verb: Token) -> list[Token]:
    """ "Atrocities committed by the junta, enabled by its backers": who is told to stand behind those who did it."""
    found = []
    for token in verb.doc[verb.i + 1 : bounds_of(verb)[1]]:
        own = any(c.dep_ in ("nsubj", "nsubjpass", "auxpass") for c in token.children)
        if token.tag_ == "VBN" and token.dep_ in ("acl", "advcl", "conj") and lemma(token) in _BACKS and not own:
            above = {t.i for t in (verb, verb.head, *verb.ancestors)}
            found += pobj(token, "by") if token.head.i in above else []
    return found


_BACKS = frozenset({"enable", "abet", "assist", "order", "support", "direct"})


def _of_light(mention: Mention, verb: Token, roles: Roles) -> None:
    frame = next((f for f in load_frames().verb_events(verb) if f.light), None)
    role = frame.subject if frame is not None else "perpetrator"
    if is_passive(verb) and lemma(verb) != "involve":
        roles.give(role, pobj(verb, "by"), Way.LIGHT)
        roles.give(role, _backed(verb) if role == "perpetrator" else [], Way.LISTED)
    else:
        roles.give(role, [o for t in subject(verb) if t.i != mention.anchor.i for o in _behind(t)], Way.LIGHT)
    roles.give("target", pobj(verb, *_TARGET_WORDS))
    roles.give("instrument", pobj(verb, "with", "using"))
