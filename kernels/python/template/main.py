"""What the plugin offers is declared in plugin.json; what is not declared is not allowed."""

from parley import provide


@provide("{{name}}.greet")
def greet(who: str) -> str:
    """Greet somebody by name."""
    return f"Hello, {who}!"
