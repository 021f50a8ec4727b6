"""Tools that are pure functions: recognised by their names and arguments, and worked out."""

from __future__ import annotations

from typing import Any

import pytest

from inftool.servers.compiler.computed import KNOWN, SPELLINGS
from inftool.servers.compiler.computing import compute_operation
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.runtime.functions.table import FUNCTIONS, parameters

from ..profiles.playing import Player, tool


def test_every_way_leads_to_a_function_whose_parameters_have_spellings() -> None:
    for known in KNOWN:
        needed, optional = parameters(known.function)
        assert all(name in SPELLINGS or name == "percent" for name in (*needed, *optional)), known.function
    assert {known.function for known in KNOWN} == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("signature", "arguments", "result"),
    [
        ("add(a:n,b:n)", {"a": 2, "b": 3}, 5),
        ("subtract_numbers(num1:n,num2:n)", {"num1": 2, "num2": 3}, -1),
        ("power(x:n,y:n)", {"x": 2, "y": 5}, 32),
        ("sum_values(numbers:a)", {"numbers": [1, 2, 4]}, 7),
        ("square_root(number:n,precision:i)", {"number": 2, "precision": 3}, 1.414),
        ("calculate_percentage(part:n,whole:n)", {"part": 1, "whole": 4}, 25),
        ("log(value:n,base:n)", {"value": 8, "base": 2}, 3),
        ("median(values:a)", {"values": [3, 1, 2]}, 2),
        ("max_value(numbers:a)", {"numbers": [3, 1, 2]}, 3),
        ("find_gcd(a:i,b:i)", {"a": 12, "b": 18}, 6),
        ("is_prime(n:i)", {"n": 97}, True),
        ("convert_units(value:n,from_unit:s,to_unit:s)", {"value": 5, "from_unit": "km", "to_unit": "meters"}, 5000),
        ("convert_temperature(value:n,from:s,to:s)", {"value": 100, "from": "C", "to": "fahrenheit"}, 212),
        ("pounds_to_kilograms(pounds:n)", {"pounds": 10}, 4.5359237),
        ("area_of_rectangle(length:n,width:n)", {"length": 3, "width": 4}, 12),
        ("distance(x1:n,y1:n,x2:n,y2:n)", {"x1": 0, "y1": 0, "x2": 3, "y2": 4}, 5),
        ("reverse_string(text:s)", {"text": "abc"}, "cba"),
        ("count_words(text:s)", {"text": "two words"}, 2),
        ("replace_text(text:s,old:s,new:s)", {"text": "aab", "old": "a", "new": "x"}, "xxb"),
        ("is_palindrome(word:s)", {"word": "Never odd or even"}, True),
        ("base64_encode(data:s)", {"data": "a"}, "YQ=="),
        ("md5_hash(text:s)", {"text": "a"}, "0cc175b9c0f1b6a831c399e269772661"),
        ("decimal_to_binary(number:i)", {"number": 5}, "101"),
        ("to_roman(number:i)", {"number": 14}, "XIV"),
        ("days_between(start_date:s,end_date:s)", {"start_date": "2024-02-01", "end_date": "2024-03-01"}, 29),
        ("add_days(date:s,days:i)", {"date": "2024-02-28", "days": 2}, "2024-03-01"),
        ("get_day_of_week(date:s)", {"date": "2024-01-01"}, "Monday"),
        ("is_leap_year(year:i)", {"year": 1900}, False),
        ("get_current_date()", {}, "2026-07-01"),
        ("convert_timezone(time:s,from_timezone:s,to_timezone:s)",
         {"time": "10:00", "from_timezone": "UTC", "to_timezone": "Asia/Tokyo"}, "19:00"),
        ("calculate(expression:s)", {"expression": "-2^2 + 3 * (4 - 1)"}, 5),
        ("calculator(a:n,b:n,operation:s)", {"a": 6, "b": 3, "operation": "divide"}, 2),
        ("sort_list(items:a,descending:b?)", {"items": [1, 3, 2], "descending": True}, [3, 2, 1]),
    ],
)  # fmt: skip
def test_results(signature: str, arguments: dict[str, Any], result: Any) -> None:
    play = Player(tool(signature))
    assert play.program.operations[0].kind == "compute"
    answer = play.ok(signature.partition("(")[0], **arguments)
    assert answer == {"result": pytest.approx(result) if isinstance(result, float) else result}


