#!/usr/bin/env bash
# One script does everything: it installs what is missing, builds what has changed, and runs the command.
#   ./robot COMMAND [OPTIONS]         for instance ./robot doctor; ./robot --help lists the commands
#   ./robot test [TEST OPTIONS]       builds and runs every test project
#   ./robot hil --robot FILE          builds and runs the hardware-in-the-loop suite; --emulate needs no hardware
#   --no-install (anywhere)           names the missing packages and stops instead of installing them
# Environment: MUJOCO_ROOT=/path takes an unpacked release instead of the distribution's package; ROBOT_TORCH=cuda takes libtorch for
# CUDA instead of the one for the processor (see docs/torch.md).
set -euo pipefail

root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
artifacts=$root/artifacts
os_release=${ROBOT_OS_RELEASE:-/etc/os-release}
oldest_sdk=10.0.100

# Packages per distribution: always | for the tests only.
package_table() {
  local ours='g++ cmake make libmujoco-dev libegl-dev libegl1 libegl-mesa0 libgl1-mesa-dri'
  case $1 in
    debian:12) echo "$ours | mosquitto mosquitto-clients" ;;
    debian:13) echo "$ours | mosquitto mosquitto-clients" ;;
    *) return 1 ;;
  esac
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

trap 'say "stopped."; exit 130' INT

# ---- packages ----

wanted_packages() {
  local row names
  row=$(package_table "$distribution")
  names=${row%% | *}
  [[ $1 == test ]] && names+=" ${row#* | }"
  [[ -n ${MUJOCO_ROOT:-} ]] && names=${names/libmujoco-dev/}
  echo $names
}

missing_packages() {
  local wanted installed name
  wanted=$(wanted_packages "$1")
  installed=" $(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ')"
  for name in $wanted; do
    [[ $installed == *" $name "* ]] || printf '%s ' "$name"
  done
}

