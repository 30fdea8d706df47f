// See memory_site.h. A path that begins with "docs/" makes the directory "docs".
#include "lessons/httpd/memory_site.h"

#include <algorithm>

namespace rill::httpd {
namespace {

/// What every path inside of the directory begins with.
std::string prefix_of(const std::string& directory) {
  return directory.empty() ? "" : directory + "/";
}

}  // namespace

void MemorySite::set(const std::string& path, std::string bytes, std::int64_t modified_seconds) {
  const auto [place, is_new] = numbers_.try_emplace(path, files_.size());
  if (is_new) files_.emplace_back();
  File& file = files_[place->second];
  file.version = {bytes.size(), modified_seconds * 1'000'000'000, file.version.number + 1};
  file.bytes = std::move(bytes);
}

bool MemorySite::is_directory(const std::string& path) const {
  const std::string prefix = prefix_of(path);
  const auto first = numbers_.lower_bound(prefix);
  return path.empty() || (first != numbers_.end() && first->first.starts_with(prefix));
}

Found MemorySite::open(const std::string& path, Content& content) {
  const auto place = numbers_.find(path);
  if (place == numbers_.end()) return is_directory(path) ? Found::directory : Found::nothing;
  const File& file = files_[place->second];
  ++open_files_;
  content = Content(*this, place->second, file.version);
  return Found::file;
}

Folder MemorySite::list(const std::string& path, std::size_t most_entries) {
  Folder folder;
  if (numbers_.contains(path)) folder.found = Found::file;
  if (!is_directory(path)) return folder;
  folder.found = Found::directory;
  const std::string prefix = prefix_of(path);
  for (auto place = numbers_.lower_bound(prefix);
       place != numbers_.end() && place->first.starts_with(prefix); ++place) {
    const std::string_view rest = std::string_view(place->first).substr(prefix.size());
    const std::size_t slash = rest.find('/');
    Entry entry{std::string(rest.substr(0, slash)), slash != rest.npos};
    // Sorted by path, so the files of one directory come one after the other.
    if (entry.name.starts_with('.') || (!folder.entries.empty() && folder.entries.back() == entry))
      continue;
    if (folder.entries.size() == most_entries) {
      folder.is_complete = false;
      break;
    }
    folder.entries.push_back(std::move(entry));
  }
  return folder;
}

std::size_t MemorySite::read(std::uint64_t file, std::uint64_t offset, std::span<char> to) {
  const std::string& bytes = files_[file].bytes;
  if (offset >= bytes.size()) return 0;
  return bytes.copy(to.data(), to.size(), offset);
}

void MemorySite::close(std::uint64_t) { --open_files_; }

}  // namespace rill::httpd
