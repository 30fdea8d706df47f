"""Headers of the operating system that the compiler reads once, for many files: a speed-up, no more."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _precompiled_header_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    options = ctx.fragments.cpp
    variables = cc_common.create_compile_variables(
        cc_toolchain = toolchain,
        feature_configuration = features,
        user_compile_flags = options.copts + options.cxxopts + ctx.attr.copts,
    )
    flags = cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.cpp_compile,
        feature_configuration = features,
        variables = variables,
    )
    compiled = ctx.actions.declare_file(ctx.label.name + ".pch")
    header = ctx.file.header
    ctx.actions.run_shell(
        mnemonic = "CppPrecompile",
        progress_message = "Precompiling " + header.short_path,
        inputs = depset([header], transitive = [toolchain.all_files]),
        outputs = [compiled],
        env = cc_common.get_environment_variables(
            action_name = ACTION_NAMES.cpp_compile,
            feature_configuration = features,
            variables = variables,
        ),
        # Nothing in it may name the sandbox that it is made in, nor a time: it is read in others,
        # and must be the same each time. So the header comes from standard input.
        command = 'header=$1 && shift && exec "$@" < "$header"',
        arguments = [
            header.path,
            cc_common.get_tool_for_action(
                action_name = ACTION_NAMES.cpp_compile,
                feature_configuration = features,
            ),
        ] + flags + [
            "-working-directory=/proc/self/cwd",
            "-fpch-instantiate-templates",
            "-Xclang",
            "-fno-pch-timestamp",
            "-x",
            "c++-header",
            "-",
            "-o",
            compiled.path,
        ],
    )
    return [
        DefaultInfo(files = depset([compiled])),
        CcInfo(compilation_context = cc_common.create_compilation_context(headers = depset([compiled]))),
    ]

# What depends on it compiles with copts = precompiled(LABEL), and with the same other options.
precompiled_header = rule(
    implementation = _precompiled_header_impl,
    attrs = {
        "copts": attr.string_list(),
        # Includes only what the compiler finds by itself, in <>: other paths differ from sandbox to
        # sandbox.
        "header": attr.label(allow_single_file = [".h"], mandatory = True),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def precompiled(package, name):
    """What a target needs to use a precompiled_header of this workspace.

    Args:
      package: of the precompiled_header.
      name: its name.
    Returns:
      copts and deps. Both are empty unless .bazelrc says --define=precompiled=yes, and the compiler
      is clang: other workspaces have options of their own, perhaps for some files only.
    """
    repository = native.repository_name().lstrip("@")
    folder = "$(BINDIR)/" + ("external/%s/" % repository if repository else "")
    return struct(
        copts = select({
            "//third_party:precompiling": ["-include-pch", "%s%s/%s.pch" % (folder, package, name)],
            "//conditions:default": [],
        }),
        deps = select({
            "//third_party:precompiling": ["//%s:%s" % (package, name)],
            "//conditions:default": [],
        }),
    )
