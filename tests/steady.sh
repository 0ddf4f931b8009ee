#!/bin/sh
# SPDX-License-Identifier: ISC
# steady.sh - run the tests again and again beside a load, to find those that fail now and then.
#
#     sh tests/steady.sh [FILE...]    files as for tests/run.sh; ends with `N passed, N failed, 0
#                                     skipped`, which counts runs
#
# RUNS     how many (default: 10)
# LOAD     how many processes keep a processor busy meanwhile (default: 4)
# SOCKIT, UNITS, PEERS, JOBS, ...   as for tests/run.sh
set -u

cd "$(dirname "$0")/.." || exit 1
RUNS=${RUNS:-10}
LOAD=${LOAD:-4}
log=$(mktemp) || exit 1
running='' passed=0 failed=0
trap '[ -z "$running" ] || { kill "$running"; wait "$running"; } 2>/dev/null; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# They end with this script, however that ends.
started=0
while [ "$started" -lt "$LOAD" ]; do
	sh -c 'while kill -0 "$1" 2>/dev/null; do :; done' sh $$ &
	started=$((started + 1))
done

while [ $((passed + failed)) -lt "$RUNS" ]; do
	begin=$(date +%s)
	sh tests/run.sh "$@" >"$log" 2>&1 &
	running=$!
	if wait "$running"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		awk -f tests/told.awk "$log"
	fi
	running=
	echo "run $((passed + failed)): $(tail -n 1 "$log"), $(($(date +%s) - begin)) s"
done
printf '\n%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
