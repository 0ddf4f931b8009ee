# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# sockit.bash - completion of sockit's command line in bash.
#
# `make completions` writes the table from sockit's own tables of options. A line is: command,
# long option, letter or -, whether it takes a value (none, value, maybe), what that may be.

# table begins
# table ends

# _sockit_values COMMAND OPTION JOINED - what may follow OPTION; JOINED is = where that stands
# between the two, and without it a value that may be left out is not the next word.
_sockit_values() {
	local command long letter form values
	while read -r command long letter form values; do
		if [[ $command == "$1" && ($long == "$2" || $letter == "$2") ]]; then
			[[ $form == value || ($form == maybe && $3 == =) ]] && echo "$values"
			return
		fi
	done <<<"$_sockit_table"
}

_sockit_options() {
	local command long rest
	while read -r command long rest; do
		[[ $command == "$1" ]] && echo "$long"
	done <<<"$_sockit_table"
}

_sockit_commands() {
	local command rest
	while read -r command rest; do
		echo "$command"
	done <<<"$_sockit_table" | uniq
}

_sockit() {
	local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} joined=""
	local command=${COMP_WORDS[1]} word values
	if [[ $current == = ]]; then
		joined="=" current=""
	elif [[ $option == = ]]; then
		joined="=" option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if ((COMP_CWORD == 1)) || [[ $command == help ]]; then
		values="$(_sockit_commands) help --help --version"
	else
		for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
			[[ $word == -- ]] && command="" values=@commands
		done
	fi
	if [[ -z $values ]]; then
		values=$(_sockit_values "$command" "$option" "$joined")
		[[ -z $values && $current == -* ]] && values=$(_sockit_options "$command")
	fi
	local generate
	case $values in
	@files) generate=(-f) && compopt -o filenames ;;
	@folders) generate=(-d) && compopt -o filenames ;;
	@commands) generate=(-c -f) && compopt -o filenames ;;
	@interfaces) generate=(-W "$(ls /sys/class/net 2>/dev/null)") ;;
	@any) generate=(-W "") ;;
	"") generate=(-A hostname) ;;
	*) generate=(-W "$values") ;;
	esac 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "${generate[@]}" -- "$current")
}

complete -F _sockit sockit
