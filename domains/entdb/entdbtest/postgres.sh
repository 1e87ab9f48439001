#!/bin/sh
# Runs a throw-away PostgreSQL for tests.
#
#   export MINZHENGTONG_TEST_POSTGRES="$(domains/entdb/entdbtest/postgres.sh start)"
#   go test ./...
#   domains/entdb/entdbtest/postgres.sh stop
#
# pair prints the URL of a primary with a standby, which names both: no commit is
# answered before the standby has it too. failover kills the primary, promotes the
# standby and gives it another one in the place of the first; the URL stays. The
# tests that need a pair make one themselves.
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
		return 3
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

# folder makes the folder in which everything lies.
folder() {
	dir=$(mktemp -d "$(room)/mzt-pg.XXXXXX")
	own "$dir"
}

# own makes a folder one that only the owner of a cluster may enter.
own() {
	[ "$(id -u)" -ne 0 ] || chown postgres: "$1"
	chmod 700 "$1"
}

# give_up says why, with the words of a log.
give_up() {
	cat "$1" >&2
	exit 1
}

# cluster makes a cluster in a folder.
cluster() {
	run "$initdb" -D "$1/data" -U test -A trust -E UTF8 --locale=C -N >"$1/log" 2>&1 || give_up "$1/log"
	rm -f "$1/log" # of the caller; the server's own follows
}

# launch starts the server in a folder, with options of its own.
launch() {
	options="-k $1 -c listen_addresses= -c max_connections=300 -c fsync=off -c full_page_writes=off"
	run "$pg_ctl" -D "$1/data" -l "$1/log" -o "$options $2" -w start >/dev/null || give_up "$1/log"
}

# halt ends the server in a folder, if it runs.
halt() {
	[ -e "$1/data/postmaster.pid" ] || return 0
	run "$pg_ctl" -D "$1/data" -m immediate -w -t 10 stop >/dev/null 2>&1 || true # one that was killed is dead already
}

start() {
	initdb=$(tool initdb)
	pg_ctl=$(tool pg_ctl)
	folder
	trap 'rm -rf "$dir"' EXIT
	cluster "$dir"
	launch "$dir" "-c synchronous_commit=off"
	trap - EXIT
	echo "postgres:///postgres?host=$dir&user=test&sslmode=disable"
}

# together are the options of either server of a pair. A standby that was promoted
# answers no commit until it has a standby of its own. What it shares lies in its
# folder, so that nothing stays of one that was killed.
together="-c synchronous_commit=remote_apply -c synchronous_standby_names=walreceiver -c wal_keep_size=256MB"
together="$together -c wal_retrieve_retry_interval=100ms -c dynamic_shared_memory_type=mmap"

# follow makes the second folder a standby of the server in the first.
follow() {
	mkdir "$2"
	own "$2"
	run "$(tool pg_basebackup)" -h "$1" -U test -D "$2/data" -R -c fast -N >"$2/log" 2>&1 || give_up "$2/log"
	rm -f "$2/log"
	launch "$2" "$together"
}

pair() {
	initdb=$(tool initdb)
	pg_ctl=$(tool pg_ctl)
	folder
	trap 'halt "$dir/a"; halt "$dir/b"; rm -rf "$dir"' EXIT
	mkdir "$dir/a"
	own "$dir/a"
	cluster "$dir/a"
	launch "$dir/a" "$together"
	follow "$dir/a" "$dir/b"
	trap - EXIT
	echo "postgres:///postgres?host=$dir/a,$dir/b&user=test&sslmode=disable&target_session_attrs=read-write"
}

# failover kills the primary as a machine that loses power does: with all it was doing.
failover() {
	locate "$1"
	pg_ctl=$(tool pg_ctl)
	primary=$dir/a standby=$dir/b
	[ ! -e "$dir/a/data/standby.signal" ] || primary=$dir/b standby=$dir/a
	pid=$(head -n 1 "$primary/data/postmaster.pid")
	children=$(ps -e -o pid= -o ppid= | awk -v parent="$pid" '$2 == parent { print $1 }')
	segment=$(awk 'NR == 7 { print $2 }' "$primary/data/postmaster.pid")
	kill -KILL "$pid"
	# shellcheck disable=SC2086 # one word for each process; some end by themselves
	kill -KILL $children 2>/dev/null || true
	run "$pg_ctl" -D "$standby/data" -w promote >/dev/null || give_up "$standby/log"
	ipcrm -m "$segment" 2>/dev/null || true # which nobody is left to remove
	rm -rf "$primary"
	follow "$standby" "$primary"
}

# locate finds the folder in a URL that start or pair printed.
locate() {
	dir=${1#*host=}
	dir=${dir%%[&,]*}
	dir=${dir%/a}
	case $dir in
	/tmp/mzt-pg.* | /dev/shm/mzt-pg.*) ;;
	*)
		echo "postgres.sh: that is no URL that it printed" >&2
		exit 2
		;;
	esac
}

stop() {
	locate "$1"
	pg_ctl=$(tool pg_ctl)
	for server in "$dir" "$dir/a" "$dir/b"; do
		halt "$server"
	done
	rm -rf "$dir"
}

case ${1:-} in
start) start ;;
pair) pair ;;
failover) failover "${2:-}" ;;
stop) stop "${2:-${MINZHENGTONG_TEST_POSTGRES:-}}" ;;
*)
	echo "usage: postgres.sh start | pair | failover URL | stop [URL]" >&2
	exit 2
	;;
esac
