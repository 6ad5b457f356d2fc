#!/bin/sh
# Installs, upgrades or removes Qiming from this folder alone: no network, no registry, no compiler.
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix='' home='' user='' service='' python='' remove=no port=8000

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

usage() {
    cat <<'TEXT'
用法：sh install.sh [选项]
  --prefix 目录    程序装在哪（管理员默认 /opt/qiming，其他人默认 ~/qiming/app）
  --home 目录      数据放在哪（管理员默认 /var/lib/qiming，其他人默认 ~/qiming/data）
  --user 用户      以谁的身份运行（管理员默认 qiming，没有就建；--no-service 时默认自己）
  --port 端口      第一次安装时写进 qiming.env（默认 8000）
  --python 路径    用哪个 Python
  --no-service     不装成开机自动运行的服务
  --uninstall      卸载程序；数据留着
TEXT
}

while [ $# -gt 0 ]; do
    case $1 in
        --prefix) prefix=$2; shift ;;
        --home) home=$2; shift ;;
        --user) user=$2; shift ;;
        --port) port=$2; shift ;;
        --python) python=$2; shift ;;
        --no-service) service=no ;;
        --uninstall) remove=yes ;;
        --help|-h) usage; exit 0 ;;
        *) usage >&2; stop "不认识的选项：$1" ;;
    esac
    shift
done

if [ "$(id -u)" = 0 ]; then
    : "${prefix:=/opt/qiming}" "${home:=/var/lib/qiming}"
    if [ -z "$service" ]; then [ -d /run/systemd/system ] && service=yes || service=no; fi
    [ -n "$user" ] || { [ "$service" = yes ] && user=qiming || user=root; }
else
    : "${prefix:=$HOME/qiming/app}" "${home:=$HOME/qiming/data}"
    service=no user=$(id -un)
fi
unit=/etc/systemd/system/qiming.service

as_user() { if [ "$user" = "$(id -un)" ]; then "$@"; else runuser -u "$user" -- "$@"; fi; }

# Run `qiming` of one release with the settings of this installation.
qiming_of() {
    which=$1; shift
    ( set -a; . "$prefix/qiming.env"; set +a; cd "$home"; as_user "$which/bin/qiming" "$@" )
}

check_files() {
    say "核对安装包"
    ( cd "$here" && sha256sum --quiet -c SHA256SUMS ) || stop "安装包不完整或被改过。什么都没有装，请重新拷贝。"
    [ "$(uname -m)" = "$(cat "$here/MACHINE")" ] || stop "这个安装包给 $(cat "$here/MACHINE") 的机器用，这台是 $(uname -m)。"
}

find_python() {
    while read -r wanted; do
        for candidate in "$python" "python$wanted" python3 "/usr/bin/python$wanted" "/usr/local/bin/python$wanted"; do
            [ -n "$candidate" ] || continue
            found=$(command -v "$candidate" 2>/dev/null) || continue
            has=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
            if [ "$has" = "$wanted" ]; then python=$found version=$wanted; return; fi
        done
    done < "$here/PYTHONS"
    stop "没有找到 Python $(tr '\n' ' ' < "$here/PYTHONS")。请先装好其中一个，或用 --python 指出它在哪。"
}

make_release() {
    release=$prefix/releases/$(head -n 1 "$here/VERSION")-$(date -u +%Y%m%d%H%M%S)
    mkdir -p "$prefix/releases"
    trap 'rm -rf "$release"' EXIT
    say "安装程序到 $release"
    "$python" -m venv --without-pip "$release"
    PIP_CONFIG_FILE=/dev/null "$release/bin/python" "$(ls "$here"/wheels/pip-*.whl)/pip" install \
        --quiet --disable-pip-version-check --no-cache-dir --no-index --find-links "$here/wheels" --no-deps \
        --require-hashes -r "$here/requirements-$version.txt"
    "$release/bin/python" -m compileall -q "$release/lib" >/dev/null 2>&1 || true
    trap - EXIT
}

make_user() {
    if [ "$user" = qiming ] && ! id qiming >/dev/null 2>&1; then
        useradd --system --home-dir "$home" --shell /usr/sbin/nologin qiming
    fi
    id "$user" >/dev/null 2>&1 || stop "没有 $user 这个用户。"
}

