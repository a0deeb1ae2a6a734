"""What the robot says: numbers as Russians say them, and whole documents."""

import uuid
from decimal import Decimal

import pytest
from lxml import etree

from catalog.models import Unit
from telephony import scripts
from telephony.dialog import follow
from telephony.models import Call
from telephony.russian import Gender, counted, form, rubles, words
from telephony.wording import UNITS, SpokenLine, SpokenOrder, contents, order_told

PIECE = UNITS[Unit.PIECE]


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "ноль"),
        (1, "один"),
        (11, "одиннадцать"),
        (20, "двадцать"),
        (21, "двадцать один"),
        (100, "сто"),
        (112, "сто двенадцать"),
        (1000, "одна тысяча"),
        (2002, "две тысячи два"),
        (5_011, "пять тысяч одиннадцать"),
        (21_021, "двадцать одна тысяча двадцать один"),
        (1_000_000, "один миллион"),
        (2_100_300, "два миллиона сто тысяч триста"),
        (999_999_999_999_999, None),
    ],
)
def test_numbers_in_words(number, spoken):
    assert words(number) == spoken or spoken is None


def test_a_number_too_long_is_refused():
    with pytest.raises(ValueError, match="1000000000000000"):
        words(10**15)


@pytest.mark.parametrize(
    ("quantity", "spoken"),
    [
        (1, "одна штука"),
        (2, "две штуки"),
        (4, "четыре штуки"),
        (5, "пять штук"),
        (11, "одиннадцать штук"),
        (12, "двенадцать штук"),
        (14, "четырнадцать штук"),
        (21, "двадцать одна штука"),
        (22, "двадцать две штуки"),
        (111, "сто одиннадцать штук"),
        (1001, "одна тысяча одна штука"),
    ],
)
def test_feminine_goods_are_counted(quantity, spoken):
    assert counted(quantity, PIECE) == spoken


def test_every_form_agrees_with_the_last_word():
    """Of all numbers below ten thousand: the form follows from the last number word spoken."""
    for number in range(10_000):
        last = words(number, Gender.FEMININE).rsplit(" ", 1)[-1]
        expected = {"одна": 0, "две": 1, "три": 1, "четыре": 1}.get(last, 2)
        assert form(number, (0, 1, 2)) == expected, number


def test_every_unit_can_be_spoken():
    assert set(UNITS) == set(Unit)


@pytest.mark.parametrize(
    ("amount", "spoken"),
    [
        ("1", "один рубль"),
        ("39844", "тридцать девять тысяч восемьсот сорок четыре рубля"),
        ("222.75", "двести двадцать два рубля семьдесят пять копеек"),
        ("1001.01", "одна тысяча один рубль одна копейка"),
        ("11", "одиннадцать рублей"),
        ("0.02", "ноль рублей две копейки"),
    ],
)
def test_sums(amount, spoken):
    assert rubles(Decimal(amount)) == spoken


def line(name="Панель «Дуб»", quantity=3, unit=Unit.PIECE):
    return SpokenLine(name, quantity, unit)


def test_contents_are_told_in_short():
    assert contents([line()]) == "Панель «Дуб», три штуки"
    lines = [line(), line(unit=Unit.SQUARE_METRE, quantity=21), line(unit=Unit.METRE, quantity=2)]
    assert "двадцать один квадратный метр" in contents(lines)
    assert "два метра" in contents(lines)
    assert contents([*lines, line(), line()]).endswith("и ещё две позиции")
    assert contents([*lines, line()]).endswith("и ещё одна позиция")


def spoken(manager="Анна Белова"):
    return SpokenOrder(416, "Панель-Центр", manager, Decimal(39844), (line(),))


def test_the_order_is_told_with_its_dealer_and_manager():
    told = order_told(spoken())
    for part in ("416", "«Панель-Центр»", "Анна Белова", "три штуки", "рубля"):
        assert part in told
    assert "менеджер" not in order_told(spoken(manager=""))


@pytest.fixture
def call():
    return Call(uuid=uuid.UUID(int=7), order_id=416)


def document(text):
    return etree.fromstring(text.encode())


def test_the_robot_asks_in_russian_and_takes_silence_for_an_answer(call):
    gather = document(scripts.conversation(call, spoken(), follow({}))).find("Gather")
    assert gather.get("actionOnEmptyResult") == "true"
    assert gather.get("numDigits") == "1"
    assert gather.get("action").endswith(f"/telephony/{call.uuid}/pressed/1/")
    assert [say.get("language") for say in gather] == ["ru-RU", "ru-RU"]
    assert "416" in gather[0].text
    assert "нажмите два" in gather[1].text


def test_a_wrong_key_is_answered_without_the_order_told_again(call):
    gather = document(scripts.conversation(call, spoken(), follow({1: "7"}))).find("Gather")
    assert gather.get("action").endswith("/pressed/2/")
    assert "не понял" in gather[0].text
    assert "416" not in "".join(gather.itertext())


def test_the_last_word_hangs_up(call):
    said = document(scripts.conversation(call, spoken(), follow({1: "1"})))
    assert [verb.tag for verb in said] == ["Say", "Hangup"]
    assert "подтверждён" in said[0].text


def test_the_manager_hears_of_the_recording_before_the_customer_is_dialled(call):
    said = document(scripts.connect(call, "+79001234567", "+74950000000"))
    assert [verb.tag for verb in said] == ["Say", "Dial"]
    assert "записывается" in said[0].text
    dial = said[1]
    assert dial.get("callerId") == "+74950000000"
    assert dial.get("record") == "record-from-answer-dual"
    assert dial[0].get("machineDetection") == "Enable"
    assert dial[0].text == "+79001234567"


def test_names_with_marks_stay_text(call):
    order = SpokenOrder(1, "Рога & <Копыта>", "", Decimal(1), (line(name="Панель <b>"),))
    gather = document(scripts.conversation(call, order, follow({}))).find("Gather")
    assert "Рога & <Копыта>" in gather[0].text
