"""The composition root: settings, URLs, command line. No models and no domain rules live here."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("kafkaadmin")
except PackageNotFoundError:
    __version__ = "0+unpackaged"