apt_install() {
  local prefix=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "packages are missing and there is no sudo here; as root run: $apt_line"
    say "Some packages are missing: $*"
    say "They hold the compiler, MuJoCo and the drawing library; sudo is needed to install them."
    if [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
      fail "sudo would ask for a password and there is no terminal to answer it; run: sudo $apt_line"
    fi
    prefix=(sudo)
  else
    say "Installing missing packages: $*"
  fi
  local apt=("${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
  "${apt[@]}" update >&2 || say "note: apt-get update failed; trying with the lists that are here."
  "${apt[@]}" install -y --no-install-recommends "$@" >&2 \
    || fail "the packages could not be installed; see apt's lines above, then run: $apt_line"
}

check_unknown_distribution() {
  local missing= tool
  for tool in g++ cmake make; do command -v "$tool" >/dev/null || missing+=" $tool"; done
  [[ -f ${MUJOCO_ROOT:-/usr}/include/mujoco/mujoco.h ]] || missing+=" mujoco (unpack a release and set MUJOCO_ROOT to its folder)"
  [[ -z $missing ]] || fail "package names are known for Debian 12 and 13 only; on $pretty_name install these by hand:$missing; EGL is needed too"
}

ensure_packages() {
  local purpose=$1 missing
  if ! package_table "$distribution" >/dev/null; then check_unknown_distribution; return; fi
  missing=$(missing_packages "$purpose")
  [[ -n $missing ]] || return 0
  missing=${missing% }
  apt_line="apt-get install -y --no-install-recommends $missing"
  if [[ -n $no_install ]]; then
    fail "packages are missing and --no-install was given; as root run: $apt_line"
  fi
  apt_install $missing
}

check_torch() {
  [[ ${ROBOT_TORCH:=cpu} == cpu || $ROBOT_TORCH == cuda ]] || fail "ROBOT_TORCH takes cpu or cuda, not '$ROBOT_TORCH'; correct it, or unset it."
}

# ---- .NET ----

find_dotnet() {
  local folder
  command -v dotnet >/dev/null && return
  for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
    if [[ -n $folder && -x $folder/dotnet ]]; then
      export PATH="$folder:$PATH" DOTNET_ROOT="$folder"
      return
    fi
  done
  fail ".NET is missing: install the .NET SDK $oldest_sdk or newer from https://dot.net/download and call this again."
}

check_sdk() {
  local have fitting
  have=$(cd "$root" && dotnet --version 2>/dev/null) || have=
  if [[ -z $have || $(printf '%s\n' "$oldest_sdk" "$have" | sort -V | head -n 1) != "$oldest_sdk" ]]; then
    fitting=$(dotnet --list-sdks 2>/dev/null | awk '$1 ~ /^10\.0\./ {print $1}' | sort -V | tail -n 1)
    [[ -n $have || -z $fitting || $(printf '%s\n' "$oldest_sdk" "$fitting" | sort -V | head -n 1) != "$oldest_sdk" ]] \
      || fail "the .NET SDK $fitting is installed but does not start: $(cd "$root" && dotnet --version 2>&1 | grep -v '^ *$' | sed -n '1s|[.]*$||p'); mend that and call this again."
    have=$(dotnet --list-sdks 2>/dev/null | awk '{printf "%s ", $1}')
    fail "the .NET SDK must be $oldest_sdk or newer (10.0.x), found: ${have:-none}; get it from https://dot.net/download."
  fi
}

# ---- building ----

# Names, sizes and times of all sources, and of the folders named; works without git and takes some hundredths of a second.
source_stamp() {
  {
    printf '%s\n' "$root" "$ROBOT_TORCH" "${MUJOCO_ROOT:-}" "$(readlink -f "$(command -v dotnet)")"
    cd "$root"
    find . -maxdepth 1 -type f \( -name '*.props' -o -name '*.targets' -o -name '*.txt' -o -name '*.json' -o -name '.editorconfig' -o -iname 'nuget.config' \) -printf '%p %s %T@\n'
    for folder in src benchmarks native build "$@"; do
      [[ ! -d $folder ]] || find "$folder" -type d \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n'
    done
  } | LC_ALL=C sort | sha256sum | cut -c 1-16
}

# Runs the build, its output into a log; a failure shows the compiler's lines and ends in one sentence.
dotnet_build() {
  local log=$artifacts/build.log
  # The compiler server outlives the build: it must inherit neither our locks nor our pipes.
  if ! (cd "$root" && dotnet build "$1" -c Release -v q -nologo -clp:NoSummary -p:GenerateFullPaths=true </dev/null >"$log" 2>&1 9>&-); then
    if grep -q -E 'error NU13|error NU1101' "$log"; then
      grep -E 'error NU' "$log" | sort -u | head -n 5 >&2
      fail "NuGet packages could not be fetched; check the network, the proxy or NuGet.Config, and call this again."
    fi
    { grep -E '(error|Error) ?[A-Za-z0-9]*:|error :' "$log" || tail -n 20 "$log"; } | sed 's/ \[[^]]*\]$//' | awk '!seen[$0]++' | head -n 20 >&2
    fail "the build of $1 failed; the lines above say where, and all of its output is in artifacts/build.log."
  fi
}

lock_builds() {
  mkdir -p "$artifacts" 2>/dev/null || true
  [[ -w $artifacts ]] || fail "$artifacts cannot be written; give this user the right to, or copy the checkout elsewhere."
  exec 9>"$artifacts/.lock"
  flock -n 9 || { say "Waiting for another build to finish ..."; flock 9; }
}

remove_old_apps() {
  local folder
  for folder in "$artifacts"/app/*/; do
    folder=${folder%/}
    # A running program holds a shared lock on its folder.
    [[ $folder == "$app" ]] || (flock -n 8 && rm -rf "$folder") 8<"$folder" || true
  done
}

build_app() {
  check_sdk
  lock_builds
  if [[ ! -f $app/robot-app.dll ]]; then
    say "Building (the first time takes a minute or two) ..."
    dotnet_build src/Cli/Robotics.Cli.csproj
    # Copied aside, so that a later build never touches what a running program has open; but for libtorch's files (480 MB), which
    # are links already (build/TorchNatives.targets) and never written to.
    rm -rf "$app.part" && mkdir -p "$app.part"
    (cd "$root/src/Cli/bin/Release/net10.0" && tar -c --exclude=./runtimes .) | tar -x -C "$app.part"
    [[ ! -d $root/src/Cli/bin/Release/net10.0/runtimes ]] || cp -al "$root/src/Cli/bin/Release/net10.0/runtimes" "$app.part"
    mv "$app.part" "$app"
    remove_old_apps
  fi
  exec 9>&-
}

run_app() {
  app=$artifacts/app/$(source_stamp)
  [[ -f $app/robot-app.dll ]] || build_app
  exec 8<"$app"
  flock -s 8
  exec dotnet "$app/robot-app.dll" "$@"
}

# The suite is a program of its own: its emulators are no part of what a robot runs.
run_hil() {
  local stamp program=$root/tests/hil/bin/Release/net10.0/robot-hil.dll
  stamp=$(source_stamp tests)
  if [[ ! -f $program || $(cat "$artifacts/hil.stamp" 2>/dev/null) != "$stamp" ]]; then
    check_sdk
    lock_builds
    say "Building the suite (the first time takes a minute or two) ..."
    dotnet_build tests/hil/Robotics.Hil.csproj
    echo "$stamp" >"$artifacts/hil.stamp"
    exec 9>&-
  fi
  exec dotnet "$program" hil "$@"
}

# ---- tests ----

# The sum of one attribute over the assemblies of a report; 0 when a program ended before writing one.
attribute_sum() {
  { grep -o '<assembly [^>]*' "$2" 2>/dev/null || true; } | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{s += $1} END {print s + 0}'
}

run_test_project() {
  local project=$1 name exe report status=0
  shift
  name=$(basename "$project" .csproj)
  exe=$(dirname "$project")/bin/Release/net10.0/$name
  report=$artifacts/tests/$name.xml
  say "== $name"
  rm -f "$report"
  timeout --kill-after=10 "${ROBOT_TEST_TIMEOUT:-900}" "$exe" --progress off --no-ansi \
    --results-directory "$artifacts/tests" --report-xunit-xml --report-xunit-xml-filename "$name.xml" "$@" </dev/null || status=$?
  [[ $status == 124 ]] && say "error: $name did not finish in ${ROBOT_TEST_TIMEOUT:-900} s."
  local p f s
  p=$(attribute_sum passed "$report"); s=$(attribute_sum skipped "$report")
  f=$(( $(attribute_sum failed "$report") + $(attribute_sum errors "$report") ))
  # With a filter, a project in which nothing matches (status 8) is no failure; any other bad end is one.
  if [[ $status != 0 && $f == 0 && ! ( $status == 8 && $# -gt 0 ) ]]; then f=1; say "error: $name ended with status $status."; fi
  passed=$((passed + p)); failed=$((failed + f)); skipped=$((skipped + s))
}

run_tests() {
  local projects project
  check_sdk
  mapfile -t projects < <(find "$root/tests" -name '*.Tests.*.csproj' -not -path '*/bin/*' -not -path '*/obj/*' | LC_ALL=C sort)
  [[ ${#projects[@]} -gt 0 ]] || fail "there is no test project under tests/; this checkout is incomplete."
  lock_builds
  mkdir -p "$artifacts/tests"
  for project in "${projects[@]}"; do
    say "Building $(basename "$project" .csproj) ..."
    dotnet_build "${project#"$root"/}"
  done
  exec 9>&-
  passed=0 failed=0 skipped=0
  for project in "${projects[@]}"; do run_test_project "$project" "$@"; done
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  [[ $failed == 0 ]]
}

# ---- the command ----

no_install=${ROBOT_NO_INSTALL:-}
arguments=()
for argument in "$@"; do
  if [[ $argument == --no-install ]]; then no_install=yes; else arguments+=("$argument"); fi
done
set -- "${arguments[@]}"

distribution=$(. "$os_release" 2>/dev/null && echo "${ID:-unknown}:${VERSION_ID:-}") || distribution=unknown:
pretty_name=$(. "$os_release" 2>/dev/null && echo "${PRETTY_NAME:-this system}") || pretty_name="this system"

export ROBOT_HOME=$root
# Two OpenMP threads collapse on a loaded machine; .NET cannot set this for native code once it runs.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} LP_NUM_THREADS=${LP_NUM_THREADS:-0}
# glibc's default malloc gives large tensors back to the system again and again.
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-8589934592} MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-268435456}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false TESTINGPLATFORM_TELEMETRY_OPTOUT=1
# Remedies that the program prints name packages from the table above.
if package_table "$distribution" >/dev/null; then
  ROBOT_APT_LINE="apt-get install -y --no-install-recommends $(wanted_packages run)"
  export ROBOT_APT_LINE
fi

check_torch
if [[ ${1:-} == test ]]; then
  shift
  ensure_packages test
  find_dotnet
  run_tests "$@"
elif [[ ${1:-} == hil ]]; then
  shift
  ensure_packages run
  find_dotnet
  run_hil "$@"
else
  ensure_packages run
  find_dotnet
  run_app "$@"
fi
