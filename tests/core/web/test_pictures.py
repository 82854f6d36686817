"""Points of SVG lines."""

from core.web.pictures import Scale, polylines


def test_an_unknown_point_interrupts_a_line_and_a_single_one_shows_as_a_dot() -> None:
    assert polylines(["0,1", "1,2", None, None, "4,5"]) == ("0,1 1,2", "4,5 4,5")
    assert polylines([None]) == ()
    assert polylines([]) == ()


def test_the_largest_number_stands_where_the_scale_stops() -> None:
    scale = Scale([0, 5, 10], 99, 1)
    assert [scale(0), scale(5), scale(10)] == [99, 50, 1]
    assert Scale([3, 3], 0, 10)(3) == 5
