#!/usr/bin/env bash
# usage: torchsharp-library.sh PACKAGE_LIBRARY OUTPUT_LIBRARY
# Makes the copy of libLibTorchSharp.so that is used. TorchSharp's build machine has GCC 13, whose libstdc++ marks programs that use
# <iostream> with the version GLIBCXX_3.4.32; Debian 12's libstdc++ is older and has no such version, so that the library would be
# refused. Nothing in it is bound to a symbol of that version: where it is missing, the copy says that it may be (the flag "weak" in
# .gnu.version_r). Under a lock and by an atomic rename, so that two builds at once do not disturb each other.
set -euo pipefail
source=$1 output=$2 tag=GLIBCXX_3.4.32
mkdir -p "$(dirname "$output")"
exec 9>"$(dirname "$output")/lock"
flock 9
[[ ! $output -nt $source || ! $output -nt $0 ]] || exit 0

# Which versions the system's loader misses, weak ones left out.
missing() { LC_ALL=C ldd "$1" 2>&1 | grep -v 'weak version' | sed -n "s/.*version \`\([^']*\)' not found.*/\1/p" | sort -u | tr '\n' ' '; }

cp "$source" "$output.new"
chmod u+w "$output.new"
if [[ $(missing "$source") == "$tag " ]]; then
  # "Version needs section '.gnu.version_r' ...", " Addr: ...  Offset: 0x0003f8f0 ...", "  0x0140:   Name: GLIBCXX_3.4.32  Flags: none ..."
  read -r section entry < <(LC_ALL=C readelf -W -V "$output.new" | awk -v tag="$tag" '
    /gnu.version_r/ { needs = 1 }
    needs && /Offset: 0x/ && !section { match($0, /Offset: 0x[0-9a-f]+/); section = substr($0, RSTART + 8, RLENGTH - 8) }
    needs && $2 == "Name:" && $3 == tag { sub(":", "", $1); print section, $1; exit }') || true
  [[ -n ${entry:-} ]] || { echo "error: $source lacks $tag, which the system's loader misses there"; exit 1; }
  # The flags follow the 4 bytes of the hash; 2 is VER_FLG_WEAK.
  printf '\x02\x00' | dd of="$output.new" bs=1 seek=$((section + entry + 4)) conv=notrunc status=none
fi
left=$(missing "$output.new")
[[ -z $left ]] || { echo "error: TorchSharp's library needs a newer libstdc++ or libc than this system's (it lacks ${left% }); use Debian 12, 13 or newer"; exit 1; }
touch "$output.new"
mv -f "$output.new" "$output"
