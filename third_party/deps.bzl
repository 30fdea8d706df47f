"""Every external repository of this workspace. All are local: nothing is ever downloaded.

Each library is a lazy repository: one that is not installed stops only the targets that need it,
with a message that names the package to install. docs/dependencies.md says why each is here.
"""

def _files_impl(ctx):
    for path, text in ctx.attr.files.items():
        ctx.file(path, text, executable = False)

_files = repository_rule(_files_impl, attrs = {"files": attr.string_dict()})

def _native_rules(path, names):
    defs = "".join(["%s = native.%s\n" % (name, name) for name in names])
    return {"WORKSPACE": "", path + "/BUILD": "", path + "/defs.bzl": defs}

def offline_bazel():
    """Stands in for what Debian's Bazel 4 would download. A newer Bazel brings its own."""
    if native.bazel_version and not native.bazel_version.startswith("4."):
        return  # Debian's Bazel 4.2.3 says that its version is ""
    _files(
        name = "rules_cc",
        files = _native_rules("cc", ["cc_binary", "cc_library", "cc_test", "cc_toolchain", "cc_toolchain_suite"]),
    )
    _files(
        name = "rules_java",
        files = _native_rules("java", ["java_import", "java_runtime", "java_toolchain"]),
    )
    _files(  # every test rule names these two files; only `bazel coverage` would run them
        name = "remote_coverage_tools",
        files = {
            "WORKSPACE": "",
            "BUILD": 'exports_files(["lcov_merger", "coverage_report_generator"])',
            "lcov_merger": "",
            "coverage_report_generator": "",
        },
    )

def _find(ctx, file):
    """Where include/X, lib/X.a or share/X of the operating system is."""
    kind, _, name = file.partition("/")
    places = ["/usr/local/" + file, "/usr/" + file]
    places += ["/usr/%s/%s-linux-gnu/%s" % (kind, cpu, name) for cpu in ["x86_64", "aarch64"]]
    for place in places:
        if ctx.path(place).exists:
            return ctx.path(place)
    return None

def _system_package_impl(ctx):
    for choice in ctx.attr.choices:
        files = choice.split(" ")
        missing = [file for file in files if not _find(ctx, file)]
        if not missing:
            break
    if missing:
        fail(("\n\n  {name} is not installed (no {missing} in /usr or /usr/local): " +
              "run ./rill setup, or: sudo apt-get install --no-install-recommends {apt}\n").format(
            name = ctx.name,
            missing = " and no ".join(missing),
            apt = ctx.attr.apt,
        ))
    for file in files:
        ctx.symlink(_find(ctx, file), file)
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD", """
cc_library(
    name = "{name}",
    srcs = glob(["lib/*.a", "share/**/*.c"]),
    hdrs = glob(["include/**", "share/**/*.h"]),
    includes = ["include", "{include}"],
    copts = ["-w"],
    defines = {defines},
    visibility = ["//visibility:public"],
)
""".format(
        name = ctx.name,
        include = ctx.attr.include,
        defines = ctx.attr.defines,
    ))

_system_package = repository_rule(
    _system_package_impl,
    attrs = {
        "apt": attr.string(mandatory = True),
        "choices": attr.string_list(mandatory = True),
        "defines": attr.string_list(),
        "include": attr.string(default = "include"),
    },
    local = True,
)

def system_packages():
    """Libraries of the operating system as @name. The first complete choice of files wins."""
    _system_package(name = "catch2", apt = "catch2", choices = [
        "include/catch2 lib/libCatch2Main.a lib/libCatch2.a",  # version 3: Debian 13
        "include/catch2 lib/libCatch2WithMain.a",  # version 2: Debian 12
    ])
    _system_package(name = "rapidcheck", apt = "librapidcheck-dev", choices = [
        "include/rapidcheck include/rapidcheck.h lib/librapidcheck.a",
    ])
    _system_package(name = "cli11", apt = "libcli11-dev", choices = ["include/CLI"])
    _system_package(name = "json", apt = "nlohmann-json3-dev", choices = ["include/nlohmann"])
    _system_package(name = "cares", apt = "libc-ares-dev", choices = [
        "include/ares.h include/ares_build.h include/ares_dns_record.h " +
        "include/ares_version.h lib/libcares.a",  # Debian 13
        "include/ares.h include/ares_build.h include/ares_rules.h " +
        "include/ares_version.h lib/libcares.a",  # Debian 12
    ])
    _system_package(name = "liburing", apt = "liburing-dev", choices = [
        "include/liburing.h include/liburing lib/liburing.a",
    ])
    _system_package(name = "openssl", apt = "libssl-dev libzstd-dev zlib1g-dev", choices = [
        # Its opensslconf.h, which Debian has in a folder for each processor, is the compiler's.
        # Debian 13's is built to compress with the other two, which no program of ours asks it to.
        "include/openssl lib/libssl.a lib/libcrypto.a lib/libzstd.a lib/libz.a",
    ])
    _system_package(name = "zlib", apt = "zlib1g-dev", choices = [
        "include/zlib.h include/zconf.h lib/libz.a",
    ])
    _system_package(name = "brotli", apt = "libbrotli-dev", choices = [
        "include/brotli lib/libbrotlicommon.a lib/libbrotlidec.a lib/libbrotlienc.a",
    ])
    _system_package(
        name = "llhttp",
        apt = "libllhttp-dev   (on Debian 12: node-llhttp)",
        choices = [
            "include/llhttp.h lib/libllhttp.a",  # Debian 13: strict as it is
            "share/llhttp/api.c share/llhttp/http.c share/llhttp/llhttp.c " +
            "share/include/llhttp/llhttp.h",  # Debian 12: only the C sources
        ],
        defines = ["LLHTTP_STRICT_MODE=1"],
        include = "share/include/llhttp",
    )
