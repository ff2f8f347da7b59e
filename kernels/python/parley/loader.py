"""Loads a plugin's file as a module of its own, with the modules beside it importable."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


class Loader:
    """What the plugin brought into this interpreter, so that unloading takes it out again."""

    def __init__(self) -> None:
        self.folder = ""
        self._before: set[str] = set()

    def load(self, name: str, folder: str, main: str) -> None:
        """Run the file as the module ``name``. Errors in it pass as they are."""
        self.folder = folder
        self._before = set(sys.modules)
        module = _make_module(name, folder, main)  # before the folder is on the path, where the name may be found too
        if os.path.isdir(folder):
            os.chdir(folder)
            sys.path.insert(0, folder)
        with open(main, "rb") as file:
            source = file.read()
        code = compile(source, main, "exec", dont_inherit=True)
        invoke_module(code, module.__dict__)

    def unload(self) -> None:
        """Forget the modules that came from the plugin's folder."""
        if not self.folder:
            return
        if self.folder in sys.path:
            sys.path.remove(self.folder)
        for name in set(sys.modules) - self._before:
            file = getattr(sys.modules.get(name), "__file__", None)
            if file is not None and file.startswith(self.folder + os.sep):
                del sys.modules[name]
        self.folder = ""


def invoke_module(code: Any, namespace: dict[str, Any]) -> None:
    """Run the module's code; by its name the interrupt handler knows that plugin code runs below."""
    exec(code, namespace)


def _make_module(name: str, folder: str, main: str) -> ModuleType:
    module = type(sys)(name)
    module.__file__ = main
    # A package with the plugin's folder as its path, so that `from . import beside` works as well as `import beside`.
    module.__path__ = [folder]
    # A plugin may be called like a module that it imports (`statistics`): that name is not taken from it.
    if name in sys.modules or ("." not in name and any(finder.find_spec(name, None) for finder in sys.meta_path)):
        package = type(sys)(f"{name}_plugin")
        package.__file__, package.__path__ = main, [folder]
    else:
        package = module
    module.__package__ = package.__name__
    sys.modules[package.__name__] = package
    return module
