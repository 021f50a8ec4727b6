"""Look-ups of the world outside that declare no answer (rule P3)."""

from __future__ import annotations

from ..profiles.playing import Player, tool

LOOKUPS = [
    tool("get_weather(city:s,unit:s?)", "Get the weather of a city."),
    tool("lookup_tides(harbour:s,date:s)", "Look up tides. Returns the high water time, low water time and height."),
    tool("web_search(query:s,limit:i?)", "Search the web."),
    tool("find_air_quality(city:s)", "Returns: `index` and `advice` for a city."),
]


def test_answers_have_the_fields_that_one_is_told_of() -> None:
    play = Player(*LOOKUPS)
    weather = play.ok("get_weather", city="Bergen")
    assert weather["city"] == "Bergen"
    assert isinstance(weather["temperature"], (int, float))
    assert "unit" not in weather
    tides = play.ok("lookup_tides", harbour="Bergen", date="2024-01-02")
    assert set(tides) == {"harbour", "date", "high_water_time", "low_water_time", "height"}
    assert play.ok("web_search", query="reef knots")["results"]
    assert {"index", "advice"} <= set(play.ok("find_air_quality", city="Oslo"))


def test_the_same_arguments_give_the_same_answer() -> None:
    one, two = Player(*LOOKUPS), Player(*LOOKUPS)
    assert one.ok("get_weather", city="Bergen") == two.ok("get_weather", city="Bergen")
    assert one.ok("get_weather", city="Bergen") != one.ok("get_weather", city="Oslo")
    assert one.session.diff() == []
