// What DiskSite remembers of small files: bounded, never older than it says, never a way around the
// root.
#include "lessons/httpd/content_cache.h"

#include <chrono>
#include <thread>

#include "tests/lessons/httpd/disk.h"

namespace rill::httpd {
namespace {

Known known_bytes(const std::string& bytes) {
  return {std::make_shared<const std::string>(bytes), {}, false, {}};
}

/// Looks at the disk each time.
constexpr CacheLimits kAlwaysStale{.fresh = Duration()};
/// Does not look at it again.
constexpr CacheLimits kAlwaysFresh{.fresh = seconds(10'000)};

TEST_CASE("the cache holds so many entries and bytes, and lets the least used go", "[cache]") {
  ContentCache cache({.entries = 3});
  for (const std::string path : {"a", "b", "c"}) cache.put(path, known_bytes(path));
  REQUIRE(cache.find("a") != nullptr);  // now b is the one used longest ago
  cache.put("d", known_bytes("d"));
  CHECK(cache.size() == 3);
  CHECK(cache.find("b") == nullptr);
  CHECK(*cache.find("a")->bytes == "a");
  CHECK(*cache.find("d")->bytes == "d");
  cache.put("a", known_bytes("new"));
  CHECK(cache.size() == 3);
  CHECK(*cache.find("a")->bytes == "new");
  cache.forget("a");
  cache.forget("a");
  CHECK(cache.find("a") == nullptr);

  ContentCache small({.bytes = 10'000});
  for (int i = 0; i < 100; ++i) small.put(std::to_string(i), known_bytes(std::string(900, 'x')));
  CHECK(small.size_bytes() <= 10'000);
  CHECK(small.size() >= 5);
  CHECK(small.find("99") != nullptr);
  small.put("huge", known_bytes(std::string(20'000, 'x')));
  CHECK(small.find("huge") == nullptr);
  CHECK(small.size_bytes() == 0);
  small.put(std::string(20'000, 'p'), {});  // a name counts too
  CHECK(small.size() == 0);

  ContentCache off({.entries = 0});
  off.put("a", known_bytes("a"));
  CHECK(off.find("a") == nullptr);
  CHECK_FALSE(off.takes(1));
}

TEST_CASE("bytes that are being sent outlive their entry", "[cache]") {
  const Disk disk;
  DiskSite site(disk.root().string(), CacheLimits{.entries = 1});
  Content content;
  REQUIRE(site.open("index.html", content) == Found::file);
  CHECK(look(site, "docs/a.txt") == "alpha");
  CHECK(site.cache().find("index.html") == nullptr);
  CHECK(read_all(content) == "home");
}

TEST_CASE("a fresh entry costs no look at the disk", "[cache]") {
  const Disk disk;
  DiskSite site(disk.root().string(), kAlwaysFresh);
  CHECK(look(site, "docs/a.txt") == "alpha");
  CHECK(look(site, "docs/a.txt.gz") == "<nothing>");
  fs::remove_all(disk.root() / "docs");
  CHECK(look(site, "docs/a.txt") == "alpha");
  disk.write("root/index.html.gz", "x");
  CHECK(look(site, "docs/a.txt.gz") == "<nothing>");
  CHECK(site.cache().size() == 2);
  Content content;
  REQUIRE(site.open("docs/a.txt", content) == Found::file);
  CHECK(content.descriptor() == -1);
}

TEST_CASE("a stale entry shows every change", "[cache]") {
  const Disk disk;
  DiskSite site(disk.root().string(), kAlwaysStale);
  const auto modified = fs::last_write_time(disk.root() / "docs/a.txt");
  CHECK(look(site, "docs/a.txt") == "alpha");
  disk.write("root/docs/a.txt", "gamma");
  CHECK(look(site, "docs/a.txt") == "gamma");
  disk.write("root/docs/new", "omega");  // the same size, and by the clock of `modified`
  fs::last_write_time(disk.root() / "docs/new", modified);
  fs::rename(disk.root() / "docs/new", disk.root() / "docs/a.txt");
  CHECK(look(site, "docs/a.txt") == "omega");
  fs::remove(disk.root() / "docs/a.txt");
  CHECK(look(site, "docs/a.txt") == "<nothing>");
  fs::create_directory(disk.root() / "docs/a.txt");
  CHECK(look(site, "docs/a.txt") == "<directory>");
  fs::remove(disk.root() / "docs/a.txt");
  disk.link("../../secret", "docs/a.txt");
  CHECK(look(site, "docs/a.txt") == "<nothing>");
  fs::remove(disk.root() / "docs/a.txt");
  disk.write("root/docs/a.txt", "back");
  CHECK(look(site, "docs/a.txt") == "back");
}

TEST_CASE("changes within one tick of the clock are seen, though no stamp shows them", "[cache]") {
  const Disk disk;
  DiskSite site(disk.root().string(), kAlwaysStale);
  for (int i = 1000; i < 1300; ++i) {
    disk.write("root/f", std::to_string(i));
    REQUIRE(look(site, "f") == std::to_string(i));
  }
  // Linux since 6.13 gives every change that somebody could see a time of its own. Before, only
  // this helps:
  const Known* const known = site.cache().find("f");
  REQUIRE(known != nullptr);
  CHECK(known->is_racy);
  CHECK_FALSE(known->proves(known->stamp));
  Known settled = *known;
  settled.is_racy = false;
  CHECK(settled.proves(known->stamp));
}

TEST_CASE("a change is seen within the time that is promised", "[cache]") {
  const Disk disk;
  DiskSite site(disk.root().string(), CacheLimits{.fresh = milliseconds(50)});
  CHECK(look(site, "index.html") == "home");
  disk.write("root/index.html", "away");
  const auto begin = std::chrono::steady_clock::now();
  while (look(site, "index.html") != "away") {
    REQUIRE(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST_CASE("files above the limit are opened each time, and have a descriptor to send from",
          "[cache]") {
  const Disk disk;
  disk.write("root/limit", std::string(65536, 'x'));
  disk.write("root/long", std::string(65537, 'x'));
  DiskSite site(disk.root().string(), kAlwaysFresh);
  const std::size_t before = open_descriptors();
  {
    Content limit;
    Content large;
    REQUIRE(site.open("limit", limit) == Found::file);
    REQUIRE(site.open("long", large) == Found::file);
    CHECK(limit.descriptor() == -1);
    CHECK(large.descriptor() >= 0);
    CHECK(open_descriptors() == before + 1);
    CHECK(site.cache().size() == 1);
    CHECK(read_all(large).size() == 65537);
  }
  CHECK(open_descriptors() == before);
  disk.write("root/limit", std::string(70000, 'y'));
  DiskSite stale(disk.root().string(), kAlwaysStale);
  CHECK(look(stale, "limit").size() == 70000);
  disk.write("root/limit", "short");
  CHECK(look(stale, "limit") == "short");
  disk.write("root/limit", std::string(70000, 'y'));
  CHECK(look(stale, "limit").size() == 70000);
  CHECK(stale.cache().size() == 0);
}

}  // namespace
}  // namespace rill::httpd
