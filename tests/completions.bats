#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# completions.bats - completion in real shells: what is typed, a TAB, and what the user then sees.

load lib

completions=$tests/../completions

# A separate home with hosts that ssh knows, and sockit in PATH.
setup() {
	enter_tmpdir
	export HOME=$PWD PATH=$PWD/bin:$PATH TERM=xterm LC_ALL=C.UTF-8
	mkdir -p bin .ssh folder/inner
	ln -s "$SOCKIT" bin/sockit
	: >file.pcap
	: >folder/socket
	: >'folder/a blank'
	cat >.ssh/known_hosts <<-'END'
		alpha.example,192.0.2.7 ssh-ed25519 AAAA
		[beta.example]:2222 ssh-ed25519 AAAA
		2001:db8::7 ssh-ed25519 AAAA
		@cert-authority *.pattern.example ssh-ed25519 AAAA
		|1|hashed= ssh-ed25519 AAAA
	END
	echo '127.0.0.1 localhost gamma.example' >hosts
	export HOSTFILE=$PWD/hosts
}

# tab SHELL - try the cases of the input in that shell: bash, bash-package, zsh, fish.
tab() {
	"tab_$1"
}

tab_bash() {
	cat >rc <<-'END'
		[ -z "$BASH_COMPLETION_PACKAGE" ] || . "$BASH_COMPLETION_PACKAGE"
		PS1='READY> ' HISTFILE=
		show() { printf '\nLINE<%s>\n' "$READLINE_LINE"; }
		bind 'set show-all-if-ambiguous on'
		bind 'set completion-query-items 0'
		bind 'set page-completions off'
		bind 'set bell-style none'
		bind 'set enable-bracketed-paste off'
		bind -x '"\C-g": show'
	END
	[ -n "$BASH_COMPLETION_PACKAGE" ] || echo ". '$completions/sockit.bash'" >>rc
	echo "$bash_settings" >>rc
	INPUTRC=/dev/null completer bash --noprofile --rcfile rc -i 3>&-
}

# As when installed: the package finds the file by its name at the first TAB.
tab_bash-package() {
	local package=/usr/share/bash-completion/bash_completion
	[ -r "$package" ] || skip "bash-completion is not installed"
	mkdir -p share/bash-completion/completions
	cp "$completions/sockit.bash" share/bash-completion/completions/sockit
	XDG_DATA_HOME=$PWD/share BASH_COMPLETION_PACKAGE=$package tab_bash
}

tab_zsh() {
	need zsh
	mkdir -p functions
	cp "$completions/_sockit" functions
	cat >.zshrc <<-'END'
		fpath=($HOME/functions $fpath)
		autoload -Uz compinit
		compinit -d $DUMP -u
		PS1='READY> ' PS2= RPS1= BAUD=0 LISTMAX=0
		unsetopt list_ambiguous beep prompt_sp
		show() { print -r -- $'\n'"LINE<$BUFFER>" }
		zle -N show
		bindkey -e
		bindkey '^G' show
	END
	# The system's functions are scanned only once.
	DUMP=${DUMP:-$BATS_FILE_TMPDIR/zcompdump} ZDOTDIR=$PWD completer zsh -d -i 3>&-
}

# Without a folder for them, fish would start reading all manual pages of the system.
tab_fish() {
	need fish
	mkdir -p config/fish/completions data/fish/generated_completions
	cp "$completions/sockit.fish" config/fish/completions
	cat >config/fish/config.fish <<-'END'
		set -g fish_greeting
		set -g fish_autosuggestion_enabled 0
		function fish_prompt
			echo -n 'READY> '
		end
		function fish_user_key_bindings
			bind \cg 'echo; echo "LINE<"(commandline | string collect)">"'
		end
	END
	XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data completer fish -i 3>&-
}

