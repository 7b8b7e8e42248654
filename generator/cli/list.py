"""`dockerize list`."""

from __future__ import annotations

import click

from generator import catalog as catalogs
from generator import output
from generator.answers import with_defaults
from generator.catalog import Catalog
from generator.cli.today import month
from generator.output import Offer


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(*, as_json: bool) -> None:
    """Show what projects can be made of.

    The JSON object has a list for each kind: "frameworks" (name, label, hint, server, port,
    default, and the extras that it can have), "pythons" (version, bugfixes, security, ended,
    recommended, default), "ended_pythons" (version, security), "installers" (name, hint, default)
    and "extras" (name, hint). "bugfixes" and "security" are the last months with such fixes; a
    version has "ended" once the second one is over, and is not to be had any more if it is among
    the "ended_pythons".
    """
    offer = _offer(catalogs.load(), month())
    if as_json:
        output.program_offer(offer)
    else:
        output.people_offer(offer)


def _offer(catalog: Catalog, month: str) -> Offer:
    """All that can be chosen, in the order in which it is proposed; seen from `month`."""
    default = with_defaults({}, catalog)
    return {
        "frameworks": [
            {
                "name": each.name,
                "label": each.label,
                "hint": each.hint,
                "server": each.server,
                "port": each.port,
                "default": each.name == default["framework"],
                "extras": list(catalog.can_have(each.name)),
            }
            for each in catalog.frameworks.values()
        ],
        "pythons": [
            {
                "version": each.version,
                "bugfixes": each.bugfixes,
                "security": each.security,
                "ended": each.ended(month),
                "recommended": each.version == catalog.recommended_python,
                "default": each.version == default["python"],
            }
            for each in catalog.pythons
        ],
        "ended_pythons": [
            {"version": version, "security": security}
            for version, security in catalog.ended_pythons.items()
        ],
        "installers": [
            {"name": each.name, "hint": each.hint, "default": each.name == default["installer"]}
            for each in catalog.installers.values()
        ],
        "extras": [{"name": each.name, "hint": each.hint} for each in catalog.extras.values()],
    }
