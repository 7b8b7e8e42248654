#!/bin/sh
# Stands in for package managers and compilers: what it makes depends on the files that it is
# given, and on nothing else. Called by their names.
name=${0##*/}
sum=$(
    {
        echo "$name $*"
        [ "$PWD" = / ] || find . -type f ! -name made ! -size +200k -exec sha256sum {} + | sort
    } | sha256sum
)

make_file() {
    mkdir -p "$(dirname "$1")"
    echo "$sum" > "$1"
}

output=
arguments="$*"
while [ $# -gt 0 ]; do
    case $1 in
        -o | -p | --recipe-path) output=$2 ;;
    esac
    shift
done

case "$name $arguments" in
    "npm "*"build"* | "yarn build"* | "pnpm "*"build"* | "bun "*"build"*)
        for file in dist/index.html dist/index.js .next/standalone/server.js .next/static/x.js; do
            make_file "$file"
        done
        ;;
    npm* | yarn* | pnpm* | "bun install"*) make_file node_modules/made ;;
    "go mod"*) make_file /go/pkg/mod/made ;;
    "go build"*) make_file "${output:-app}" ;;
    mvn*package*) make_file target/app.jar ;;
    gradle*) make_file build/libs/app.jar ;;
    "cargo build"*) make_file target/release/app ;;
    cargo*) make_file target/made ;;
    poetry*) make_file .venv/made && make_file dist/app.whl ;;
    uv*) make_file .venv/made ;;
    pipenv*) make_file .venv/made ;;
    conda*) make_file "${output:-/opt/conda/made}"/made ;;
    composer*) make_file vendor/made ;;
    bundle*) make_file "${BUNDLE_PATH:-/usr/local/bundle}/made" ;;
    dotnet*publish* | dotnet*build*) make_file "$output/Api.dll" ;;
    mix*release*) make_file "_build/$MIX_ENV/rel/app/bin/server" ;;
    mix*) make_file deps/made ;;
    cmake*) make_file build/app ;;
    hugo*) make_file public/made.html ;;
    *collectstatic*) make_file static/made ;;
    *"venv /opt/venv"*) make_file /opt/venv/made ;;
    *) make_file /var/lib/tools/made ;;
esac