# common END - the cases that are the same in all shells; END follows an option that needs a value.
common() {
	local lacking=(-e '/ -o mtu-discover=/d' -e '/device=/d')
	! built_for_linux || lacking=()
	sed -e "s/%$/$1|/" "${lacking[@]}" <<-'END'
		sockit | ? tcp-connect tcp-serve udp-send udp-listen raw-send resolve services help
		sockit tcp-c| => sockit tcp-connect |
		sockit --v| => sockit --version |
		sockit help tcp-s| => sockit help tcp-serve |
		sockit help tcp-serve | ? !tcp-serve !--handler !alpha.example
		sockit tcp-connect --| ? --source --wait --hexdump --help !--handler
		sockit tcp-connect --sou| ? --source --source-port
		sockit tcp-serve --hand| => sockit tcp-serve --handler%
		sockit tcp-serve --handler | ? echo discard chargen daytime time timestamp reverse roster
		sockit tcp-serve --handler ec| => sockit tcp-serve --handler echo |
		sockit tcp-serve --handler=ec| => sockit tcp-serve --handler=echo |
		sockit tcp-serve --progress=| ? never terminal always
		sockit tcp-serve --progress al| ? !always
		# What was given, and what that excludes, is not offered again.
		sockit tcp-connect --send-only --| ? --send --wait !--send-only !--recv-only
		sockit tcp-connect -vz --| ? --verbose --closed !--scan
		sockit tcp-connect --send x --option nodelay --| ? --send --option
		sockit tcp-connect -4 --| ? !--ipv6 !--ipv4
		# Hosts, ports, and where they join.
		sockit tcp-connect alp| => sockit tcp-connect alpha.example:|
		sockit tcp-connect bet| => sockit tcp-connect beta.example:|
		sockit tcp-connect alpha.example:htt| ? http https
		sockit tcp-connect alpha.example:imaps| => sockit tcp-connect alpha.example:imaps |
		sockit tcp-connect alpha.example htt| ? http https
		sockit tcp-connect alpha.example 22,imaps| => sockit tcp-connect alpha.example 22,imaps |
		sockit tcp-connect alpha.example:22,imaps| => sockit tcp-connect alpha.example:22,imaps |
		sockit tcp-connect alpha.example imaps | ? !alpha.example !imaps
		sockit tcp-connect -z alpha.example imaps | ? beta.example !imaps
		sockit tcp-connect -z alpha.example:1 bet| => sockit tcp-connect -z alpha.example:1 beta.example:|
		sockit tcp-connect alpha.example:1 | ? !alpha.example !imaps
		sockit tcp-connect alpha.example:1 --expe| => sockit tcp-connect alpha.example:1 --expect%
		sockit tcp-connect -w 5 alp| => sockit tcp-connect -w 5 alpha.example:|
		sockit udp-send alpha.example:bootps| => sockit udp-send alpha.example:bootps |
		sockit tcp-serve --forward alp| => sockit tcp-serve --forward alpha.example:|
		sockit tcp-serve --forward=alp| => sockit tcp-serve --forward=alpha.example:|
		sockit tcp-serve --forward=alpha.example:imaps| => sockit tcp-serve --forward=alpha.example:imaps |
		sockit tcp-serve imaps| => sockit tcp-serve imaps |
		sockit tcp-serve localh| => sockit tcp-serve localhost:|
		sockit tcp-connect unix:folder/so| => sockit tcp-connect unix:folder/socket |
		sockit tcp-connect unix:folder/a| => sockit tcp-connect unix:folder/a\ blank |
		sockit tcp-serve --reply-file folder/a| => sockit tcp-serve --reply-file folder/a\ blank |
		sockit tcp-connect unix:fold| => sockit tcp-connect unix:folder/|
		sockit tcp-connect unix:| ? folder/ file.pcap
		sockit tcp-serve --also unix:folder/so| => sockit tcp-serve --also unix:folder/socket |
		sockit tcp-connect vsock:| ? any host local
		sockit tcp-connect -p imaps| => sockit tcp-connect -p imaps |
		sockit tcp-connect --source-port=imaps| => sockit tcp-connect --source-port=imaps |
		sockit raw-send --to alp| => sockit raw-send --to alpha.example |
		sockit tcp-serve --allow 10.0.0.0/8,alp| => sockit tcp-serve --allow 10.0.0.0/8,alpha.example |
		sockit tcp-connect --proxy so| ? socks5:// socks4:// socks4a://
		sockit tcp-connect --proxy ht| => sockit tcp-connect --proxy http://|
		sockit tcp-connect --proxy=ht| => sockit tcp-connect --proxy=http://|
		sockit tcp-connect --proxy http://alp| => sockit tcp-connect --proxy http://alpha.example:|
		sockit tcp-connect --proxy http://me@alp| => sockit tcp-connect --proxy http://me@alpha.example:|
		sockit tcp-connect --proxy http://me@alpha.example:imaps| => sockit tcp-connect --proxy http://me@alpha.example:imaps |
		# Other things that have names.
		sockit tcp-connect -o | ? nodelay mss keepalive broadcast
		sockit tcp-connect -o nod| => sockit tcp-connect -o nodelay |
		sockit tcp-connect -o keepa| => sockit tcp-connect -o keepalive |
		sockit tcp-connect -o lin| => sockit tcp-connect -o linger=|
		sockit tcp-connect --option=lin| => sockit tcp-connect --option=linger=|
		sockit tcp-connect --option=reuseaddr=| ? 0 1
		sockit tcp-connect -o dscp=| ? af11 cs0 cs7 ef
		sockit tcp-connect -o mtu-discover=| ? dont want do probe
		sockit tcp-connect -odevice=l| => sockit tcp-connect -odevice=lo |
		sockit tcp-connect -vo device=l| => sockit tcp-connect -vo device=lo |
		sockit udp-listen -o multicast-loop=| ? 0 1
		sockit tcp-connect -o multicast-interface=lo| => sockit tcp-connect -o multicast-interface=lo |
		sockit udp-send -I lo| => sockit udp-send -I lo |
		sockit udp-listen --group 239.1.1.1@lo| => sockit udp-listen --group 239.1.1.1@lo |
		sockit tcp-serve --user roo| => sockit tcp-serve --user root |
		sockit tcp-serve --user root:roo| => sockit tcp-serve --user root:root |
		sockit resolve --type MX alp| => sockit resolve --type MX alpha.example |
		sockit resolve --type HT| => sockit resolve --type HTTPS |
		sockit resolve --type | ? A AAAA MX TXT
		sockit services imaps| => sockit services imaps |
		sockit services imaps/t| => sockit services imaps/tcp |
		sockit services --proto ud| => sockit services --proto udp |
		sockit raw-send --replay fi| => sockit raw-send --replay file.pcap |
		sockit raw-send --replay=fi| => sockit raw-send --replay=file.pcap |
		sockit tcp-connect --hexdump=fi| => sockit tcp-connect --hexdump=file.pcap |
		sockit tcp-connect -x=fi| => sockit tcp-connect -x=file.pcap |
		sockit tcp-serve -vx=fi| => sockit tcp-serve -vx=file.pcap |
		sockit tcp-serve --chroot fo| => sockit tcp-serve --chroot folder/|
		# Layers and their fields.
		sockit raw-send | ? eth ip tcp payload !dst !=
		sockit raw-send ip d| ? df dst dscp !dport
		sockit raw-send ip ds| ? dst dscp !src
		sockit raw-send ip dst=alp| => sockit raw-send ip dst=alpha.example |
		sockit raw-send ip tos| => sockit raw-send ip tos=|
		sockit raw-send ip dscp=cs| ? cs0 cs7 !af11
		sockit raw-send ip dst=192.0.2.1 tcp sy| => sockit raw-send ip dst=192.0.2.1 tcp syn |
		sockit raw-send ip tcp flags=syn,ps| => sockit raw-send ip tcp flags=syn,psh |
		sockit raw-send ip tcp dport=imaps| => sockit raw-send ip tcp dport=imaps |
		sockit raw-send eth arp req| => sockit raw-send eth arp request |
		sockit raw-send udp payload file=fi| => sockit raw-send udp payload file=file.pcap |
		sockit raw-send payload tcp s| ? !seq !syn
		# A command, and no options, behind --.
		sockit tcp-connect :1 -- --| ? !--source !--help
		sockit resolve -- --| ? !--type
		sockit tcp-connect :1 -- printe| => sockit tcp-connect :1 -- printenv |
		sockit tcp-connect :1 -- cat fi| => sockit tcp-connect :1 -- cat file.pcap |
		sockit raw-send -- ip tos| => sockit raw-send -- ip tos=|
		sockit services -- imaps| => sockit services -- imaps |
		# The sockit that is typed.
		bin/sockit tcp-serve --hand| => bin/sockit tcp-serve --handler%
		nowhere/sockit tcp-connect :im| ? !Unknown !No !not !imaps
		bin/sockit tcp-connect :imaps| => bin/sockit tcp-connect :imaps |
	END
}

