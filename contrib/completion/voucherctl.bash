# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of voucherctl for bash. voucherctl itself says what may follow (src/voucherctl/complete.h).

_voucherctl() {
	local word=${COMP_WORDS[COMP_CWORD]} line
	local before=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
	COMPREPLY=()
	while IFS= read -r line; do
		if [ "$line" = :file ]; then
			while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
			compopt -o filenames 2>/dev/null
		else
			COMPREPLY+=("$line")
		fi
	done < <("${COMP_WORDS[0]}" --complete ${before[@]+"${before[@]}"} "$word" 2>/dev/null)
}

complete -F _voucherctl voucherctl