@pytest.mark.parametrize(
    ("signature", "arguments"),
    [
        ("divide(a:n,b:n)", {"a": 1, "b": 0}),
        ("mean(numbers:a)", {"numbers": []}),
        ("mean(numbers:a)", {"numbers": [1, "x"]}),
        ("square_root(number:n)", {"number": -1}),
        ("factorial(n:i)", {"n": 10**9}),
        ("power(base:n,exponent:n)", {"base": 10.5, "exponent": 9999}),
        ("calculate(expression:s)", {"expression": "9**9**9**9"}),
        ("calculate(expression:s)", {"expression": "(" * 5000}),
        ("calculate(expression:s)", {"expression": "__import__('os')"}),
        ("calculate(expression:s)", {"expression": "1/0"}),
        ("convert_units(value:n,from_unit:s,to_unit:s)", {"value": 5, "from_unit": "km", "to_unit": "kg"}),
        ("convert_units(value:n,from_unit:s,to_unit:s)", {"value": 5, "from_unit": "zork", "to_unit": "kg"}),
        ("base64_decode(data:s)", {"data": "%%%"}),
        ("parse_json(text:s)", {"text": "[" * 100_000}),
        ("days_between(start_date:s,end_date:s)", {"start_date": "soon", "end_date": "2024-03-01"}),
        ("add_days(date:s,days:i)", {"date": "9999-12-31", "days": 2}),
        ("hash_text(text:s,algorithm:s)", {"text": "a", "algorithm": "rot26"}),
        ("repeat_text(text:s,count:i)", {"text": "abc" * 100, "count": 10**6}),
        ("get_current_time(timezone:s)", {"timezone": "../../etc/passwd"}),
        ("circle_area(radius:n)", {"radius": -1}),
    ],
)  # fmt: skip
def test_refusals(signature: str, arguments: dict[str, Any]) -> None:
    play = Player(tool(signature))
    assert play.program.operations[0].kind == "compute"
    assert play.no(signature.partition("(")[0], **arguments)


@pytest.mark.parametrize(
    "signature",
    [
        "add(title:s,done:b)", "reverse(transaction_id:s)", "exchange(order_id:s,item:s)", "sort(file_name:s)",
        "add(amount:n,account:s)", "search(query:s)", "total(cart_id:s)", "discount(code:s)", "start(app:s)",
        "split(bill:s,people:i)", "convert_lead(lead_id:s)", "count(table:s)", "cancel(id:s)", "join(team_id:s)",
    ],
)  # fmt: skip
def test_what_is_no_function(signature: str) -> None:
    assert compute_operation(tool(signature), Schemas({})) is None


def test_declared_responses_get_the_result_under_their_own_name() -> None:
    gives = {"type": "object", "properties": {"sum": {"type": "number"}, "error": {"type": "string"}}}
    assert Player(tool("add(a:n,b:n)", gives=gives)).ok("add", a=1, b=2) == {"sum": 3}
    assert Player(tool("add(a:n,b:n)", gives={"type": "number"})).ok("add", a=1, b=2) == 3


def test_exchange_there_and_back_agrees() -> None:
    play = Player(tool("get_exchange_rate(base:s,target:s)"))
    there = play.ok("get_exchange_rate", base="USD", target="EUR")["result"]
    back = play.ok("get_exchange_rate", base="EUR", target="USD")["result"]
    assert there * back == pytest.approx(1)


def test_chance_depends_on_the_seed_alone() -> None:
    play = Player(tool("roll_dice(sides:i,count:i)"))
    first = play.ok("roll_dice", sides=6, count=3)
    assert play.ok("roll_dice", sides=6, count=3) == first
    assert all(1 <= throw <= 6 for throw in first["rolls"])


def test_degrees_and_hundredths_are_read_from_the_description() -> None:
    play = Player(tool("sin(angle:n)", "The sine of an angle in degrees."))
    assert play.ok("sin", angle=90)["result"] == pytest.approx(1)
    play = Player(tool("simple_interest(principal:n,rate:n,time:n)"))
    assert play.ok("simple_interest", principal=100, rate=5, time=2)["interest"] == 10


def test_estimates_grow_with_their_amounts() -> None:
    gives = {"type": "object", "properties": {"city": {"type": "string"}, "total_cost": {"type": "number"}}}
    for answer, name in ((gives, "total_cost"), (None, "estimate")):
        play = Player(tool("estimate_hotel_cost(city:s,nights:i)", gives=answer))
        assert play.program.operations[0].rules == ["P2", "P5"]
        costs = [play.ok("estimate_hotel_cost", city="Oslo", nights=nights)[name] for nights in (1, 2, 5, 9)]
        assert costs == sorted(costs)
        assert costs[0] < costs[-1]
        assert play.ok("estimate_hotel_cost", city="Oslo", nights=2)[name] == costs[1]
