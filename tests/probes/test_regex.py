"""Regular expressions have a time limit that holds, whatever the pattern and the text."""

import asyncio
import time

import pytest

from probes.regex import RegexRunner, RegexTooSlowError, RegexUnavailableError, is_linear

ON_BOTH_LOOPS = True


@pytest.mark.parametrize("pattern", ["ok", "^200 OK$", r"\d\d", "[ab]c.", r"1\.5\*", r"\(x\|y\)"])
def test_patterns_that_cannot_backtrack_are_known(pattern: str) -> None:
    assert is_linear(pattern)


@pytest.mark.parametrize("pattern", ["a*", "a+b", "a?b", "a{9}", "a|b", "(a)", r"\\+", "(?i)ok"])
def test_patterns_that_might_are_not_trusted(pattern: str) -> None:
    assert not is_linear(pattern)


async def test_both_ways_find_the_same() -> None:
    runner = RegexRunner()
    try:
        for pattern, text, found in [
            ("ok", "it is ok", True),
            ("ok", "no", False),
            ("o+k", "it is oook", True),
            ("(?i)OK|bien", "todo bien", True),
            ("a.+z", "a\nz", False),
            ("ñ+", "año ññ", True),
            ("\udc80?x", "\udc80x", True),
        ]:
            assert await runner.search(pattern, text) is found
    finally:
        await runner.close()


async def test_a_search_beyond_its_limit_is_ended_and_the_next_one_runs() -> None:
    runner = RegexRunner(limit_s=0.1)
    try:
        started = time.monotonic()
        with pytest.raises(RegexTooSlowError):
            await runner.search("(a+)+b", "a" * 60)
        assert time.monotonic() - started < 5

        assert await runner.search("(a+)+b", "aab")
    finally:
        await runner.close()


async def test_a_search_that_nobody_waits_for_gives_its_answer_to_nobody_else() -> None:
    runner = RegexRunner(limit_s=5.0)
    try:
        given_up = asyncio.ensure_future(runner.search("(a+)+b", "a" * 30))
        await asyncio.sleep(0.1)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up

        assert await runner.search("x+", "xx")
        assert not await runner.search("x+", "yy")
    finally:
        await runner.close()


async def test_a_search_that_cannot_be_run_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    runner = RegexRunner()

    with pytest.raises(RegexUnavailableError):
        await runner.search("x+", "xx")

    await runner.close()


async def test_many_searches_at_once_each_get_their_own_answer() -> None:
    runner = RegexRunner()
    try:
        found = await asyncio.gather(
            *(runner.search(f"^{number}$|never", str(number % 7)) for number in range(20))
        )
        assert [number for number, hit in enumerate(found) if hit] == list(range(7))
    finally:
        await runner.close()