make_places() {
    mkdir -p "$home" "$prefix/bin"
    chmod 700 "$home"
    [ "$user" = "$(id -un)" ] || chown "$user" "$home"
    if [ ! -f "$prefix/qiming.env" ]; then
        ( umask 077; printf 'QIMING_HOME=%s\nHOST=127.0.0.1\nPORT=%s\n' "$home" "$port" > "$prefix/qiming.env" )
        [ "$user" = "$(id -un)" ] || chown "$user" "$prefix/qiming.env"
    fi
    cat > "$prefix/bin/qiming" <<TEXT
#!/bin/sh
# qiming with the settings of this installation
set -a; . "$prefix/qiming.env"; set +a
exec "$prefix/current/bin/qiming" "\$@"
TEXT
    chmod 755 "$prefix/bin/qiming"
}

point_at() { ln -sfn "$1" "$prefix/current.new"; mv -T "$prefix/current.new" "$prefix/current"; }

write_unit() {
    [ "$service" = yes ] || return 0
    sed -e "s|@USER@|$user|g" -e "s|@PREFIX@|$prefix|g" -e "s|@HOME@|$home|g" "$here/qiming.service" > "$unit"
    systemctl daemon-reload
    systemctl enable --quiet qiming
}

start_service() { [ "$service" != yes ] || systemctl restart qiming; }

stop_running() {
    [ "$service" != yes ] || systemctl stop qiming 2>/dev/null || true
    if [ -f "$home/up.lock" ] && command -v flock >/dev/null && ! flock -n "$home/up.lock" true; then
        stop "启明正在运行。请先停掉它（在它的窗口按 Ctrl-C），再升级。"
    fi
}

first_install() {
    make_release
    point_at "$release"
    write_unit
    start_service
    say "装好了。"
}

upgrade() {
    old=$(readlink "$prefix/current")
    make_release
    stop_running
    kept=''
    if [ -d "$home/pg" ] || grep -q '^DATABASE_URL=' "$prefix/qiming.env"; then
        kept=$home/before-upgrade-$(date -u +%Y%m%d%H%M%S)
        say "备份到 $kept"
        qiming_of "$old" backup "$kept" >/dev/null || {
            rm -rf "$release"; start_service
            stop "升级前的备份没有做成，没有升级；旧版本还在用。"
        }
        if ! { qiming_of "$release" prepare && qiming_of "$release" doctor --start --urgent; }; then
            roll_back
        fi
    fi
    point_at "$release"
    write_unit
    start_service
    say "升级好了：$(basename "$old") → $(basename "$release")。旧程序还在 $old${kept:+，升级前的备份在 $kept}。"
}

roll_back() {
    say "新版本检查不通过，退回旧版本"
    if grep -q '^DATABASE_URL=' "$prefix/qiming.env"; then
        rm -rf "$release"
        stop "数据库在 DATABASE_URL 指向的服务器上，不会自动退回：请建一个空数据库，把 DATABASE_URL 指过去，再运行 $old/bin/qiming restore $kept。"
    fi
    qiming_of "$old" restore "$kept" --replace >/dev/null || stop "旧数据没有放回：备份在 $kept，请照 docs/operations.md 恢复。"
    rm -rf "$release"
    start_service
    stop "没有升级成。旧版本和升级前的数据已经放回（备份在 $kept）；上面写着哪里不对。"
}

uninstall() {
    [ -d "$prefix/releases" ] || stop "$prefix 里没有装启明。"
    stop_running
    if [ -f "$unit" ] && [ "$(id -u)" = 0 ] && grep -q "$prefix/current" "$unit"; then
        systemctl disable --quiet qiming 2>/dev/null || true
        rm -f "$unit"
        systemctl daemon-reload 2>/dev/null || true
    fi
    rm -rf "$prefix/releases" "$prefix/current" "$prefix/bin"
    say "程序删掉了。数据还在 $home，设置还在 $prefix/qiming.env；确定不要了再自己删除。"
}

if [ "$remove" = yes ]; then uninstall; exit 0; fi
check_files
find_python
make_user
make_places
if [ -L "$prefix/current" ]; then upgrade; else first_install; fi
say "设置：$prefix/qiming.env　检查：$prefix/bin/qiming doctor"
[ "$service" = yes ] || say "运行：$prefix/bin/qiming up"
