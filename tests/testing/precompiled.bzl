"""A header that is parsed once for all who include it first: a third of a test's compilation is Catch2 and rapidcheck.

    precompiled_header(name = "prefix", header = "testing.h", deps = [":testing"])

gives prefix.h, which only includes the header, and for clang prefix.h.pch beside it, which clang takes instead of
parsing. Whoever depends on it says
    copts = ["-include", "$(location //tests/testing:prefix)"]
and is compiled with -O0, as this is. Another compiler reads prefix.h as it stands: nothing but time depends on it.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _precompiled_header_impl(ctx):
    prefix = ctx.actions.declare_file(ctx.label.name + ".h")
    ctx.actions.write(prefix, '#include "%s"\n' % ctx.file.header.short_path)
    context = cc_common.merge_cc_infos(
        cc_infos = [dep[CcInfo] for dep in ctx.attr.deps],
    ).compilation_context
    produced = [prefix]
    toolchain = find_cpp_toolchain(ctx)
    if toolchain.compiler == "clang":
        compiled = ctx.actions.declare_file(ctx.label.name + ".h.pch")
        features = cc_common.configure_features(
            ctx = ctx,
            cc_toolchain = toolchain,
            requested_features = ctx.features,
            unsupported_features = ctx.disabled_features,
        )
        variables = cc_common.create_compile_variables(
            feature_configuration = features,
            cc_toolchain = toolchain,
            source_file = prefix.path,
            output_file = compiled.path,
            user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts +
                                 # Inputs lie elsewhere in each sandbox, with times of their own.
                                 ["-O0", "-x", "c++-header", "-Xclang", "-fno-pch-timestamp"],
            include_directories = context.includes,
            quote_include_directories = context.quote_includes,
            system_include_directories = context.system_includes,
            preprocessor_defines = context.defines,
        )
        action = "c++-compile"
        ctx.actions.run(
            executable = cc_common.get_tool_for_action(feature_configuration = features, action_name = action),
            arguments = cc_common.get_memory_inefficient_command_line(
                feature_configuration = features,
                action_name = action,
                variables = variables,
            ),
            env = {"PWD": "/proc/self/cwd"},  # the same in each sandbox: clang notes where it was
            inputs = depset([prefix], transitive = [context.headers, toolchain.all_files]),
            outputs = [compiled],
            mnemonic = "CppPrecompile",
            progress_message = "Precompiling " + ctx.file.header.short_path,
        )
        produced.append(compiled)
    return [
        DefaultInfo(files = depset([prefix])),
        CcInfo(compilation_context = cc_common.create_compilation_context(headers = depset(produced))),
    ]

precompiled_header = rule(
    implementation = _precompiled_header_impl,
    attrs = {
        "header": attr.label(allow_single_file = True, mandatory = True),
        "deps": attr.label_list(providers = [CcInfo]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
