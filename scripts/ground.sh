# shellcheck shell=bash
# Sourced by the scripts beside it: the virtual environment and the system's packages, each made only where missing.
# Everything it says goes to stderr.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=$root/.venv/bin/python
unset PYTHONDONTWRITEBYTECODE # each of the many commands that tests and benchmarks start would compile everything

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Root, or sudo that needs no password, or sudo on a terminal where one can be typed.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}
may_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

# Installs what is missing of the packages named, by the package manager that is here. False where it may not.
install_packages() {
  if command -v apt-get >/dev/null; then
    may_be_root && say "Installing $* (apt-get) ..." && as_root bash "$root/scripts/debian-packages" "$@" >&2
  elif command -v brew >/dev/null && [ "$(id -u)" != 0 ]; then
    say "Installing $* (brew) ..." && brew install --quiet "$@" >&2
  else
    false
  fi
}

# A Python that starts, is new enough, and can make virtual environments.
usable() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

# The default function's own version first: on Linux the local AWS then runs exactly the zip that is uploaded.
# pyenv's shims may be on PATH and still refuse, so its versions are tried by their folders too.
find_python() {
  local version candidate
  for version in 3.13 3.14 3.12 3.11 3; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python3; do
      if usable "$candidate"; then
        printf '%s\n' "$candidate"
        return
      fi
    done
  done
  false
}

install_python() {
  if command -v apt-get >/dev/null; then
    install_packages python3 python3-venv && find_python >/dev/null && return
    install_packages python3.13 python3.13-venv || install_packages python3.12 python3.12-venv ||
      install_packages python3.11 python3.11-venv
  else
    install_packages python@3.13
  fi
}

# make_venv EXTRA...: .venv with this project and these extras; done again only when pyproject.toml has changed.
make_venv() {
  local base extra each stamp
  if ! usable "$python"; then
    base=$(find_python) || { install_python && base=$(find_python); } ||
      die "provision needs Python 3.11 to 3.14 with its venv module; here is $(python3 --version 2>/dev/null || echo none)." \
        "Install one (Debian, Ubuntu: python3 and python3-venv; macOS: brew install python@3.13) and run this again."
    say "Making .venv with $("$base" --version) ..."
    "$base" -m venv --clear "$root/.venv"
  fi
  stamp="$root $(cksum <"$root/pyproject.toml")"
  for extra in "$@"; do
    if [ "$(cat "$root/.venv/installed-$extra" 2>/dev/null)" != "$stamp" ]; then
      say "Installing provision[$*] into .venv ..."
      "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >&2 # made by another tool, or half made
      (cd "$root" && "$python" -m pip install -qq --disable-pip-version-check -e ".[$(IFS=,; echo "$*")]" >&2)
      for each in "$@"; do printf '%s\n' "$stamp" >"$root/.venv/installed-$each"; done
      return
    fi
  done
}

# PostgreSQL and PgBouncer for the local AWS. What is here is asked of the code that will look for them.
find_engines() {
  "$python" -c 'import runpy, sys
here = runpy.run_path(sys.argv[1])
wanted = [name for name in ("postgresql", "pgbouncer") if not here[name]()]
print(" ".join(wanted))' "$root/provision/aws/local/engines/binaries.py"
}
make_engines() {
  local missing
  missing=$(find_engines)
  [ -n "$missing" ] || return 0
  command -v brew >/dev/null && missing=${missing/postgresql/postgresql@17}
  # shellcheck disable=SC2086 # several words
  if ! install_packages $missing || [ -n "$(find_engines)" ]; then
    say "Not installed, and needed for the local AWS: $missing. Install with your package manager as an administrator."
  fi
}

# State files, accounts and databases are flushed at every write: in memory that costs nothing. For scratch folders,
# where there are 4 GiB of it and programs may run there.
work_in_memory() {
  [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && ! grep -q ' /dev/shm .*noexec' /proc/mounts || return 0
  [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -lt 4194304 ] || export TMPDIR=/dev/shm
}
