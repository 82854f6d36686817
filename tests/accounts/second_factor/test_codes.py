from datetime import UTC, datetime, timedelta

import pytest

from accounts.second_factor.codes import digest_of, new_key, new_recovery_codes, step_of, uri_of, without_used

# RFC 6238, appendix B: the key 12345678901234567890, SHA-1; the last six of its eight digits.
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_6238 = [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
]  # fmt: skip


@pytest.mark.parametrize(("second", "code"), RFC_6238)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    now = datetime.fromtimestamp(second, UTC)
    assert step_of(KEY, code, now) == second // 30
    assert step_of(KEY, f" {code[:3]} {code[3:]} ", now + timedelta(seconds=30)) == second // 30
    assert step_of(KEY, code, now - timedelta(seconds=30)) == second // 30
    assert step_of(KEY, code, now + timedelta(seconds=60)) is None
    assert step_of(KEY, code, now, after=second // 30) is None


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708٢", "abcdef", "0x4617A"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert step_of(KEY, code, datetime.fromtimestamp(59, UTC)) is None


def test_without_a_key_no_code_is_right() -> None:
    assert step_of("", "287082", datetime.fromtimestamp(59, UTC)) is None


def test_a_recovery_code_is_used_up_however_it_is_typed() -> None:
    codes = new_recovery_codes()
    digests = [digest_of(code) for code in codes]
    assert len(set(digests)) == 10
    remaining = without_used(digests, f" {codes[3][:4]}-{codes[3][4:].upper()} ")
    assert remaining == digests[:3] + digests[4:]
    assert without_used(remaining, codes[3]) is None
    assert without_used(digests, "") is None


def test_an_app_is_told_whose_key_it_is() -> None:
    key = new_key()
    assert uri_of(key, "ada & b@kafka.example.com:8000") == (
        f"otpauth://totp/kafkaadmin%3Aada%20%26%20b%40kafka.example.com%3A8000?secret={key}&issuer=kafkaadmin"
    )
