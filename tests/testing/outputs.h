// The files that a failing test leaves for people, beside its log, and the line that says where.
#pragma once

#include <string>
#include <string_view>

namespace rill::testing {

// Where a file of a failing test goes, but for its ending: FOLDER/KIND-NAME. Empty when Bazel does
// not run this. Names are short, since tokens may be longer than a file's name may be.
std::string output_stem(std::string_view kind, std::string_view name);

// "see it: PATH" as a person reaches it from the tree's root, where Bazel links to its folder; and
// `remark` below it. ./rill test looks for this line.
std::string see_line(const std::string& path, std::string_view remark);

// A run as a page, whose title is `sentence`. That a trace of this same process cannot be read is a
// bug - but never a reason to lose a token: then the page says so.
std::string page_of(const std::string& trace, const std::string& sentence);

}  // namespace rill::testing
