#!/usr/bin/env bash
# The first run of minivgg on a GPU that is new to it. Run in the root of a checkout:
#     OUT=/some/folder bash benchmarks/gpu/first_contact.sh
# Sections are independent, each with a time limit of its own; all end within TOTAL seconds (540).
# The limits add up to less than that, so none takes another's time. On an H100 it all took 273 s,
# without the two sections of tests: those take about 20 and 30 s, most of the latter to collect them.
# What is printed is also in $OUT/first_contact.txt as it comes, the tests' logs in $OUT/*.log.
# It changes no setting of the card. A trial without a GPU:
#     bash benchmarks/gpu/first_contact.sh --device cpu --torch-device cpu --small
set -u
OUT=${OUT:-/tmp/first_contact}
TOTAL=${TOTAL:-540}
PY=${PY:-python3}
export PYTHONUNBUFFERED=1 MPLBACKEND=Agg
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}" # the package need not be installed
[ -f benchmarks/gpu/first_contact.py ] || { echo "run this in the root of a checkout" >&2; exit 1; }
mkdir -p "$OUT"

# a machine may lack two small packages, of which the package uses few functions
substitute() { # name of the module; its text comes from standard input
    "$PY" -c "import $1" 2> /dev/null && return
    mkdir -p "$OUT/substitutes"
    cat > "$OUT/substitutes/$1.py"
}
substitute platformdirs << 'END'
import os


def user_cache_dir(name, *rest, **options):
    return os.path.join(os.path.expanduser("~"), ".cache", name)
END
substitute wcwidth << 'END'
def wcwidth(character):
    return 1


wcswidth = len
END
[ -d "$OUT/substitutes" ] && export PYTHONPATH="$PYTHONPATH:$OUT/substitutes"

section() { # name, its time limit in seconds
    local name=$1 limit=$2 left=$((TOTAL - SECONDS)) started=$SECONDS
    printf '\n## %s (at %s s)\n\n' "$name" "$SECONDS"
    [ "$left" -lt 8 ] && { echo "left out: no time is left"; return; }
    [ "$limit" -gt "$left" ] && limit=$left
    timeout -k 5 "$limit" "$PY" -m benchmarks.gpu.first_contact "$name" \
        --seconds "$((limit - 4))" --out "$OUT" "${options[@]}"
    local status=$? ended=ok
    [ "$status" -ne 0 ] && ended="FAILED, status $status"
    [ "$status" -eq 124 ] && ended="FAILED, stopped after $limit s"
    printf '\n(%s: %s, %s s)\n' "$name" "$ended" "$((SECONDS - started))"
}

main() {
    echo "# minivgg, first contact with a GPU: $(git rev-parse --short HEAD 2> /dev/null), $(date -u +%FT%TZ)"
    command -v nvidia-smi > /dev/null && nvidia-smi \
        --query-gpu=name,driver_version,memory.total,memory.used,clocks.sm,clocks.max.sm \
        --format=csv,noheader
    section environment 30
    section kernel-tests 55
    section large-arrays 35
    section layers 105
    section nets 95
    section profile 25
    section training-gpu 30
    section training-cpu 30
    section device-tests 75
    section tuning 45
    printf '\nended at %s s\n' "$SECONDS"
}

options=("$@")
SECONDS=0
main 2>&1 | tee -a "$OUT/first_contact.txt"
