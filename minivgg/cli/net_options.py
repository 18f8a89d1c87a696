"""What ``predict`` and ``features`` have in common: which net the options name."""

from argparse import Namespace


def check_net_options(args: Namespace) -> None:
    """Raise ``ValueError`` if --run, --model and --weights name two nets."""
    if args.run and (args.model or args.weights):
        raise ValueError(
            "--run selects one net, --model and --weights another: use --run or the other two"
        )
