"""The language of short texts of our own, and no answer where none is sure."""

from __future__ import annotations

import pytest

from app.extract.language import detect_language, load_languages

TEXTS = {
    "en": "The ministry said on Friday that rockets had hit the town and wounded many of its people.",
    "fr": "Le ministère a déclaré vendredi que des roquettes avaient frappé la ville et blessé des habitants.",
    "es": "El ministerio dijo el viernes que los cohetes habían alcanzado la ciudad y herido a varios vecinos.",
    "de": "Das Ministerium teilte am Freitag mit, dass Raketen die Stadt getroffen und viele Menschen verletzt haben.",
    "pt": "O ministério disse na sexta-feira que os foguetes atingiram a cidade e feriram pessoas que não fugiram.",
    "it": "Il ministero ha detto venerdì che i razzi hanno colpito la città e ferito diverse persone nel mercato.",
    "nl": "Het ministerie zei vrijdag dat raketten de stad hebben geraakt en dat er veel mensen gewond zijn.",
    "pl": "Ministerstwo podało w piątek, że rakiety trafiły w miasto i raniły kilka osób, które nie uciekły.",
    "tr": "Bakanlık, roketlerin kasabayı vurduğunu söyledi ve bu saldırı için bir komisyon kurdu.",
    "id": "Kementerian itu mengatakan bahwa roket telah menghantam kota dan melukai banyak warga yang tidak lari.",
    "sv": "Ministeriet sade på fredagen att raketer hade träffat staden och att många var skadade.",
    "ro": "Ministerul a declarat vineri că rachetele au lovit orașul și că mulți locuitori au fost răniți în piață.",
    "ru": "Министерство сообщило в пятницу, что ракеты попали в город и ранили несколько человек.",
    "uk": "Міністерство повідомило у п'ятницю, що ракети влучили в місто і поранили кількох людей.",
    "ar": "قالت الوزارة يوم الجمعة إن صواريخ أصابت البلدة وجرحت عددا من السكان في السوق",
    "fa": "وزارتخانه روز جمعه گفت که موشک‌ها به شهر اصابت کرد و شماری از مردم را زخمی کرد",
    "ur": "وزارت نے جمعہ کو کہا کہ راکٹ شہر پر گرے اور کئی لوگ زخمی ہو گئے ہیں",
    "he": "המשרד הודיע ביום שישי כי רקטות פגעו בעיר ופצעו תושבים",
    "el": "Το υπουργείο ανακοίνωσε την Παρασκευή ότι ρουκέτες έπληξαν την πόλη.",
    "hi": "मंत्रालय ने शुक्रवार को कहा कि रॉकेट शहर पर गिरे और कई लोग घायल हो गए हैं।",
    "zh": "该部星期五表示，火箭弹击中该镇，造成多人受伤。",
    "ja": "同省は金曜日、ロケット弾が町に落ち、多くの人が負傷したと発表した。",
    "ko": "국방부는 금요일 로켓이 마을을 강타해 여러 명이 다쳤다고 밝혔다.",
}


@pytest.mark.parametrize("tag", sorted(TEXTS))
def test_language_is_told(tag: str) -> None:
    assert detect_language(TEXTS[tag]) == tag


@pytest.mark.parametrize("text", ["", "12 + 30 = 42", "Aleppo", "Xyzzy plugh qwerty asdf zxcv hjkl bnm", "… — …"])
def test_unsure_is_none(text: str) -> None:
    assert detect_language(text) is None


def test_names_in_another_script_do_not_matter() -> None:
    assert detect_language(TEXTS["en"] + " (حلب)") == "en"


def test_case_and_composition_do_not_matter() -> None:
    assert detect_language(TEXTS["fr"].upper()) == "fr"
    assert detect_language(TEXTS["fr"].replace("é", "e\u0301")) == "fr"


def test_tags_are_unique() -> None:
    tags = [profile.tag for profiles in load_languages().families.values() for profile in profiles]
    assert len(tags) == len(set(tags))
