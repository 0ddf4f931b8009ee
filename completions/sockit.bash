# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# sockit.bash - completion of sockit's command line in bash.
#
# `make completions` writes the table from sockit's own tables of options. A line is: command,
# long option, letter or -, whether it takes a value (none, value, maybe), what that may be.

# table begins
_sockit_table='
tcp-connect --source -s value @any
tcp-connect --source-port -p value @any
tcp-connect --connect-timeout -w value @any
tcp-connect --wait - value @any
tcp-connect --type - value stream seqpacket
tcp-connect --proxy - value socks5:// socks4:// socks4a:// http://
tcp-connect --via - value @any
tcp-connect --send-proxy - value v1 v2
tcp-connect --option -o value @any
tcp-connect --linger - value inf
tcp-connect --no-half-close - none
tcp-connect --send-only - none
tcp-connect --recv-only - none
tcp-connect --idle-timeout -i value @any
tcp-connect --max-time - value @any
tcp-connect --send - value @any
tcp-connect --sh - value @any
tcp-connect --expect - value @any
tcp-connect --prompt - value @any
tcp-connect --escapes -E none
tcp-connect --hex - none
tcp-connect --crlf -C none
tcp-connect --telnet -t none
tcp-connect --rate - value @any
tcp-connect --hexdump -x maybe @files
tcp-connect --save-sent - value @files
tcp-connect --save-received - value @files
tcp-connect --interval - value @any
tcp-connect --scan -z none
tcp-connect --all - none
tcp-connect --closed - none
tcp-connect --parallel - value @any
tcp-connect --progress - maybe never terminal always
tcp-connect --stats - maybe none text json
tcp-connect --verbose -v none
tcp-connect --json - none
tcp-connect --ipv4 -4 none
tcp-connect --ipv6 -6 none
tcp-connect --numeric -n none
tcp-connect --help -h none
tcp-serve --keep-open -k none
tcp-serve --sh - value @any
tcp-serve --forward - value @any
tcp-serve --send-proxy - value v1 v2
tcp-serve --handler - value echo discard chargen daytime time timestamp reverse roster
tcp-serve --reply - value @any
tcp-serve --reply-file - value @files
tcp-serve --broker - none
tcp-serve --chat - none
tcp-serve --collect - none
tcp-serve --collect-dir - value @folders
tcp-serve --connect-timeout -w value @any
tcp-serve --escapes -E none
tcp-serve --hex - none
tcp-serve --proxy-server - value socks http
tcp-serve --to-allow - value @any
tcp-serve --to-deny - value @any
tcp-serve --auth-file - value @files
tcp-serve --also - value @any
tcp-serve --backlog - value @any
tcp-serve --type - value stream seqpacket
tcp-serve --unix-mode - value @any
tcp-serve --proxy-protocol - none
tcp-serve --ready-file - value @files
tcp-serve --workers - value @any
tcp-serve --option -o value @any
tcp-serve --allow - value @any
tcp-serve --deny - value @any
tcp-serve --allow-file - value @files
tcp-serve --deny-file - value @files
tcp-serve --user - value @any
tcp-serve --chroot - value @folders
tcp-serve --no-sandbox - none
tcp-serve --accept - value @any
tcp-serve --max-conns - value @any
tcp-serve --max-per-host - value @any
tcp-serve --grace - value @any
tcp-serve --idle-timeout -i value @any
tcp-serve --max-time - value @any
tcp-serve --crlf -C none
tcp-serve --telnet -t none
tcp-serve --rate - value @any
tcp-serve --hexdump -x maybe @files
tcp-serve --save-sent - value @files
tcp-serve --save-received - value @files
tcp-serve --progress - maybe never terminal always
tcp-serve --stats - maybe none text json
tcp-serve --verbose -v none
tcp-serve --json - none
tcp-serve --ipv4 -4 none
tcp-serve --ipv6 -6 none
tcp-serve --numeric -n none
tcp-serve --help -h none
udp-send --split - value whole line nul
udp-send --lines -l none
udp-send --escapes -E none
udp-send --hex - none
udp-send --count - value @any
udp-send --interval - value @any
udp-send --rate - value @any
udp-send --replies -r maybe @any
udp-send --timeout -w value @any
udp-send --from - none
udp-send --source -s value @any
udp-send --source-port -p value @any
udp-send --broadcast - none
udp-send --ttl - value @any
udp-send --interface -I value @interfaces
udp-send --loop - value 0 1
udp-send --option -o value @any
udp-send --progress - maybe never terminal always
udp-send --stats - maybe none text json
udp-send --verbose -v none
udp-send --json - none
udp-send --ipv4 -4 none
udp-send --ipv6 -6 none
udp-send --numeric -n none
udp-send --help -h none
udp-listen --format - value raw line hex json
udp-listen --from - none
udp-listen --max-size - value @any
udp-listen --reply - value @any
udp-listen --echo - none
udp-listen --sh - value @any
udp-listen --parallel - value @any
udp-listen --command-timeout - value @any
udp-listen --forward - value @any
udp-listen --session-timeout - value @any
udp-listen --max-sessions - value @any
udp-listen --escapes -E none
udp-listen --hex - none
udp-listen --count - value @any
udp-listen --timeout -w value @any
udp-listen --idle-timeout -i value @any
udp-listen --group - value @any
udp-listen --ready-file - value @files
udp-listen --option -o value @any
udp-listen --allow - value @any
udp-listen --deny - value @any
udp-listen --allow-file - value @files
udp-listen --deny-file - value @files
udp-listen --user - value @any
udp-listen --chroot - value @folders
udp-listen --no-sandbox - none
udp-listen --progress - maybe never terminal always
udp-listen --stats - maybe none text json
udp-listen --verbose -v none
udp-listen --json - none
udp-listen --ipv4 -4 none
udp-listen --ipv6 -6 none
udp-listen --numeric -n none
udp-listen --help -h none
raw-send --layers - none
raw-send --replay - value @files
raw-send --escapes -E none
raw-send --hex - none
raw-send --interface -I value @interfaces
raw-send --to - value @any
raw-send --write - value @files
raw-send --dry-run - none
raw-send --hexdump -x none
raw-send --option -o value @any
raw-send --count - value @any
raw-send --interval - value @any
raw-send --rate - value max
raw-send --replies -r maybe @any
raw-send --timeout -w value @any
raw-send --progress - maybe never terminal always
raw-send --stats - maybe none text json
raw-send --verbose -v none
raw-send --json - none
raw-send --ipv4 -4 none
raw-send --ipv6 -6 none
raw-send --numeric -n none
raw-send --help -h none
resolve --all - none
resolve --canonical - none
resolve --fqdn - none
resolve --timeout -w value @any
resolve --type - value A AAAA CNAME MX NS PTR SOA SRV TXT CAA HTTPS SVCB NAPTR DS DNSKEY TLSA SSHFP ANY
resolve --server - value @any
resolve --tcp - none
resolve --batch - maybe @files
resolve --parallel - value @any
resolve --verbose -v none
resolve --json - none
resolve --ipv4 -4 none
resolve --ipv6 -6 none
resolve --numeric -n none
resolve --help -h none
services --proto - value @any
services --match - value @any
services --port - none
services --name - none
services --protocols - none
services --builtin - none
services --verbose -v none
services --json - none
services --ipv4 -4 none
services --ipv6 -6 none
services --numeric -n none
services --help -h none
'
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
