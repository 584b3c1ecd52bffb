"""Casualty figures sentence by sentence: kind, bounds, words and whom they count. All sentences are our own."""

from __future__ import annotations

import pytest

from app.extract.figures import PartFigure, find_figures, read_number
from app.model import CasualtyFigure

# The kinds in short: k killed, i injured, t treated, a affected, m missing; a star marks a part of another figure.
SHORT = {"Killed": "k", "Injured": "i", "Treated": "t", "Affected": "a", "Missing": "m"}

BOUNDS: list[tuple[str, int | None, int | None]] = [
    ("70", 70, 70),
    ("seventy", 70, 70),
    ("at least 83", 83, None),
    ("no fewer than 83", 83, None),
    ("not less than 83", 83, None),
    ("a minimum of 83", 83, None),
    ("over 100", 101, None),
    ("more than 100", 101, None),
    ("well over 100", 101, None),
    ("upwards of 100", 101, None),
    ("more than 1,400", 1401, None),
    ("over half a million", 500001, None),
    ("half a million", 500000, 500000),
    ("around 100", 100, 100),
    ("about 100", 100, 100),
    ("some 100", 100, 100),
    ("nearly 100", 100, 100),
    ("almost 100", 100, 100),
    ("roughly 100", 100, 100),
    ("an estimated 1,429", 1429, 1429),
    ("approximately one hundred", 100, 100),
    ("up to 20", None, 20),
    ("as many as 20", None, 20),
    ("no more than 20", None, 20),
    ("fewer than 20", None, 19),
    ("less than twenty", None, 19),
    ("between 40 and 50", 40, 50),
    ("40 to 50", 40, 50),
    ("40-50", 40, 50),
    ("40–50", 40, 50),
    ("one or two", 1, 2),
    ("two to three thousand", 2000, 3000),
    ("dozens of", 24, None),
    ("scores of", 40, None),
    ("hundreds of", 200, None),
    ("several hundred", 200, None),
    ("thousands of", 2000, None),
    ("tens of thousands of", 20000, None),
    ("hundreds of thousands of", 200000, None),
    ("a dozen", 12, 12),
    ("two dozen", 24, 24),
    ("at least a dozen", 12, None),
    ("a couple of", 2, 2),
    ("a hundred and twenty", 120, 120),
    ("twenty-two", 22, 22),
    ("three thousand five hundred", 3500, 3500),
    ("1.5 million", 1500000, 1500000),
    ("3 million", 3000000, 3000000),
    ("100 or more", 100, None),
    ("100+", 100, None),
    ("another 30", 30, 30),
    ("a further 30", 30, 30),
    ("a total of 30", 30, 30),
]

