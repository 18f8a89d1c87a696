"""What ``predict`` and ``features`` have in common: which net the options name."""

from argparse import Namespace


def check_net_options(args: Namespace) -> None:
    """Raise ``ValueError`` if --run, --model and --weights are empty or name two nets."""
    if "" in (args.run, args.model, args.weights):
        raise ValueError("--run, --model and --weights need a name")
    if args.run and (args.model or args.weights):
        raise ValueError(
            "--run selects one net, --model and --weights another: use --run or the other two"
        )
