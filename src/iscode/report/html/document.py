"""A template and the values it shows -> a whole HTML document that loads nothing, in which nothing is live but our own.

The policy of the document allows our style and our script by their digests and nothing else. Of each value that a
template shows the secrets are masked, and it passes `escape.html` on its way, whatever the template does with it; the
template engine escapes once more what is not marked by that.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from iscode.document.secrets import masked
from iscode.errors import UsageError
from iscode.report.escape import html
from iscode.report.listing import counted, weakening

if TYPE_CHECKING:
    from jinja2 import Environment

HINT: Final = "install it with `python -m pip install 'iscode[reports]'`"


def rendered(template: str, /, **values: Any) -> bytes:
    """The document of the template of that name, UTF-8. Raises UsageError where jinja2 is not installed."""
    environment = _environment()
    text: str = environment.get_template(f"{template}.html.j2").render(values)
    return text.encode("utf-8")


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        raise UsageError("a report as HTML needs jinja2, which is not installed", hint=HINT) from None

    loader = PackageLoader(__package__, "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else Markup(html(masked(str(value)))),  # noqa: S704 escaped
        auto_reload=False,
    )  # fmt: skip
    style, script = (loader.get_source(environment, name)[0] for name in ("style.css", "script.js"))
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 our own file
        "script": Markup(script),  # noqa: S704 our own file
        "policy": "; ".join(
            [
                "default-src 'none'",
                f"style-src {_digest(style)}",
                f"script-src {_digest(script)}",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        "counted": counted,
        "weakening": weakening,
    }
    return environment


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