SENTENCES: list[tuple[str, list[str]]] = [
    # passive
    ("Twelve people were killed in the raid.", ["k 12 12 Twelve people"]),
    ("In all, 107 people were treated for breathing difficulties.", ["t 107 107 107 people"]),
    ("With over 100 people being treated for burns, beds ran out.", ["t 101 None over 100 people"]),
    ("About 40 villagers have been hospitalised.", ["t 40 40 About 40 villagers"]),
    ("Forty people were taken to hospital.", ["t 40 40 Forty people"]),
    ("At least six people were rushed to a nearby hospital.", ["t 6 None At least six people"]),
    ("Three people in the town of Anadan were killed.", ["k 3 3 Three people"]),
    ("Nine soldiers were reportedly wounded.", ["i 9 9 Nine soldiers"]),
    ("Nine soldiers are believed to have been killed.", ["k 9 9 Nine soldiers"]),
    ("More than 30 people were killed or wounded.", ["a 31 None More than 30 people"]),
    ("More than 30 people were killed and injured.", ["a 31 None More than 30 people"]),
    ("A total of 500,000 people have been displaced.", ["a 500000 500000 A total of 500,000 people"]),
    ("Some 12 teachers were abducted.", ["m 12 12 Some 12 teachers"]),
    ("Four medics were taken hostage.", ["m 4 4 Four medics"]),
    ("Eleven sailors are missing.", ["m 11 11 Eleven sailors"]),
    ("Fourteen Peshmerga were killed.", ["k 14 14 Fourteen Peshmerga"]),
    ("Five Turkish soldiers were shot dead.", ["k 5 5 Five Turkish soldiers"]),
    ("Two were killed when the wall fell.", ["k 2 2 Two"]),
    (
        "At least 200 innocent men, women and children were murdered.",
        ["k 200 None At least 200 innocent men, women and children"],
    ),
    ("At least 1,400 people, most of them asleep, were gassed.", ["a 1400 None At least 1,400 people"]),
    ("Thirty people (all of them farmers) were killed.", ["k 30 30 Thirty people"]),
    ("Over half a million Syrians are in areas besieged by the army.", ["a 500001 None Over half a million Syrians"]),
    # intransitive
    ("Dozens of civilians died.", ["k 24 None Dozens of civilians"]),
    ("Six thousand people have died since then.", ["k 6000 6000 Six thousand people"]),
    ("Eight miners lost their lives.", ["k 8 8 Eight miners"]),
    ("Tens of thousands fled.", ["a 20000 None Tens of thousands"]),
    ("Some 30 residents suffered breathing problems.", ["a 30 30 Some 30 residents"]),
    ("Five guards sustained serious injuries.", ["i 5 5 Five guards"]),
    ("Fifty people sought medical treatment.", ["t 50 50 Fifty people"]),
    ("Three pilots went missing.", ["m 3 3 Three pilots"]),
    ("A soldier died.", ["k 1 1 A soldier"]),
    # active
    ("The blast killed at least 19 people.", ["k 19 None at least 19 people"]),
    ("A mortar hit the square, killing a child.", ["k 1 1 a child"]),
    ("The raid killed 5 soldiers and wounded 12.", ["k 5 5 5 soldiers", "i 12 12 12"]),
    ("The bombing wounded another 30 people.", ["i 30 30 another 30 people"]),
    ("The shelling killed and injured 30 people.", ["a 30 30 30 people"]),
    ("The army claims to have killed or wounded 60 insurgents.", ["a 60 60 60 insurgents"]),
    ("The offensive displaced tens of thousands of people.", ["a 20000 None tens of thousands of people"]),
    ("Gunmen abducted 12 schoolgirls.", ["m 12 12 12 schoolgirls"]),
    ("The militia executed 15 prisoners.", ["k 15 15 15 prisoners"]),
    ("Doctors treated 63 patients.", ["t 63 63 63 patients"]),
    ("He blew himself up, killing himself and eight guards.", ["k 8 8 eight guards"]),
    ("The mine killed the mayor and three guards.", ["k 3 3 three guards"]),
    ("It killed three women, two men and a child.", ["k 6 6 three women, two men and a child"]),
    ("The mine killed two marines and a translator.", ["k 3 3 two marines and a translator"]),
    ("Two Chinese, a Nepalese and three Afghans were injured.", ["i 6 6 Two Chinese, a Nepalese and three Afghans"]),
    (
        "The strike killed one (1) militant and wounded two (2) militants.",
        ["k 1 1 one (1) militant", "i 2 2 two (2) militants"],
    ),
    ("A shell killed a family of five in Taiz.", ["k 5 5 a family of five"]),
    (
        "30 others including a district chief and ten police were hurt.",
        ["i 30 30 30 others", "i* 1 1 a district chief", "i* 10 10 ten police"],
    ),
    ("The bomber blew up a guard post, killing 9 people.", ["k 9 9 9 people"]),
    ("The army killed six rebels and lost two of its own men.", ["k 6 6 six rebels", "k 2 2 two of its own men"]),
    ("They made off with about 40 hostages.", ["m 40 40 about 40 hostages"]),
    ("A mortar hit the yard, wounding 14 according to a nurse.", ["i 14 14 14"]),
    (
        "Some 30 people were killed and over 9,000 forced from their homes.",
        ["k 30 30 Some 30 people", "a 9001 None over 9,000 forced from their homes"],
    ),
    (
        "On 4 June at least five men, all from the same clan, including a tall elder, were killed.",
        ["k 5 None at least five men", "k* 1 1 a tall elder"],
    ),
    (
        "Two guards serving with the joint African force in the war-scarred Tawila region were killed.",
        ["k 2 2 Two guards"],
    ),
    ("Six observers of the Mission of the Union in the Republic (MUR) were wounded.", ["i 6 6 Six observers"]),
    ("The office announced five more civilian casualty assessments.", []),
    ("Raids went on, leading to scores of civilian casualties.", ["a 40 None scores of civilian casualties"]),
    ("One of the dead was a nurse.", []),
    ("Nine children were among the dead.", ["k* 9 9 Nine children"]),
    ("It led to the killing and wounding of dozens.", ["a 24 None dozens"]),
    ("The shelling caused the injury of nine others.", ["i 9 9 nine others"]),
    ("A guard was killed and another was wounded.", ["k 1 1 A guard", "i 1 1 another"]),
    ("The toll stood at 8 dead and about 50 people abducted.", ["k 8 8 8 dead", "m 50 50 about 50 people abducted"]),
    ("Two men killed five soldiers.", ["k 5 5 five soldiers"]),
    ("The war cost tens of thousands of people their lives.", ["k 20000 None tens of thousands of people"]),
    ("The raid claimed 12 lives.", ["k 12 12 12 lives"]),
    ("The bomb claimed the lives of 12 people.", ["k 12 12 12 people"]),
    ("The attack killed dozens.", ["k 24 None dozens"]),
    ("The strike, killing nine, hit a school.", ["k 9 9 nine"]),
    # nouns and headlines
    ("Officials counted 31 fatalities.", ["k 31 31 31 fatalities"]),
    ("There were 14 deaths.", ["k 14 14 14 deaths"]),
    ("There were 20 casualties.", ["a 20 20 20 casualties"]),
    ("Doctors recorded 94 cases of suffocation.", ["a 94 94 94 cases of suffocation"]),
    ("The raid led to the deaths of 45 civilians.", ["k 45 45 45 civilians"]),
    ("They mourn the murder of 7 monks.", ["k 7 7 7 monks"]),
    ("The death toll rose to 45 on Friday.", ["k 45 45 45"]),
    ("The death toll has risen from 40 to 45.", ["k 45 45 45"]),
    ("The number of dead has reached 120.", ["k 120 120 120"]),
    ("The kidnapping of 20 pupils shocked the town.", ["m 20 20 20 pupils"]),
    ("Volunteers pulled out 12 bodies.", ["k 12 12 12 bodies"]),
    ("12 killed, 30 hurt in market blast", ["k 12 12 12 killed", "i 30 30 30 hurt"]),
    ("Blast leaves 20 dead and dozens injured", ["k 20 20 20 dead", "i 24 None dozens injured"]),
    ("Attack kills one man", ["k 1 1 one man"]),
    ("It was a crime, with at least ten people killed and a bridge lost.", ["k 10 None at least ten people killed"]),
    ("Casualties: 14 dead, 30 wounded", ["k 14 14 14 dead", "i 30 30 30 wounded"]),
    ("Ambulances moved 20 wounded soldiers.", ["i 20 20 20 wounded soldiers"]),
    # several
    ("Five were killed and nine wounded.", ["k 5 5 Five", "i 9 9 nine wounded"]),
    ("Three people were killed and 10 others injured.", ["k 3 3 Three people", "i 10 10 10 others injured"]),
    ("Five civilians and two soldiers were killed.", ["k 5 5 Five civilians", "k 2 2 two soldiers"]),
    ("Eleven people are missing and 3 were hospitalised.", ["m 11 11 Eleven people", "t 3 3 3"]),
    ("A man was killed and two children were hurt.", ["k 1 1 A man", "i 2 2 two children"]),
    ("Hundreds were killed. Thousands were injured.", ["k 200 None Hundreds", "i 2000 None Thousands"]),
    ("The army says 10 died; the rebels say 40 died.", ["k 10 10 10", "k 40 40 40"]),
    # parts
    ("83 people, including 30 children, were killed.", ["k 83 83 83 people", "k* 30 30 30 children"]),
    ("The gas killed 1,429 people, among them 426 children.", ["k 1429 1429 1,429 people", "k* 426 426 426 children"]),
    ("The raid killed 43 people, ten of them children.", ["k 43 43 43 people", "k* 10 10 ten of them children"]),
    ("Among the dead were 12 children.", ["k* 12 12 12 children"]),
    ("The wounded included three nurses.", ["i* 3 3 three nurses"]),
    (
        "It killed 20 people, including 8 women and 5 children.",
        ["k 20 20 20 people", "k* 8 8 8 women", "k* 5 5 5 children"],
    ),
    ("Sixty people were reported to have died.", ["k 60 60 Sixty people"]),
    ("Ten rebels and 17 troops, were killed there.", ["k 10 10 Ten rebels", "k 17 17 17 troops"]),
    ("The gang took four aid workers hostage.", ["m 4 4 four aid workers"]),
    ("They took 25 hostages.", ["m 25 25 25 hostages"]),
    ("They freed 25 hostages.", []),
    ("There are 1.8 million displaced people.", ["a 1800000 1800000 1.8 million displaced people"]),
    ("They seized 27 girls, of whom 5 escaped.", []),
    ("They abducted 27 girls, of whom 5 escaped.", ["m 27 27 27 girls"]),
    ("Nearly 70,000 Rohingya have fled.", ["a 70000 70000 Nearly 70,000 Rohingya"]),
    ("The clash left one soldier and eight attackers dead.", ["k 1 1 one soldier", "k 8 8 eight attackers dead"]),
    # what counts nobody, and what a number is made up of
    ("The toll of the raid was one of the highest of the year.", []),
    ("A clerk at the provincial court confirmed that 13 guards had died.", ["k 13 13 13 guards"]),
    (
        "It resulted in at least four fatalities and injured 9 traders.",
        ["k 4 None at least four fatalities", "i 9 9 9 traders"],
    ),
    (
        "He blew himself up, killing 11, seven guards and four clerks.",
        ["k 11 11 11", "k* 7 7 seven guards", "k* 4 4 four clerks"],
    ),
    ("The blast killed 15 (ten miners and five cooks).", ["k 15 15 15", "k* 10 10 ten miners", "k* 5 5 five cooks"]),
    ("Seven members of one family were killed.", ["k 7 7 Seven members"]),
    ("Nine of those killed belonged to one clan.", []),
    ("Six insurgents were eliminated.", ["k 6 6 Six insurgents"]),
    ("Strikes have displaced 90,000 since May.", ["a 90000 90000 90,000"]),
    ("The number of casualties rose to 34.", ["a 34 34 34"]),
    ("Toll from mosque blast rises to 31", ["k 31 31 31"]),
    ("Tens of villagers died.", ["k 20 None Tens of villagers"]),
    ("Hundreds of thousands have been forced from homes.", ["a 200000 None Hundreds of thousands"]),
    ("About 300 people lost their homes.", ["a 300 300 About 300 people"]),
    # one named person
    ("Nadim Qasem was killed in the raid.", ["k 1 1 Nadim Qasem"]),
    ("Nadim Qasem, a baker, was shot dead.", ["k 1 1 Nadim Qasem"]),
    ("The strike killed rebel leader Abu Salim al-Idlibi.", ["k 1 1 Abu Salim al-Idlibi"]),
    ("The mine wounded Colonel Rami Haddad and two guards.", ["i 1 1 Rami Haddad", "i 2 2 two guards"]),
    ("The journalist Rana Khoury has been abducted.", ["m 1 1 Rana Khoury"]),
    ("The Free Eastern Army was killed off as an idea.", []),
    ("The army killed hope in Deir Ezzor.", []),
    # no figures
    ("The ship fired 59 cruise missiles.", []),
    ("Some 20 rockets hit 12 districts.", []),
    ("He was 51 years old.", []),
    ("A 51-year-old resident left.", []),
    ("On 24 November the town was shelled.", []),
    ("In 2013 the army attacked.", []),
    ("Police arrested 14 people.", []),
    ("The ministry paid 20 million dollars.", []),
    ("More than 2,000 people live there.", []),
    ("Several people were killed.", []),
    ("No one was killed.", []),
    ("Not a single soldier was killed.", []),
    ("The army destroyed 12 villages.", []),
    ("Two convoys of 30 lorries were bombed.", []),
    ("The rebels killed the truce.", []),
    ("Resolution 2118 was adopted by 15 members.", []),
    ("Nearly 60% of the people fled.", []),
    ("The truce saved 12 lives.", []),
    ("", []),
]

