"""The proxies' configurations in docs/use/serving.md are valid, as far as the proxies are installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
NGINX = """pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    {paths}
    server {{
        listen 127.0.0.1:8080;
        {block}
    }}
}}
"""
PATHS = ("client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path")


def configuration(language: str) -> str:
    """The block of docs/use/serving.md in that language."""
    text = (PROJECT / "docs" / "use" / "serving.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return block


def test_the_configurations_pass_on_host_and_websockets_below_a_prefix():
    nginx, caddy = configuration("nginx"), configuration("caddy")
    for line in ("location /lab/ {", "proxy_pass http://127.0.0.1:8501/;", "proxy_set_header Host $http_host;"):
        assert line in nginx
    assert "proxy_set_header Upgrade $http_upgrade;" in nginx and 'proxy_set_header Connection "upgrade";' in nginx
    assert "handle_path /lab/*" in caddy and "reverse_proxy 127.0.0.1:8501" in caddy


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed: apt-get install nginx-light")
def test_nginx_takes_its_configuration(tmp_path):
    paths = "\n    ".join(f"{name} {tmp_path}/{name};" for name in PATHS)
    file = tmp_path / "nginx.conf"
    file.write_text(NGINX.format(folder=tmp_path, paths=paths, block=configuration("nginx")), encoding="utf-8")
    command = ["nginx", "-t", "-c", str(file), "-e", str(tmp_path / "errors")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed: apt-get install caddy")
def test_caddy_takes_its_configuration(tmp_path):
    file = tmp_path / "Caddyfile"
    file.write_text(configuration("caddy"), encoding="utf-8")
    command = ["caddy", "adapt", "--config", str(file), "--adapter", "caddyfile"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
