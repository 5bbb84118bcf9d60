"""`python -m proof points`: the named crash points; with `--check`, whether every effect has a path to it."""

import argparse

from proof.commands import Commands
from proof.crashes import points, reached
from proof.inside.adapters import SILENT, port_methods


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("points", help="list the crash points that the source has")
    parser.add_argument("--check", action="store_true", help="only say what no committed path comes by")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List them, or return 1 with a line for each that no path comes by."""
    known = reached.read()
    if options.check:
        lines = points.missing(known)
        for line in lines:
            print(line)
        if lines:
            print("Give it a path (proof/crashes/paths.py), then: python -m proof crashes --look")
        return 1 if lines else 0
    print("Methods of the ports, and how many paths come by:")
    for name in port_methods():
        print(f"  {name:60} {len(known.visits.get(name, ())):3}  {points.EXCUSED.get(name, '')}".rstrip())
    print("Calls outwards, and how many paths come by:")
    for name in points.effects():
        print(f"  {name:60} {len(known.effects.get(name, ())):3}  {points.EXCUSED.get(name, '')}".rstrip())
    print("Ports that are no way out:")
    for name, reason in SILENT.items():
        print(f"  {name}: {reason}")
    print("Seams at which each path is killed, with the route or the state: python -m proof crashes")
    return 0
