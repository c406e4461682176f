"""The driver of blackbox_exporter: what it sends, and when an answer is whole."""

import pytest

from bench.blackbox_load import is_whole, request_for


def test_a_ping_and_a_fetch_ask_different_modules() -> None:
    ping, fetch = request_for(("127.64.0.1", 0)), request_for(("127.64.0.1", 80))
    assert ping.startswith(b"GET /probe?module=icmp&target=127.64.0.1 HTTP/1.1\r\n")
    assert b"module=http_2xx&target=http%3A%2F%2F127.64.0.1%3A80%2Fhealth " in fetch


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
)
def test_an_answer_is_whole_with_its_last_byte_and_not_before(answer: bytes) -> None:
    assert is_whole(answer)
    assert not any(is_whole(answer[:end]) for end in range(len(answer)))
