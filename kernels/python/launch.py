"""Start the Python kernel: ``python3 launch.py CONNECTION_FILE`` (what ``kernel.json`` names)."""

import os
import sys

if sys.version_info < (3, 9):
    sys.exit("Parley's Python kernel needs Python 3.9 or newer, this is " + sys.version.split()[0])

# Compiling the shim anew at each launch would double the start, so its own bytecode is kept wherever its folder can be
# written; what the plugin imports follows the user's wish again.
_here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, _here)  # where Python put it already, unless it was told to be safe
_wish = sys.dont_write_bytecode
sys.dont_write_bytecode = False

from parley.kernel import main  # noqa: E402

sys.dont_write_bytecode = _wish

# The package is loaded by now and finds its other modules by itself. This folder must not stay on the path: a plugin's
# `import tests` or `import launch` is for the plugin's own modules.
sys.path[:] = [folder for folder in sys.path if folder != _here]

if __name__ == "__main__":
    main(sys.argv[1:])
