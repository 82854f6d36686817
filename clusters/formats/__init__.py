"""What the bytes of a key or a value say, format by format. Pure.

A format's decoder takes ``Data`` and returns ``Content``, or raises ``UndecodableError`` with the reason. None of them
trusts what it reads: sizes, depths and counts are bounded before a library sees the bytes.
"""