NUMBERS: list[tuple[str, int | None]] = [
    ("0", 0),
    ("7", 7),
    ("1,400", 1400),
    ("1\u00a0400", 1400),
    ("12 000", 12000),
    ("eleven", 11),
    ("Forty-two", 42),
    ("one hundred", 100),
    ("a hundred", 100),
    ("two hundred and six", 206),
    ("nine thousand", 9000),
    ("twelve thousand three hundred", 12300),
    ("2.5 million", 2500000),
    ("3 thousand", 3000),
    ("10k", 10000),
    ("half a million", 500000),
    ("half a dozen", 6),
    ("a dozen", 12),
    ("three dozen", 36),
    ("a couple of", 2),
    ("an", 1),
    ("many", None),
    ("", None),
    ("two three", None),
    ("1.5", None),
    ("hundred", None),
]


def shorthand(figure: CasualtyFigure) -> str:
    star = "*" if isinstance(figure, PartFigure) else ""
    return f"{SHORT[figure.kind]}{star} {figure.minimum} {figure.maximum} {figure.text}"


@pytest.mark.parametrize(("words", "minimum", "maximum"), BOUNDS)
def test_bounds(words: str, minimum: int | None, maximum: int | None) -> None:
    sentence = f"In the raid {words} villagers were killed."
    (figure,) = find_figures(sentence)
    assert (figure.minimum, figure.maximum, figure.text) == (minimum, maximum, f"{words} villagers")
    assert figure.span is not None
    assert figure.span.of(sentence) == figure.text
    assert figure.victim_group == "villagers"


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_sentence(sentence: str, expected: list[str]) -> None:
    assert [shorthand(figure) for figure in find_figures(sentence)] == expected


@pytest.mark.parametrize(("words", "value"), NUMBERS)
def test_read_number(words: str, value: int | None) -> None:
    assert read_number(words) == value


def test_start_moves_spans_and_parts_point_to_their_whole() -> None:
    whole, part = find_figures("It killed 20 people, including 8 women.", start=50)
    assert isinstance(part, PartFigure)
    assert whole.span is not None
    assert (whole.span.start, whole.span.end) == (60, 69)
    assert part.whole == whole.span


def test_people_without_a_group_have_none() -> None:
    assert [f.victim_group for f in find_figures("It killed 20 people and wounded 3 Iraqi nurses.")] == [
        None,
        "Iraqi nurses",
    ]


def test_there_are_enough_cases() -> None:
    assert len(BOUNDS) + len(SENTENCES) >= 120
