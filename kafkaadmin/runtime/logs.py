"""Log lines as JSON, one object per line; and a full disk reported once, not with every line that was not saved."""

import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from core.outage import disk_full

SAY_AGAIN = 60.0  # seconds


class JsonFormatter(logging.Formatter):
    """Time (UTC, ISO 8601), level, logger, message, request's id, and the traceback when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "correlation_id", None),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class FullDiskOnce(logging.Filter):
    """Turns the tracebacks of a full disk into one sentence per minute: the log may be on that very disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.said = folder, -SAY_AGAIN

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's text; drop it if the same was said within the minute."""
        outage = disk_full(record.exc_info[1], self.folder) if record.exc_info else None
        if outage is None:
            return True
        now = time.monotonic()
        if now - self.said < SAY_AGAIN:
            return False
        self.said = now
        record.msg, record.args, record.exc_info = f"{outage.sentence} {outage.advice}", (), None
        return True
