// Files on a real disk: what is found below the root and what is not, whatever names and special
// files there are. Both ways of looking up agree on that. Ways out are in containment_test.cc.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>

#include "tests/lessons/httpd/disk.h"

namespace rill::httpd {
namespace {

TEST_CASE("a kernel that can look up in one call is asked to", "[disk]") {
  const Disk disk;
  const int root = open(disk.root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  CHECK((best_lookup(root) == Lookup::by_kernel) == kernel_looks_up());
  close(root);
}

TEST_CASE("files and directories below the root are found", "[disk]") {
  const Disk disk;
  with_each_lookup(disk, [](DiskSite& site, Lookup) {
    CHECK(look(site, "index.html") == "home");
    CHECK(look(site, "docs/a.txt") == "alpha");
    CHECK(look(site, "docs/deep/b.txt") == "beta");
    CHECK(look(site, "") == "<directory>");
    CHECK(look(site, "docs") == "<directory>");
    CHECK(look(site, "none") == "<nothing>");
    CHECK(look(site, "docs/a.txt/x") == "<nothing>");
    CHECK(look(site, "none/x") == "<nothing>");
    CHECK(look(site, std::string(300, 'a')) == "<nothing>");
    CHECK(look(site, std::string(300, 'a') + "/b") == "<nothing>");
    std::string deep = "a";
    for (int i = 0; i < 4000; ++i) deep += "/a";
    CHECK(look(site, deep) == "<nothing>");
    CHECK(look(site, std::string("docs/a.txt\0.html", 16)) == "<nothing>");
  });
}

TEST_CASE("what is no regular file is not opened for anybody, and nobody waits for it", "[disk]") {
  const Disk disk;
  REQUIRE(mkfifo((disk.root() / "fifo").c_str(), 0644) == 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = (disk.root() / "socket").string();
  REQUIRE(name.size() < sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  with_each_lookup(disk, [](DiskSite& site, Lookup) {
    CHECK(look(site, "fifo") == "<nothing>");
    CHECK(look(site, "socket") == "<nothing>");
  });
  close(listener);
  DiskSite devices("/dev");
  CHECK(look(devices, "null") == "<nothing>");
  CHECK(look(devices, "zero") == "<nothing>");
}

TEST_CASE("a file that we may not read is forbidden", "[disk]") {
  const Disk disk;
  fs::permissions(disk.root() / "docs/a.txt", fs::perms::none);
  fs::permissions(disk.root() / "docs/deep", fs::perms::none);
  DiskSite site(disk.root().string());
  const bool is_root = geteuid() == 0;  // who may read everything
  CHECK(look(site, "docs/a.txt") == (is_root ? "alpha" : "<forbidden>"));
  CHECK(look(site, "docs/deep/b.txt") == (is_root ? "beta" : "<forbidden>"));
  fs::permissions(disk.root() / "docs/deep", fs::perms::owner_all);
}

TEST_CASE("a listing has files, folders, and links that lead somewhere", "[disk]") {
  const Disk disk;
  disk.write("root/docs/.hidden", "");
  REQUIRE(mkfifo((disk.root() / "docs/fifo").c_str(), 0644) == 0);
  disk.link("../index.html", "docs/inside");
  disk.link("deep", "docs/folder");
  disk.link("../../secret", "docs/outside");
  disk.link("none", "docs/dangling");
  with_each_lookup(disk, [](DiskSite& site, Lookup lookup) {
    Folder folder = site.list("docs", 100);
    CHECK(folder.found == Found::directory);
    CHECK(folder.is_complete);
    std::sort(folder.entries.begin(), folder.entries.end());
    std::vector<Entry> expected = {{"a.txt", false}, {"deep", true}};
    if (lookup == Lookup::by_kernel)
      expected = {{"a.txt", false}, {"deep", true}, {"folder", true}, {"inside", false}};
    CHECK((folder.entries == expected));
    CHECK_FALSE(site.list("docs", 1).is_complete);
    CHECK(site.list("docs", 1).entries.size() == 1);
    CHECK(site.list("none", 100).found == Found::nothing);
    CHECK(site.list("index.html", 100).found == Found::nothing);
  });
}

TEST_CASE("a file that shrinks while it is open ends early, and one that grows does not",
          "[disk]") {
  const Disk disk;
  disk.write("root/f", std::string(100'000, 'x'));
  DiskSite site(disk.root().string());
  Content content;
  REQUIRE(site.open("f", content) == Found::file);
  CHECK(content.size_bytes() == 100'000);
  fs::resize_file(disk.root() / "f", 1000);
  CHECK(read_all(content).size() == 1000);
  std::string bytes(10, '\0');
  CHECK(content.read(2000, bytes) == 0);
  fs::resize_file(disk.root() / "f", 200'000);
  CHECK(read_all(content).size() == 100'000);
}

TEST_CASE("a root that is none is refused", "[disk]") {
  const Disk disk;
  CHECK_THROWS_AS(DiskSite((disk.top() / "none").string()), std::system_error);
  CHECK_THROWS_AS(DiskSite((disk.top() / "secret").string()), std::system_error);
}

}  // namespace
}  // namespace rill::httpd