# described - cases for what zsh and fish show in addition.
described() {
	cat <<-'END'
		sockit tcp-| ? tcp-connect connect to a listen
		sockit tcp-serve --c| ? --chat --collect lines of all clients
		sockit tcp-serve --handler ec| => sockit tcp-serve --handler echo |
		sockit raw-send i| ? ip IPv4 igmp IGMP
		sockit raw-send ip d| ? df do not fragment dst destination
		sockit services imap| ? 143/tcp 993/tcp
		sockit tcp-connect -o m| ? mss longest TCP segment
	END
}

# nested COMMAND - cases for a command line after COMMAND, or after another sockit.
nested() {
	sed "s/nohup/$1/g" <<-'END'
		nohup sockit tcp-c| => nohup sockit tcp-connect |
		nohup sockit tcp-connect alpha.example:imaps| => nohup sockit tcp-connect alpha.example:imaps |
		sockit tcp-serve :1 -- sockit tcp-c| => sockit tcp-serve :1 -- sockit tcp-connect |
		sockit tcp-serve :1 -- sockit tcp-connect --sou| ? --source --source-port
		sockit tcp-serve --accept 1 :1 -- nohup sockit udp-send alp| => sockit tcp-serve --accept 1 :1 -- nohup sockit udp-send alpha.example:|
	END
}

