// See wire_suite.h.
#include "tests/lessons/httpd/wire_suite.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "scheduler/oracle.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCutOff = "(cut off) ";

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

void make_site(const fs::path& top) {
  const fs::path root = top / "root";
  write(top / "secret", "SECRET");
  write(top / "root-evil/secret", "SECRET");
  write(root / "index.html", "home\n");
  write(root / "next", "next");
  write(root / "docs/a.txt", "alpha");
  write(root / "docs/b c%.txt", "beta");
  write(root / "docs/deep/index.html", "deep");
  write(root / "docs/.hidden", "hidden");
  write(root / "docs/<script>&\"'.txt", "x");
  write(root / "empty", "");
  write(root / "range.bin", numbered_bytes(1000));
  write(root / "large.bin", numbered_bytes(1'000'000));
  write(root / "both.css", "both{}");
  write(root / "both.css.gz", "GZIP");
  write(root / "both.css.br", "BROTLI");
  write(root / "gzip.js", "plain");
  write(root / "gzip.js.gz", numbered_bytes(1000));
  write(root / "stale.css", "new");
  write(root / "stale.css.gz", "old gzip");
  write(root / "escape.css", "inside");
  write(root / "folder.css", "inside");
  write(root / "unreadable", "SECRET");
  const auto time = fs::file_time_type::clock::now() - std::chrono::seconds(100);
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    // Old enough that an ETag is strong; a variant made of a file has its time.
    if (entry.is_regular_file()) fs::last_write_time(entry.path(), time);
  }
  fs::last_write_time(root / "stale.css.gz", time - std::chrono::seconds(100));
  fs::create_directory(root / "folder.css.gz");
  fs::create_symlink("../secret", root / "escape.css.gz");
  fs::create_symlink("../secret", root / "up");
  fs::create_symlink(top / "secret", root / "absolute");
  fs::create_symlink("../..", root / "docs/parent");
  fs::create_symlink("loop", root / "loop");
  fs::create_symlink("none", root / "dangling");
  fs::create_symlink("docs/a.txt", root / "inside");
  if (mkfifo((root / "fifo").c_str(), 0644) != 0) throw std::runtime_error("no FIFO");
  if (chmod((root / "unreadable").c_str(), 0) != 0) throw std::runtime_error("no chmod");
}

bool has_field(const Reply& reply, const std::string& wanted) {
  if (wanted.starts_with('!')) return !reply.fields.contains(wanted.substr(1));
  const std::size_t colon = wanted.find(": ");
  const auto found = reply.fields.find(wanted.substr(0, colon));
  if (found == reply.fields.end()) return false;
  return colon == wanted.npos || found->second == wanted.substr(colon + 2);
}

std::string methods_of(const std::string& request) {
  return request.starts_with("HEAD ") ? "HG" : "G";
}

/// Whether the statuses are as expected.
bool check_row(const Row& row, const std::string& received) {
  std::vector<Reply> all;
  std::string got;
  try {
    all = replies(received, methods_of(row.request));
    got = statuses(received, methods_of(row.request));
  } catch (const std::runtime_error& error) {
    got = error.what();
  }
  CAPTURE(received.substr(0, 2000));
  CHECK(got == row.expected);
  CHECK(received.find("SECRET") == received.npos);
  if (got != row.expected) return false;
  if (all.empty()) return true;
  for (const std::string& field : row.fields) {
    CAPTURE(field);
    CHECK(has_field(all.back(), field));
  }
  for (const Reply& reply : all) CHECK(reply.fields.contains("date"));
  if (row.body) CHECK(all.back().body == *row.body);
  return true;
}

}  // namespace

Row cut_off(Row row) {
  row.what = kCutOff + row.what;
  return row;
}

std::string numbered_bytes(std::size_t size_bytes) {
  std::string bytes;
  for (std::uint32_t line = 0; bytes.size() < size_bytes; ++line)
    bytes += std::to_string(line) + ",";
  bytes.resize(size_bytes);
  return bytes;
}

WireServer::WireServer(std::vector<std::string> flags) {
  make_site(top());
  std::vector<std::string> arguments = {"lessons/httpd/httpd", "--real", "--quiet", "--root",
                                        root().string(),       "--port", "0"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  httpd_.emplace(arguments);
  port_ = httpd_->listening_port();
  if (port_ == 0) throw std::runtime_error("httpd does not listen");
}

std::string WireServer::ask(const std::string& bytes, bool ends, unsigned pieces,
                            std::uint64_t seed) const {
  std::vector<std::size_t> cuts = {bytes.size()};
  for (unsigned i = 1; i < pieces && bytes.size() > 1; ++i)
    cuts.push_back(1 + scatter(seed + i) % (bytes.size() - 1));
  std::sort(cuts.begin(), cuts.end());
  testing::Socket client(port_);
  std::size_t sent = 0;
  for (const std::size_t cut : cuts) {
    if (sent > 0) usleep(200);  // so that the pieces arrive as pieces, most of the time
    client.send(bytes.substr(sent, cut - sent));
    sent = cut;
  }
  if (ends) client.end();
  return client.receive_all();
}

Reply WireServer::first(const std::string& bytes) const {
  return replies(ask(bytes), methods_of(bytes)).at(0);
}

void WireServer::check(const std::vector<Row>& rows) const {
  for (const Row& row : rows) {
    INFO(row.what << ": " << row.request.substr(0, 200));
    const bool ends = !row.expected.ends_with("close") || row.what.starts_with(kCutOff);
    const std::uint64_t seed = scatter(row.what.size() * 1000 + row.request.size());
    for (const unsigned pieces : {1u, 2u, 5u}) {
      CAPTURE(pieces);
      if (!check_row(row, ask(row.request, ends, pieces, seed + pieces))) break;
    }
  }
}

}  // namespace rill::httpd
