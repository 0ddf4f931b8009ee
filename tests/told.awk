# SPDX-License-Identifier: ISC
# told.awk - of the output of tests/run.sh, or of several runs, what they told of each failure, at most
# 40 lines. A run names each a second time at its end.
/^[0-9]+ passed, / { split("", seen) }
!/^    / {
	lines = 0
	telling = /^not ok |: (not ok |ended early: |status |was not run )/ && !seen[$0]++
}
telling && lines++ < 40