# every_option - a case for each command, with all its options.
every_option() {
	sockit help --dump | awk -F '\t' '
	{ names[$1] = names[$1] " --" $3 }
	END { for (command in names) print "sockit " command " --| ?" names[command] }'
}

# stale FILE EDIT... - print what make lint would report if sed had made EDIT in one of the files.
stale() {
	rm -rf copy
	cp -r "$completions" copy
	sed "${@:2}" "$completions/$1" >"copy/$1"
	cmp -s "$completions/$1" "copy/$1" && return 2
	COMPLETIONS=$PWD/copy sh "$tests/../completions/generate.sh" check
}

@test "the files have the options, commands and layers that there are: make completions" {
	sh "$tests/../completions/generate.sh" check
}

@test "an option too few or too many in any of the files is found" {
	for file in sockit.bash _sockit sockit.fish; do
		run -1 stale "$file" -e '/tcp-serve.*--max-conns/d' -e '/^.*(--max-conns)/d'
		[[ $output == *"$file is stale: make completions"* ]]
		run -1 stale "$file" '/tcp-connect.*--closed\|(--closed)/{p;s/closed/open/g;}'
		run -1 stale "$file" 's/chargen/charger/'
		run -1 stale "$file" 's/hop-limit/hop-count/'
	done
}

