"""Forms of values: what a pattern lets pass, the reader of its type can read."""

from __future__ import annotations

import re

import pytest

from ontology.errors import ValueFormatError
from ontology.generated.vocabulary import FORMS
from ontology.values import Date, Money, Number, Share, Stake, split_sources

READERS = {
    "Date": (Date,),
    "FigureValue": (Number, Money),
    "Money": (Money,),
    "Number": (Number,),
    "Share": (Share,),
    "Stake": (Stake,),
}

ACCEPTED = {
    "Date": "2016-04-12; 2016-04; 2016-Q2; 2016; by 2016-06; 2016-04..2016-06; 2012 @x @y-1",
    "Share": "51; 9.1; ~51; >50; >=50; <5; 30..40; all; majority; minority; unknown; 100; 0; 0.5; "
    "8.4 (9 votes); 51 diluted; 51 issued; 51 (60 votes) diluted; 51 @bsg-2017-06-28 @a",
    "Stake": "17.9 -> 8.8; -> 8.8; 17.9 ->; -> 0; 17.9 (20 votes) -> 8 diluted @x; unknown -> all",
    "Money": "137m USD; 1.02bn USD; ~1bn USD; >500m EUR; 100..150m USD; 500 USD; undisclosed @x",
    "Number": "37; 37.5m; ~2bn; 66%; -3",
    "FigureValue": "5.5bn USD; 66%; -197.8m EUR; 37.5m; undisclosed",
    "Id": "alibaba; e-commerce-in-singapore @x; 7-eleven",
    "Taker": "alibaba; holders of lazada @x",
    "Consideration": "137m USD; lazada @x; undisclosed",
    "Ticker": "NYSE:BABA; HKEX:9988; LSE:BRK.A",
    "Period": "2015; 2016-Q1; 2015..2025",
}
REFUSED = {
    "Date": "12 April 2016; 2016-13; 2016-Q5; 2016/04; before 2016; 16; 2016 @; by; 2016-04-32",
    "Share": "51%; 101; 137; half; 51 votes; -5; 05; 51 @X; ; 51 @",
    "Stake": "51; ->; 17.9 - 8.8; 17.9 -> 8.8 -> 3",
    "Money": "500m; US$500m; 500m usd; 500 m USD; 5,000 USD",
    "Number": "a lot; 37 m; 1,000",
    "Id": "Alibaba; jd.com; jd_com; -jd; jd-; a b",
    "Taker": "holders of; everybody who held",
    "Country": "Singapore; sg; SGP",
    "Url": "example.org; ftp://example.org; https://example.org/a b",
    "Period": "FY2016; by 2016; 2016 @x",
}


def list_cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(form, text) for form, texts in table.items() for text in texts.split("; ")]


@pytest.mark.parametrize(("form", "text"), list_cases(ACCEPTED))
def test_text_of_the_form_is_accepted(form: str, text: str) -> None:
    assert re.search(FORMS[form].pattern, text)


@pytest.mark.parametrize(("form", "text"), list_cases(REFUSED))
def test_text_of_another_form_is_refused(form: str, text: str) -> None:
    assert not re.search(FORMS[form].pattern, text)


@pytest.mark.parametrize(
    ("form", "text"), [case for case in list_cases(ACCEPTED) if case[0] in READERS]
)
def test_accepted_text_can_be_read(form: str, text: str) -> None:
    value, _ = split_sources(text)
    assert can_read(form, value)


def can_read(form: str, value: str) -> bool:
    for reader in READERS[form]:
        try:
            reader.parse(value)
        except ValueFormatError:
            continue
        return True
    return False
