"""Which prompts the terminal can show."""

from __future__ import annotations

import os

from generator.wizard.prompts import Prompts


def prompts_for_this_terminal() -> Prompts:
    """Prompts that move the cursor, or plain lines where the terminal cannot."""
    if os.environ.get("TERM") == "dumb":
        from generator.wizard.plain import PlainPrompts

        return PlainPrompts()
    from generator.wizard.fancy import FancyPrompts

    return FancyPrompts()
