#!/usr/bin/env bash
# usage: native-build.sh SOURCE OUTPUT NAME CONFIGURATION [cmake arguments]
# Configures and builds SOURCE with CMake under a lock and publishes OUTPUT/libNAME.so by an atomic rename,
# so that two builds at once neither disturb each other nor show a half-written library.
set -euo pipefail
source=$1 output=$2 name=$3 configuration=$4
shift 4
mkdir -p "$output"
exec 9>"$output/lock"
flock 9
if [ -f "$output/build.stamp" ] && [ -f "$output/lib$name.so" ] \
   && [ -z "$(find "$source" "$(dirname "$0")/native-build.sh" -type f -newer "$output/build.stamp" -print -quit)" ]; then
  exit 0
fi
# A folder that was moved or copied carries a cache that names its old place, which CMake refuses.
if [ -f "$output/cmake/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(cd "$source" && pwd -P)" "$output/cmake/CMakeCache.txt"; then
  rm -rf "$output/cmake"
fi
generator=()
[ -f "$output/cmake/CMakeCache.txt" ] || ! command -v ninja >/dev/null || generator=(-G Ninja)
"${CMAKE:-cmake}" -S "$source" -B "$output/cmake" "${generator[@]}" -DCMAKE_BUILD_TYPE="$configuration" "$@"
"${CMAKE:-cmake}" --build "$output/cmake" --target "$name" --parallel "${NATIVE_JOBS:-2}"
cp "$output/cmake/lib$name.so" "$output/lib$name.so.new"
mv -f "$output/lib$name.so.new" "$output/lib$name.so"
touch "$output/build.stamp"
