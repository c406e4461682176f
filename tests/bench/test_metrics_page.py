"""Histograms read from a page, as PromQL would."""

import math

import pytest
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from bench.metrics_page import MetricsPage, at_most, quantile, seen_between

INF = math.inf


def page_of(*seconds: float) -> MetricsPage:
    registry = CollectorRegistry()
    late = Histogram("late_seconds", "How late.", buckets=(0.01, 0.03, 0.1), registry=registry)
    for one in seconds:
        late.observe(one)
    return MetricsPage(generate_latest(registry).decode())


def test_a_histogram_is_read_by_its_upper_bounds() -> None:
    page = page_of(0.001, 0.02, 0.02, 5.0)
    assert page.histogram("late_seconds") == {0.01: 1, 0.03: 3, 0.1: 3, INF: 4}


def test_only_what_came_between_two_pages_counts() -> None:
    before, after = page_of(5.0, 5.0), page_of(5.0, 5.0, 0.02)
    seen = seen_between(before.histogram("late_seconds"), after.histogram("late_seconds"))
    assert seen == {0.01: 0, 0.03: 1, 0.1: 1, INF: 1}


def test_a_bucket_that_is_new_began_at_zero() -> None:
    assert seen_between({}, {0.1: 2.0, INF: 2.0}) == {0.1: 2.0, INF: 2.0}


def test_the_quantile_is_linear_inside_its_bucket() -> None:
    assert quantile({0.01: 0, 0.03: 100, INF: 100}, 0.5) == pytest.approx(0.02)


def test_the_first_bucket_begins_at_zero() -> None:
    assert quantile({0.01: 10, INF: 10}, 0.9) == pytest.approx(0.009)


def test_beyond_all_buckets_the_quantile_is_the_greatest_bound() -> None:
    assert quantile({0.01: 1, 0.1: 1, INF: 10}, 0.99) == 0.1


def test_a_quantile_of_nothing_is_not_a_number() -> None:
    assert math.isnan(quantile({0.01: 0, INF: 0}, 0.99))
    assert math.isnan(at_most({}, 0.99))


def test_the_maximum_is_known_to_the_bucket_it_fell_into() -> None:
    assert at_most({0.01: 5, 0.03: 5, 0.1: 6, INF: 6}) == 0.1
    assert at_most({0.01: 5, 0.1: 5, INF: 6}) == INF


def test_samples_of_longer_names_are_no_samples_of_this_one() -> None:
    page = MetricsPage("# TYPE a counter\na_total 1\na_total_of_all 5\n")
    assert page.total("a_total") == 1.0
    assert page.total("a") is None


def test_a_total_adds_up_what_has_the_labels() -> None:
    registry = CollectorRegistry()
    gauge = Gauge("open", "Open.", ("site", "cause"), registry=registry)
    gauge.labels('the "old" one', "link").set(2)
    gauge.labels("b", "link").set(1)
    gauge.labels("b", "power").set(7)
    page = MetricsPage(generate_latest(registry).decode())
    assert page.total("open", cause="link") == 3.0
    assert page.total("open", site="b") == 8.0
