#!/bin/sh
# Runs a throw-away PostgreSQL for tests.
#
#   export MINZHENGTONG_TEST_POSTGRES="$(domains/entdb/entdbtest/postgres.sh start)"
#   go test ./...
#   domains/entdb/entdbtest/postgres.sh stop
#
# start prints the URL of a new cluster, made in a folder with a short name,
# because the path of its socket may have 107 bytes. stop takes that URL from
# the variable or as its argument, ends the cluster and deletes the folder.
# The folder is in memory where there is room for it, which makes a database in a
# tenth of the time. Nobody is asked for a password: only the owner may enter the
# folder that has the socket, and there is no port.
set -eu

# run runs a command as the user that may own a cluster, which root may not.
run() {
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
	else
		"$@"
	fi
}

# tool prints the path of one of PostgreSQL's programs. Debian keeps each
# version in a folder of its own, outside of the search path.
tool() {
	newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
	PATH="${newest:-/nonexistent}:$PATH" command -v "$1" || {
		echo "postgres.sh: no $1; install PostgreSQL (apt-get install postgresql)" >&2
		return 1
	}
}

# room prints the folder in which to make the cluster.
room() {
	free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
	if [ -w /dev/shm ] && [ "${free:-0}" -gt 2000000 ]; then
		echo /dev/shm
	else
		echo /tmp
	fi
}

start() {
	initdb=$(tool initdb)
	pg_ctl=$(tool pg_ctl)
	dir=$(mktemp -d "$(room)/mzt-pg.XXXXXX")
	[ "$(id -u)" -ne 0 ] || chown postgres: "$dir"
	chmod 700 "$dir"
	trap 'rm -rf "$dir"' EXIT
	run "$initdb" -D "$dir/data" -U test -A trust -E UTF8 --locale=C -N >"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		exit 1
	}
	rm -f "$dir/log" # of the caller; the server's own follows
	options="-k $dir -c listen_addresses= -c max_connections=300 -c fsync=off"
	options="$options -c synchronous_commit=off -c full_page_writes=off"
	run "$pg_ctl" -D "$dir/data" -l "$dir/log" -o "$options" -w start >/dev/null || {
		cat "$dir/log" >&2
		exit 1
	}
	trap - EXIT
	echo "postgres:///postgres?host=$dir&user=test&sslmode=disable"
}

stop() {
	dir=${1#*host=}
	dir=${dir%%&*}
	case $dir in
	/tmp/mzt-pg.* | /dev/shm/mzt-pg.*) ;;
	*)
		echo "postgres.sh: stop wants the URL that start printed" >&2
		exit 2
		;;
	esac
	run "$(tool pg_ctl)" -D "$dir/data" -m immediate -w stop >/dev/null
	rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop "${2:-${MINZHENGTONG_TEST_POSTGRES:-}}" ;;
*)
	echo "usage: postgres.sh start | stop [URL]" >&2
	exit 2
	;;
esac
