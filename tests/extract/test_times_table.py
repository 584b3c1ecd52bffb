"""Calendar expressions one by one: what is taken from the sentence and which days it means. All sentences are ours."""

from __future__ import annotations

import pytest

from app.extract.times import find_times

P = "2018-12-08"  # a Saturday
D, T, U = "FromPublicationDate", "FromText", "Unresolved"

# expression, EDTF, earliest, latest, resolution; each is put into the sentence below and must come back whole
EXPRESSIONS: list[tuple[str, str | None, str | None, str | None, str]] = [
    ("on 24 November", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on 24 November 2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on 24 November, 2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on November 24, 2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on Nov. 24", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on Nov 24", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on Sept. 3, 2016", "2016-09-03", "2016-09-03", "2016-09-03", T),
    ("on 5 Sept. 2016", "2016-09-05", "2016-09-05", "2016-09-05", T),
    ("on the 24th of November", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on November 24th", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on November\u00a024", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on\nNovember 24", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on NOVEMBER 24", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on 2018-11-24", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on 24/11/2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on 11/24/2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on 24.11.2018", "2018-11-24", "2018-11-24", "2018-11-24", T),
    ("on 5/6/2018", "2018", None, None, U),
    ("on 12 December", "2017-12-12", "2017-12-12", "2017-12-12", D),
    ("on 20 March", "2018-03-20", "2018-03-20", "2018-03-20", D),
    ("on 29 February", "2016-02-29", "2016-02-29", "2016-02-29", D),
    ("on 5 May last year", "2017-05-05", "2017-05-05", "2017-05-05", D),
    ("on May 5 of last year", "2017-05-05", "2017-05-05", "2017-05-05", D),
    ("on 5 May this year", "2018-05-05", "2018-05-05", "2018-05-05", D),
    ("on Friday", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("on Saturday", "2018-12-08", "2018-12-08", "2018-12-08", D),
    ("on Sunday", "2018-12-02", "2018-12-02", "2018-12-02", D),
    ("Monday", "2018-12-03", "2018-12-03", "2018-12-03", D),
    ("on Monday morning", "2018-12-03", "2018-12-03", "2018-12-03", D),
    ("late on Thursday", "2018-12-06", "2018-12-06", "2018-12-06", D),
    ("late Thursday", "2018-12-06", "2018-12-06", "2018-12-06", D),
    ("early Friday", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("on the night of Tuesday", "2018-12-04", "2018-12-04", "2018-12-04", D),
    ("last Friday", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("last Saturday", "2018-12-01", "2018-12-01", "2018-12-01", D),
    ("this Thursday", "2018-12-06", "2018-12-06", "2018-12-06", D),
    ("on Friday and Saturday", "2018-12-07/2018-12-08", "2018-12-07", "2018-12-08", D),
    ("from Monday to Wednesday", "2018-12-03/2018-12-05", "2018-12-03", "2018-12-05", D),
    ("between Tuesday and Thursday", "2018-12-04/2018-12-06", "2018-12-04", "2018-12-06", D),
    ("overnight on Thursday", "2018-12-06/2018-12-07", "2018-12-06", "2018-12-07", D),
    ("overnight", "2018-12-07/2018-12-08", "2018-12-07", "2018-12-08", D),
    ("last night", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("today", "2018-12-08", "2018-12-08", "2018-12-08", D),
    ("earlier today", "2018-12-08", "2018-12-08", "2018-12-08", D),
    ("tonight", "2018-12-08", "2018-12-08", "2018-12-08", D),
    ("this morning", "2018-12-08", "2018-12-08", "2018-12-08", D),
    ("yesterday", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("yesterday evening", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("the day before yesterday", "2018-12-06", "2018-12-06", "2018-12-06", D),
    ("last week", "2018-11-26/2018-12-02", "2018-11-26", "2018-12-02", D),
    ("this week", "2018-12-03/2018-12-09", "2018-12-03", "2018-12-09", D),
    ("earlier this week", "2018-12-03/2018-12-08", "2018-12-03", "2018-12-08", D),
    ("last weekend", "2018-12-01/2018-12-02", "2018-12-01", "2018-12-02", D),
    ("last month", "2018-11", "2018-11-01", "2018-11-30", D),
    ("this month", "2018-12", "2018-12-01", "2018-12-31", D),
    ("earlier this month", "2018-12-01/2018-12-08", "2018-12-01", "2018-12-08", D),
    ("late last month", "2018-11-21/2018-11-30", "2018-11-21", "2018-11-30", D),
    ("at the end of last month", "2018-11-21/2018-11-30", "2018-11-21", "2018-11-30", D),
    ("last year", "2017", "2017-01-01", "2017-12-31", D),
    ("earlier this year", "2018-01-01/2018-12-08", "2018-01-01", "2018-12-08", D),
    ("late last year", "2017-09/2017-12", "2017-09-01", "2017-12-31", D),
    ("in November", "2018-11", "2018-11-01", "2018-11-30", D),
    ("in December", "2018-12", "2018-12-01", "2018-12-31", D),
    ("in April", "2018-04", "2018-04-01", "2018-04-30", D),
    ("in May", "2018-05", "2018-05-01", "2018-05-31", D),
    ("in March", "2018-03", "2018-03-01", "2018-03-31", D),
    ("in April 2017", "2017-04", "2017-04-01", "2017-04-30", T),
    ("in April of 2017", "2017-04", "2017-04-01", "2017-04-30", T),
    ("in April, 2017", "2017-04", "2017-04-01", "2017-04-30", T),
    ("in Aug. 2013", "2013-08", "2013-08-01", "2013-08-31", T),
    ("in April last year", "2017-04", "2017-04-01", "2017-04-30", D),
    ("in November of last year", "2017-11", "2017-11-01", "2017-11-30", D),
    ("last April", "2018-04", "2018-04-01", "2018-04-30", D),
    ("last December", "2017-12", "2017-12-01", "2017-12-31", D),
    ("in mid-September", "2018-09-11/2018-09-20", "2018-09-11", "2018-09-20", D),
    ("mid-September 2016", "2016-09-11/2016-09-20", "2016-09-11", "2016-09-20", T),
    ("in early March", "2018-03-01/2018-03-10", "2018-03-01", "2018-03-10", D),
    ("early in March", "2018-03-01/2018-03-10", "2018-03-01", "2018-03-10", D),
    ("in late February 2016", "2016-02-21/2016-02-29", "2016-02-21", "2016-02-29", T),
    ("at the end of June", "2018-06-21/2018-06-30", "2018-06-21", "2018-06-30", D),
    ("in the first week of May", "2018-05-01/2018-05-07", "2018-05-01", "2018-05-07", D),
    ("in the last week of May 2017", "2017-05-25/2017-05-31", "2017-05-25", "2017-05-31", T),
    ("in the second half of April 2017", "2017-04-16/2017-04-30", "2017-04-16", "2017-04-30", T),
    ("in the first few days of June", "2018-06-01/2018-06-10", "2018-06-01", "2018-06-10", D),
    ("in 2013", "2013", "2013-01-01", "2013-12-31", T),
    ("during 2013", "2013", "2013-01-01", "2013-12-31", T),
    ("in late 2016", "2016-09/2016-12", "2016-09-01", "2016-12-31", T),
    ("in early 2016", "2016-01/2016-04", "2016-01-01", "2016-04-30", T),
    ("in mid-2014", "2014-05/2014-08", "2014-05-01", "2014-08-31", T),
    ("at the end of 2016", "2016-09/2016-12", "2016-09-01", "2016-12-31", T),
    ("in the first half of 2016", "2016-01/2016-06", "2016-01-01", "2016-06-30", T),
    ("in the third quarter of 2016", "2016-07/2016-09", "2016-07-01", "2016-09-30", T),
    ("in the first three months of 2018", "2018-01/2018-03", "2018-01-01", "2018-03-31", T),
    ("in 2015-16", "2015/2016", "2015-01-01", "2016-12-31", T),
    ("from 2011 to 2013", "2011/2013", "2011-01-01", "2013-12-31", T),
    ("between 2011 and 2013", "2011/2013", "2011-01-01", "2013-12-31", T),
    ("in the summer of 2014", "2014-22", "2014-06-01", "2014-08-31", T),
    ("in spring 2011", "2011-21", "2011-03-01", "2011-05-31", T),
    ("in the autumn of 2015", "2015-23", "2015-09-01", "2015-11-30", T),
    ("in the winter of 2016-17", "2016-12/2017-02", "2016-12-01", "2017-02-28", T),
    ("in the winter of 2016", "2016-24", None, None, U),
    ("in the 1990s", "199X", "1990-01-01", "1999-12-31", T),
    ("in the early 1980s", "1980-01/1983-04", "1980-01-01", "1983-04-30", T),
    ("between 1 and 5 May", "2018-05-01/2018-05-05", "2018-05-01", "2018-05-05", D),
    ("from 3 to 9 June 2014", "2014-06-03/2014-06-09", "2014-06-03", "2014-06-09", T),
    ("on 3-4 April", "2018-04-03/2018-04-04", "2018-04-03", "2018-04-04", D),
    ("on the night of 3-4 April", "2018-04-03/2018-04-04", "2018-04-03", "2018-04-04", D),
    ("on the night of 3 to 4 April 2017", "2017-04-03/2017-04-04", "2017-04-03", "2017-04-04", T),
    ("on April 3-4, 2017", "2017-04-03/2017-04-04", "2017-04-03", "2017-04-04", T),
    ("December 1 through December 5", "2018-12-01/2018-12-05", "2018-12-01", "2018-12-05", D),
    ("from 28 October to 3 November", "2018-10-28/2018-11-03", "2018-10-28", "2018-11-03", D),
    ("from 28 December 2016 to 3 January 2017", "2016-12-28/2017-01-03", "2016-12-28", "2017-01-03", T),
    ("from 28 December to 3 January 2017", "2016-12-28/2017-01-03", "2016-12-28", "2017-01-03", T),
    ("from April to June 2017", "2017-04/2017-06", "2017-04-01", "2017-06-30", T),
    ("between April 2017 and June 2018", "2017-04/2018-06", "2017-04-01", "2018-06-30", T),
    ("until August 3", "../2018-08-03", None, "2018-08-03", D),
    ("until 3 January 2019", "../2019-01-03", None, "2019-01-03", T),
    ("until 11:59 pm local time on August 3", "../2018-08-03", None, "2018-08-03", D),
    ("by 24 November 2018", "../2018-11-24", None, "2018-11-24", T),
    ("before 2011", "../2011", None, "2011-12-31", T),
    ("since 2011", "2011/2018-12-08", "2011-01-01", "2018-12-08", D),
    ("since July 5", "2018-07-05/2018-12-08", "2018-07-05", "2018-12-08", D),
    ("since Tuesday", "2018-12-04/2018-12-08", "2018-12-04", "2018-12-08", D),
    ("from March 2016", "2016-03/..", "2016-03-01", None, T),
    ("after 24 November 2018", "2018-11-24/..", "2018-11-24", None, T),
    ("so far in 2018", "2018-01-01/2018-12-08", "2018-01-01", "2018-12-08", D),
    ("so far this year", "2018-01-01/2018-12-08", "2018-01-01", "2018-12-08", D),
    ("over the past two weeks", "2018-11-24/2018-12-08", "2018-11-24", "2018-12-08", D),
    ("in the past 24 hours", "2018-12-07/2018-12-08", "2018-12-07", "2018-12-08", D),
    ("in the last 48 hours", "2018-12-06/2018-12-08", "2018-12-06", "2018-12-08", D),
    ("over the last three months", "2018-09-08/2018-12-08", "2018-09-08", "2018-12-08", D),
    ("during the past week", "2018-12-01/2018-12-08", "2018-12-01", "2018-12-08", D),
    ("over the last several years", None, None, None, U),
    ("in the past few days", None, None, None, U),
    ("in recent weeks", None, None, None, U),
    ("over recent months", None, None, None, U),
    ("during Ramadan", None, None, None, U),
    ("on Easter Sunday", None, None, None, U),
    ("last winter", None, None, None, U),
    ("on Christmas Eve", "2017-12-24", "2017-12-24", "2017-12-24", D),
    ("three days ago", "2018-12-05", "2018-12-05", "2018-12-05", D),
    ("3 days ago", "2018-12-05", "2018-12-05", "2018-12-05", D),
    ("a week ago", "2018-11-26/2018-12-02", "2018-11-26", "2018-12-02", D),
    ("two months ago", "2018-10", "2018-10-01", "2018-10-31", D),
    ("ten years ago", "2008", "2008-01-01", "2008-12-31", D),
    ("ten years ago today", "2008-12-08", "2008-12-08", "2008-12-08", D),
    ("a year ago today", "2017-12-08", "2017-12-08", "2017-12-08", D),
    ("two decades ago", "1998", "1998-01-01", "1998-12-31", D),
    ("several years ago", None, None, None, U),
    ("more than two years ago", None, None, None, U),
    ("on Friday, 30 November", "2018-11-30", "2018-11-30", "2018-11-30", D),
    ("on Friday, Nov. 30, 2018", "2018-11-30", "2018-11-30", "2018-11-30", T),
    ("on Friday (30 November)", "2018-11-30", "2018-11-30", "2018-11-30", D),
    ("at 6.30 am local time on Tuesday", "2018-12-04", "2018-12-04", "2018-12-04", D),
    ("at around 21:00 on 24 November", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("on Tuesday at 6.30 am", "2018-12-04", "2018-12-04", "2018-12-04", D),
    ("at dawn on Friday", "2018-12-07", "2018-12-07", "2018-12-07", D),
    ("at 6.30 am local time", None, None, None, U),
    ("a day earlier", None, None, None, U),
    ("the following day", None, None, None, U),
    ("as of 24 November 2018", "2018-11-24/..", "2018-11-24", None, T),
    ("on or about 24 November", "2018-11-24", "2018-11-24", "2018-11-24", D),
    ("as early as 2013", "2013", "2013-01-01", "2013-12-31", T),
    ("back in 2013", "2013", "2013-01-01", "2013-12-31", T),
]

# other publications, or surroundings that matter: sentence, publication, what is found (text, earliest, latest)
SENTENCES: list[tuple[str, str | None, list[tuple[str, str | None, str | None]]]] = [
    ("The shelling began on 24 November.", None, [("on 24 November", None, None)]),
    ("The shelling began on Friday.", None, [("on Friday", None, None)]),
    ("It began in April 2017.", None, [("in April 2017", "2017-04-01", "2017-04-30")]),
    ("Two shells fell today.", "2016-10", [("today", "2016-10-01", "2016-10-31")]),
    ("Two shells fell on Monday.", "2016-10", [("on Monday", "2016-10-01", "2016-10-31")]),
    ("Two shells fell last month.", "2016-10", [("last month", "2016-09-01", "2016-09-30")]),
    ("Two shells fell last week.", "2016-10", [("last week", None, None)]),
    ("Two shells fell today.", "2016", [("today", "2016-01-01", "2016-12-31")]),
    ("Two shells fell in April.", "2016", [("in April", "2016-04-01", "2016-04-30")]),
    ("Two shells fell on 31 December.", "2018-01-02", [("on 31 December", "2017-12-31", "2017-12-31")]),
    ("The envoy is set to visit on Wednesday.", P, [("on Wednesday", "2018-12-12", "2018-12-12")]),
    ("Talks are due to resume next Tuesday.", P, [("next Tuesday", "2018-12-11", "2018-12-11")]),
    ("On Wednesday, the two sides will meet.", P, [("On Wednesday", "2018-12-12", "2018-12-12")]),
    ("The truce will last until 3 January.", P, [("until 3 January", None, "2019-01-03")]),
    ("The truce lasted until 3 June.", P, [("until 3 June", None, "2018-06-03")]),
    ("We will not forget those killed on Friday.", P, [("on Friday", "2018-12-07", "2018-12-07")]),
    (
        "He said on Tuesday that talks will resume on Friday.",
        "2018-12-05",
        [("on Tuesday", "2018-12-04", "2018-12-04"), ("on Friday", "2018-12-07", "2018-12-07")],
    ),
    (
        "Rockets fell on 24 November. A day earlier, a bridge was mined; three days later it was bombed.",
        P,
        [
            ("on 24 November", "2018-11-24", "2018-11-24"),
            ("A day earlier", "2018-11-23", "2018-11-23"),
            ("three days later", "2018-11-26", "2018-11-26"),
        ],
    ),
    (
        "It was hit on 3 May 2017 and again the next day.",
        P,
        [("on 3 May 2017", "2017-05-03", "2017-05-03"), ("the next day", "2017-05-04", "2017-05-04")],
    ),
    (
        "The pause, which started on March 3 and will continue through March 17, holds.",
        "2023-03-04",
        [("started on March 3 and will continue through March 17", "2023-03-03", "2023-03-17")],
    ),
    ("Both sides have now extended the pause.", P, [("now", "2018-12-08", "2018-12-08")]),
    ("The road is now closed.", P, []),
    (
        "In April and May 2017 mortars fell.",
        P,
        [("In April and May 2017", "2017-04-01", "2017-05-31")],
    ),
    ("Gas was used in 2014 and 2015.", P, [("in 2014 and 2015", "2014-01-01", "2015-12-31")]),
    ("It broke the 1949 Geneva Conventions and the Convention of 1997.", P, []),
    ("They died after the Sunday evening raid.", P, [("Sunday evening", "2018-12-02", "2018-12-02")]),
    ("The December 20 attack was the worst.", P, [("December 20", "2017-12-20", "2017-12-20")]),
    ("Since Friday's raid the town is quiet.", P, [("Friday", "2018-12-07", "2018-12-07")]),
    ("Shops closed after Friday prayers.", P, [("Friday", "2018-12-07", "2018-12-07")]),
    ("The April raid was the worst.", P, [("April", "2018-04-01", "2018-04-30")]),
    ("The 2013 raid was the worst.", P, [("2013", "2013-01-01", "2013-12-31")]),
    ("The laws changed after 9/11.", P, [("after 9/11", "2001-09-11", None)]),
    ("In 2013 people fled the town.", P, [("In 2013", "2013-01-01", "2013-12-31")]),
    ("In May 20 people were killed.", P, [("In May", "2018-05-01", "2018-05-31")]),
    ("ALEPPO, Nov. 25 (Agency) — Rebels fired on Saturday.", P, [("on Saturday", "2018-12-08", "2018-12-08")]),
    ("Elections: 15 December.", P, [("15 December", "2018-12-15", "2018-12-15")]),
    ("The pause was extended until 3 January.", P, [("until 3 January", None, "2019-01-03")]),
    ("It began on 24 November and ended in May.", None, [("began on 24 November and ended in May", None, None)]),
    (
        "It fell between July and September last year.",
        P,
        [("between July and September last year", "2017-07-01", "2017-09-30")],
    ),
    ("It fell in the week of 5 May.", P, [("in the week of 5 May", "2018-04-30", "2018-05-06")]),
    ("Over the weekend, 12 drones fell.", P, [("Over the weekend", "2018-12-08", "2018-12-09")]),
    ("Over the weekend, 12 drones fell.", "2018-12-10", [("Over the weekend", "2018-12-08", "2018-12-09")]),
    ("On New Year's Eve, a blast hit a club.", P, [("On New Year's Eve", "2017-12-31", "2017-12-31")]),
    ("Nov 24 (Agency) - Two died on Friday.", P, [("on Friday", "2018-12-07", "2018-12-07")]),
    (
        "It fell at 16:40 local time (13:40 GMT) on Friday.",
        P,
        [("at 16:40 local time (13:40 GMT) on Friday", "2018-12-07", "2018-12-07")],
    ),
    ("It stood half a year ago.", P, []),
    # no times
    ("The truce held for two weeks.", P, []),
    ("A two-week extension of the 72-hour ceasefire was agreed.", P, []),
    ("The man was 51 years old.", P, []),
    ("Security Council Resolution 2254 calls for talks.", P, []),
    ("Under Resolution 2118 of 2013 the stocks were destroyed.", P, []),
    ("Law No. 10 of 2018 was read out.", P, []),
    ("About 2,000 people fled.", P, []),
    ("More than 2000 people fled.", P, []),
    ("From 2000 people only ten stayed.", P, []),
    ("The ship fired 59 cruise missiles.", P, []),
    ("It cost 2015 dollars, see page 2016.", P, []),
    ("She may march to the square.", P, []),
    ("They march on the capital, said April Smith.", P, []),
    ("The April 6 Movement condemned the raid.", P, []),
    ("The Sunday Times published the film.", P, []),
    ("He told Russia Today that it was a lie.", P, []),
    ("Version 2.2018 of the text.", P, []),
    ("Shops offer goods on Black Friday.", P, []),
    ("On 31 April nothing can happen.", P, []),
    ("", P, []),
]


@pytest.mark.parametrize(("expression", "edtf", "earliest", "latest", "resolution"), EXPRESSIONS)
def test_expression_is_taken_whole_and_dated(
    expression: str, edtf: str | None, earliest: str | None, latest: str | None, resolution: str
) -> None:
    sentence = f"Witnesses said that the market was shelled {expression}, and nobody came."
    found = find_times(sentence, P)
    assert [time.text for time in found] == [expression]
    time = found[0]
    assert time.span is not None
    assert time.span.of(sentence) == expression
    assert time.edtf == edtf
    assert (time.earliest and time.earliest.isoformat()) == earliest
    assert (time.latest and time.latest.isoformat()) == latest
    assert time.resolution == resolution


@pytest.mark.parametrize(("sentence", "published", "expected"), SENTENCES)
def test_sentence(sentence: str, published: str | None, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = [
        (t.text, t.earliest and t.earliest.isoformat(), t.latest and t.latest.isoformat())
        for t in find_times(sentence, published)
    ]
    assert found == expected


def test_year_unknown_is_said_in_edtf() -> None:
    assert [t.edtf for t in find_times("It began on 24 November. It ended in May.", None)] == ["XXXX-11-24", "XXXX-05"]


def test_start_moves_spans() -> None:
    (time,) = find_times("It fell on Friday.", P, start=100)
    assert time.span is not None
    assert (time.span.start, time.span.end) == (108, 117)


def test_future_hint_overrules_the_clause() -> None:
    (ahead,) = find_times("on Wednesday", P, future=True)
    (behind,) = find_times("The sides will meet on Wednesday", P, future=False)
    assert ahead.earliest is not None
    assert behind.earliest is not None
    assert (ahead.earliest.isoformat(), behind.earliest.isoformat()) == ("2018-12-12", "2018-12-05")


def test_there_are_enough_cases() -> None:
    assert len(EXPRESSIONS) + len(SENTENCES) >= 150
