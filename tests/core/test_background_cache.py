"""Slow questions do not hold up a page, and their answers are there once they came."""

import threading

from core.background_cache import BackgroundCache
from tests.kafka.waiting import eventually


def test_an_answer_that_is_late_is_there_the_next_time() -> None:
    may_answer = threading.Event()

    def ask(key: str) -> str:
        may_answer.wait(30)
        return key.upper()

    cache = BackgroundCache(ask, keep=60, wait=0)
    assert cache.get(["a"]) == {}
    may_answer.set()
    eventually(lambda: cache.get(["a"]) == {"a": "A"})


def test_a_question_is_asked_once_while_its_answer_is_kept_and_another_fails() -> None:
    fetched: list[str] = []

    def ask(key: str) -> int:
        fetched.append(key)
        if key == "unknown":
            raise OSError
        return len(fetched)

    cache = BackgroundCache(ask, keep=60, wait=30)
    assert cache.get(["a"]) == cache.get(["a", "unknown"]) == cache.get(["a"]) == {"a": 1}
    assert cache.get(["unknown"]) == {}
    assert fetched == ["a", "unknown"]


def test_an_old_answer_is_asked_for_anew() -> None:
    answers = iter((1, 2))
    cache: BackgroundCache[str, int] = BackgroundCache(lambda key: next(answers), keep=-1, wait=30)
    assert [cache.get(["a"]), cache.get(["a"])] == [{"a": 1}, {"a": 2}]
