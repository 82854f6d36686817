"""What a start reads, and what it leaves to whoever asks first."""

import subprocess
import sys
from pathlib import Path

ASKED = """
import sys
from io import BytesIO
import kafkaadmin.wsgi
for path in ("/login/", "/api/v1/clusters"):
    said = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
               "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http"}
    kafkaadmin.wsgi.application(environ, lambda status, headers: said.append(status))
    print(path, said[0][:3], "api.root" in sys.modules)
"""


def test_the_api_is_read_when_it_is_first_asked(tmp_path: Path) -> None:
    environment = {"KAFKAADMIN_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "KAFKAADMIN_LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split("\n")[:2] == ["/login/ 200 False", "/api/v1/clusters 401 True"], done.stderr