@test "each option says what its value names" {
	sockit help --dump | awk -F '\t' '
	$4 ~ /^(\[=)?(FILE|DIR|IFNAME|HOST|ENDPOINT|PORT|NET|URL|USER|COMMAND|GROUP)/ && $9 == "-" {
		print
		bad = 1
	}
	END { exit bad }'
}

@test "bash: what completes in every shell" {
	need_proc
	common ' ' >cases
	tab bash <cases
}

@test "bash with the bash-completion package: what completes in every shell" {
	need_proc
	common ' ' >cases
	tab bash-package <cases
}

@test "zsh: what completes in every shell" {
	common = >cases
	tab zsh <cases
}

@test "fish: what completes in every shell" {
	common ' ' >cases
	tab fish <cases
}

@test "a word that looks like an option may be the value of the one before" {
	cat >cases <<-'END'
		sockit tcp-connect --expect --closed --| ? --closed !--expect
		sockit tcp-connect --send -- alp| => sockit tcp-connect --send -- alpha.example:|
	END
	tab bash <cases
	tab fish <cases
}

@test "bash: the first word of a command line, folders, quotes and redirections" {
	tab bash <<-'END'
		sockit tcp-serve --sh printe| => sockit tcp-serve --sh printenv |
		sockit tcp-serve --chroot fi| => sockit tcp-serve --chroot fi|
		sockit tcp-connect "alpha.example:imaps| => sockit tcp-connect "alpha.example:imaps" |
		sockit tcp-connect :1 >fi| => sockit tcp-connect :1 >file.pcap |
		sockit tcp-connect :1 2>fi| => sockit tcp-connect :1 2>file.pcap |
		sockit tcp-connect <fi| => sockit tcp-connect <file.pcap |
		sockit tcp-connect <file.pcap alp| => sockit tcp-connect <file.pcap alpha.example:|
		sockit tcp-connect > file.pcap alp| => sockit tcp-connect > file.pcap alpha.example:|
		sockit tcp-connect -vwx alp| => sockit tcp-connect -vwx alpha.example:|
		sockit tcp-connect -x=fi| => sockit tcp-connect -x=file.pcap |
		sockit tcp-connect -pimaps| => sockit tcp-connect -pimaps |
		sockit tcp-connect -onod| => sockit tcp-connect -onodelay |
		sockit tcp-connect [::1]:imaps| => sockit tcp-connect [::1]:imaps |
		sockit tcp-connect [2001| => sockit tcp-connect [2001:db8::7]:|
		sockit resolve 2001| => sockit resolve 2001:db8::7 |
		~/bin/sockit tcp-connect :imaps| => ~/bin/sockit tcp-connect :imaps |
	END
}

@test "bash: where : = and @ do not cut words" {
	need_proc
	bash_settings='COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=@]/}'
	common ' ' >cases
	tab bash <cases
}

@test "bash: of a known_hosts file only what is a host's name is offered" {
	echo 'evil$(touch${IFS}pwned) ssh-ed25519 AAAA' >>.ssh/known_hosts
	tab bash <<-'END'
		sockit tcp-connect | ? alpha.example: beta.example: gamma.example: [2001:db8::7]:
		sockit tcp-connect | ? !*.pattern.example: !|1|hashed=: !evil
		sockit tcp-connect ev| => sockit tcp-connect ev|
	END
	[ ! -e pwned ]
}

@test "bash: every option of every command is offered" {
	every_option >cases
	tab bash <cases
}

@test "zsh: every option of every command is offered" {
	every_option >cases
	tab zsh <cases
}

@test "fish: every option of every command is offered" {
	every_option >cases
	tab fish <cases
}

@test "zsh: what commands, options, layers and services are is said" {
	described >cases
	tab zsh <cases
}

@test "fish: what commands, options, layers and services are is said" {
	described >cases
	tab fish <cases
}

@test "bash with the bash-completion package: a command line in another" {
	nested nohup >cases
	tab bash-package <cases
}

@test "zsh: a command line in another" {
	nested nohup >cases
	tab zsh <cases
}

@test "fish: a command line in another" {
	nested env >cases
	tab fish <cases
}

@test "socket options of Linux, as far as their values are known" {
	need_proc
	[ "$(sockit tcp-connect -o help | grep -c mptcp)" -gt 0 ] || skip "this sockit has none of them"
	cat >cases <<-'END'
		sockit tcp-connect -o cong| => sockit tcp-connect -o congestion=|
		sockit tcp-connect -o mtu-discover=pr| => sockit tcp-connect -o mtu-discover=probe |
		sockit tcp-connect -o device=lo| => sockit tcp-connect -o device=lo |
	END
	known=/proc/sys/net/ipv4/tcp_available_congestion_control
	[ ! -r "$known" ] || echo "sockit tcp-serve -o congestion=| ? $(cat "$known")" >>cases
	for shell in bash zsh fish; do
		! command -v "$shell" >/dev/null || tab "$shell" <cases
	done
}

@test "fish: what a program sees that asks" {
	need fish
	tab_fish </dev/null
	export XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data
	run -0 fish -c 'complete -C "sockit tcp-c"'
	[ "$output" = "tcp-connect	$(sockit help | sed -n 's/^  tcp-connect  *//p')" ]
	run -0 fish -c 'complete -C "sockit tcp-serve --handler=e"'
	[[ $output == --handler=echo* ]]
}

@test "fish: letters joined with values and with each other" {
	tab fish <<-'END'
		sockit tcp-connect -pimaps| => sockit tcp-connect -pimaps |
		sockit tcp-connect -vwx alp| => sockit tcp-connect -vwx alpha.example:|
		sockit tcp-connect [::1]:imaps| => sockit tcp-connect \[::1\]:imaps |
		sockit tcp-connect [2001| => sockit tcp-connect \[2001:db8::7\]:|
		sockit tcp-connect \[2001:db8::7\]:imaps| => sockit tcp-connect \[2001:db8::7\]:imaps |
		~/bin/sockit tcp-connect :imaps| => ~/bin/sockit tcp-connect :imaps |
	END
}

@test "zsh: what its own functions complete, and how it quotes" {
	tab zsh <<-'END'
		sockit tcp-serve --sh printe| => sockit tcp-serve --sh printenv|
		sockit tcp-serve --sh "cat fi| => sockit tcp-serve --sh "cat file.pcap|
		sockit tcp-serve \*:imaps| => sockit tcp-serve \*:imaps |
		sockit tcp-connect \[::1\]:imaps| => sockit tcp-connect \[::1\]:imaps |
		sockit tcp-connect -vx| ? -z -4 !-x !file.pcap
		sockit tcp-connect -pimaps| => sockit tcp-connect -pimaps |
		sockit tcp-connect -vwx alp| => sockit tcp-connect -vwx alpha.example:|
		~/bin/sockit tcp-connect :imaps| => ~/bin/sockit tcp-connect :imaps |
	END
}

# loads SHELL... - loading the files when the shell starts does not run sockit.
loads() {
	rm bin/sockit
	printf '#!/bin/sh\necho ran >"$HOME/ran"\n' >bin/sockit
	chmod +x bin/sockit
	"$@" </dev/null
	[ ! -e ran ]
}

@test "bash: loading the file does not run sockit" {
	loads tab bash
}

@test "zsh: loading the file does not run sockit" {
	DUMP=$PWD/dump loads tab zsh
}

@test "fish: loading the file does not run sockit" {
	need fish
	loads fish --no-config -c "source '$completions/sockit.fish'"
}
