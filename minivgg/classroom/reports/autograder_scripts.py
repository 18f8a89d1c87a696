"""The two scripts that Gradescope runs: setup.sh once, run_autograder for each submission."""

RUN_AUTOGRADER, SETUP = "run_autograder", "setup.sh"
FAILURE = "failure.json"  # the results where grading fails: see ``gradescope_failure``
ARGUMENTS = "@ARGUMENTS@"  # of grade, each on a line of its own

SETUP_TEXT = r"""#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
SOURCE="${AUTOGRADER:-/autograder}/source"
export DEBIAN_FRONTEND=noninteractive

works() {  # whether a Python is new enough and can make virtual environments
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if works "$name"; then echo "$name"; return; fi
    done
    return 1
}

if ! python=$(find_python); then
    apt-get update
    apt-get install -y python3 python3-venv
    for version in 3.14 3.13 3.12 3.11; do
        if find_python >/dev/null; then break; fi
        apt-get install -y "python$version" "python$version-venv" || true
    done
    python=$(find_python) || { echo "setup.sh: needs Python 3.11 or newer" >&2; exit 1; }
fi
"$python" -m venv "$SOURCE/venv"
"$SOURCE/venv/bin/python" -m pip install --no-cache-dir -r "$SOURCE/requirements.txt"
PYTHONPATH="$SOURCE" "$SOURCE/venv/bin/python" -c 'import minivgg.cli'
id minivgg-grader >/dev/null 2>&1 || useradd --system --no-create-home minivgg-grader || true
chmod -R a+rX "$SOURCE"
"""

RUN_TEXT = r"""#!/usr/bin/env bash
# Gradescope runs this for each submission, as root. AUTOGRADER and PYTHON are set only to try it
# elsewhere.
AUTOGRADER="${AUTOGRADER:-/autograder}"
SOURCE="$AUTOGRADER/source"
RESULTS="$AUTOGRADER/results"
PYTHON="${PYTHON:-$SOURCE/venv/bin/python}"

mkdir -p "$RESULTS"
cp "$SOURCE/failure.json" "$RESULTS/results.json"  # until grading has ended
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/out" "$WORK/home"
cp -RP "$AUTOGRADER/submission" "$WORK/submission"  # links stay links
metadata="$AUTOGRADER/submission_metadata.json"  # who the student is, and when it was submitted
if [ -f "$metadata" ] && [ ! -L "$metadata" ]; then cp "$metadata" "$WORK/"; fi
chmod -R u+rwX,go-w,a+rX "$WORK"

# the grader must not be root: a submission could get root's permissions
as_user=()
if [ "$(id -u)" = 0 ]; then
    for user in minivgg-grader nobody; do
        id "$user" >/dev/null 2>&1 || continue
        change=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --no-new-privs)
        # env, since setpriv itself still has root's permissions when it starts a program
        if "${change[@]}" env PYTHONPATH="$SOURCE" "$PYTHON" -c 'import minivgg' 2>/dev/null; then
            chown -R "$user" "$WORK"
            as_user=("${change[@]}")
            break
        fi
    done
    if [ "${#as_user[@]}" = 0 ]; then echo "run_autograder: grading as root" >&2; fi
fi

arguments=(
@ARGUMENTS@
)
cd "$WORK/home"
"${as_user[@]}" env -i PATH="$PATH" LANG=C.UTF-8 HOME="$WORK/home" TMPDIR="$WORK/home" \
    PYTHONPATH="$SOURCE" PYTHONDONTWRITEBYTECODE=1 \
    "$PYTHON" -m minivgg grade "$WORK/submission" --out "$WORK/out" --gradescope "${arguments[@]}"

made="$WORK/out/results.json"
check='import json, sys; assert "score" in json.load(open(sys.argv[1], encoding="utf-8"))'
if [ -f "$made" ] && [ ! -L "$made" ] && "$PYTHON" -I -c "$check" "$made"; then
    cp "$made" "$RESULTS/results.json"
else
    echo "run_autograder: the grading wrote no results" >&2
fi
exit 0
"""
